/** The curve of equity: a line, the start as a dashed line, halts as hatched bands. */
import { instant, usd, type Zone } from "../../format.ts";
import { Chart, type ChartView, drawCrosshair, timeScale, valueScale } from "./chart.ts";
import { hatch, plate, readLook } from "./look.ts";
import { nearest } from "./nearest.ts";

export interface EquityData {
  readonly points: readonly (readonly [number, number])[];
  readonly halts: readonly (readonly [number, number])[];
  readonly startUsd: number;
  readonly log: boolean;
  readonly zone: Zone;
}

export function createEquityChart(canvas: HTMLCanvasElement, first: EquityData): ChartView<EquityData> {
  let data = first;
  let look = readLook(canvas);
  let crossed: number | null = null;

  const options = () => {
    const { points, startUsd, log, zone } = data;
    const values = [startUsd, ...points.map(([, equityUsd]) => equityUsd)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low || high * 0.01) * 0.12;
    const [minMs, maxMs] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 1];
    return {
      animation: false as const,
      parsing: false as const,
      normalized: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 8 } },
      scales: {
        x: timeScale(look, { minMs, maxMs: Math.max(maxMs, minMs + 60_000), zone }),
        y: valueScale(look, {
          type: log ? "logarithmic" : "linear",
          min: low - room,
          max: high + room,
          text: (value) => usd(value, { digits: high - low < 4 ? 2 : 0 }),
        }),
      },
    };
  };
  const datasets = () => [{
    data: data.points.map(([x, y]) => ({ x, y })),
    borderColor: look.text,
    borderWidth: 1.5,
    pointRadius: 0,
  }];

  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: datasets() },
    options: options(),
    plugins: [{
      id: "equity",
      beforeDatasetsDraw({ ctx: g, chartArea: { top, bottom, left, right }, scales: { x, y } }) {
        g.save();
        g.beginPath();
        g.rect(left, top, right - left, bottom - top);
        g.clip();
        for (const [fromMs, toMs] of data.halts) {
          const [from, to] = [x.getPixelForValue(fromMs), x.getPixelForValue(toMs)];
          if (to < left || from > right) continue;
          const width = Math.max(2, to - from);
          hatch(g, { x: from, y: top, width, height: bottom - top }, { colour: look.line, step: 7 });
          g.font = look.font;
          if (width > 46) {
            plate(g, "halted", { x: from + width / 2, y: top + 10, align: "center" }, {
              fill: look.surface,
              ink: look.muted,
            });
          }
        }
        const start = Math.round(y.getPixelForValue(data.startUsd)) + 0.5;
        g.strokeStyle = look.muted;
        g.setLineDash([2, 4]);
        g.beginPath();
        g.moveTo(left, start);
        g.lineTo(right, start);
        g.stroke();
        g.restore();
      },
      afterDatasetsDraw({ scales: { x, y } }) {
        const point = crossed === null ? undefined : data.points[crossed];
        if (!point) return;
        const time = instant(point[0], "full", data.zone);
        drawCrosshair(chart, look, { x: x.getPixelForValue(point[0]), y: y.getPixelForValue(point[1]), time });
      },
    }],
  });

  const redraw = () => {
    chart.data.datasets = datasets();
    chart.options = options();
    chart.update("none");
  };
  return {
    update(next) {
      data = next;
      redraw();
    },
    cross(index) {
      crossed = index;
      chart.draw();
    },
    indexAt: (x) => nearest(data.points.map(([atMs]) => atMs), chart.scales.x.getValueForPixel(x) ?? 0),
    restyle() {
      look = readLook(canvas);
      redraw();
    },
    destroy: () => chart.destroy(),
  };
}
