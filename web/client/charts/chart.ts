/** chart.js with the parts that we use, and what all charts have in common. Imported inside effects only. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ScaleOptions,
} from "chart.js";
import type { Zone } from "../../format.ts";
import { type Look, plate } from "./look.ts";
import { tickText, timeTicks } from "./time_axis.ts";

Chart.register(LinearScale, LogarithmicScale, LineController, LineElement, PointElement);

export { Chart };

/** A chart as the frame around it sees it (components/ChartFrame.tsx). */
export interface ChartView<Data> {
  update(data: Data): void;
  /** Puts the crosshair on a point, `null` takes it away. */
  cross(index: number | null): void;
  /** The point nearest to a horizontal place inside the canvas. */
  indexAt(x: number): number | null;
  /** After a change of theme. */
  restyle(): void;
  destroy(): void;
}

export type CreateChart<Data> = (canvas: HTMLCanvasElement, data: Data) => ChartView<Data>;

const TICK_PX = 84;

export function timeScale(
  look: Look,
  { minMs, maxMs, zone }: { minMs: number; maxMs: number; zone: Zone },
): ScaleOptions<"linear"> {
  return {
    type: "linear",
    min: minMs,
    max: maxMs,
    grid: { color: look.line, drawTicks: false },
    border: { color: look.line },
    ticks: {
      color: look.muted,
      maxRotation: 0,
      padding: 6,
      autoSkip: false,
      font: { size: 11 },
      callback: (value: number | string) => tickText(Number(value), maxMs - minMs, zone),
    },
    afterBuildTicks(axis: { ticks: { value: number }[]; chart: Chart; min: number; max: number }) {
      const most = Math.max(2, Math.floor(axis.chart.width / TICK_PX));
      axis.ticks = timeTicks(axis.min, axis.max, most).map((value) => ({ value }));
    },
  } as unknown as ScaleOptions<"linear">;
}

export function valueScale(
  look: Look,
  { type, min, max, text }: {
    readonly type: "linear" | "logarithmic";
    readonly min: number;
    readonly max: number;
    readonly text: (value: number) => string;
  },
): ScaleOptions<"linear"> {
  return {
    type,
    position: "right",
    min,
    max,
    grid: { color: look.line, drawTicks: false },
    border: { display: false },
    ticks: {
      color: look.muted,
      padding: 6,
      maxTicksLimit: 7,
      includeBounds: false,
      font: { size: 11 },
      callback: (value: number | string) => text(Number(value)),
    },
  } as unknown as ScaleOptions<"linear">;
}

/** Dashed lines through a point, with its instant below. */
export function drawCrosshair(
  chart: Chart,
  look: Look,
  at: { readonly x: number; readonly y: number; readonly time: string },
): void {
  const { ctx: g, chartArea: { left, right, top, bottom } } = chart;
  g.save();
  g.strokeStyle = look.muted;
  g.setLineDash([3, 3]);
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(Math.round(at.x) + 0.5, top);
  g.lineTo(Math.round(at.x) + 0.5, bottom);
  g.moveTo(left, Math.round(at.y) + 0.5);
  g.lineTo(right, Math.round(at.y) + 0.5);
  g.stroke();
  g.setLineDash([]);
  g.font = look.font;
  const half = g.measureText(at.time).width / 2 + 4;
  const x = Math.min(right - half, Math.max(left + half, at.x));
  plate(g, at.time, { x, y: bottom + 12, align: "center" }, { fill: look.text, ink: look.surface });
  g.restore();
}
