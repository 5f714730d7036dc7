/**
 * Around every chart: draws at most once a second (at once when the reader asked for another view), moves a crosshair by
 * pointer and by arrow keys, and reads the point under it in words. For assistive technology the chart is a slider whose
 * value is that sentence.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartView, CreateChart } from "../web/client/charts/chart.ts";
import { prefs } from "../web/client/prefs.ts";

const DRAW_MS = 1_000;
const PAGE = 10;

interface FrameProps<Data> {
  /** Imports chart.js only where there is a canvas. */
  readonly load: () => Promise<CreateChart<Data>>;
  readonly data: Data;
  /** Changes when the reader asked for another view, which is drawn at once. */
  readonly view: string;
  /** How many points the crosshair may stand on. */
  readonly count: number;
  readonly label: string;
  /** The point in words; the newest when there is no crosshair. */
  readonly describe: (index: number) => string;
  /** Says whether it has taken the key. */
  readonly onKey?: (key: string) => boolean;
  /** What stands on every chart of a simulated market. */
  readonly mark: string | null;
  readonly children?: ComponentChildren;
}

export function ChartFrame<Data>(props: FrameProps<Data>) {
  const { load, data, view, count, label, describe, onKey, mark, children } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<ChartView<Data> | null>(null);
  const newest = useRef(data);
  const drawn = useRef({ atMs: -Infinity, view });
  const [crossed, setCrossed] = useState<number | null>(null);
  newest.current = data;
  const at = crossed === null ? null : Math.min(crossed, count - 1);

  useEffect(() => {
    let gone = false;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const restyle = () => chart.current?.restyle();
    load().then((create) => {
      if (gone) return;
      chart.current = create(canvas.current!, newest.current);
      canvas.current!.dataset.ready = "true";
      dark.addEventListener("change", restyle);
    });
    return () => {
      gone = true;
      dark.removeEventListener("change", restyle);
      chart.current?.destroy();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const draw = () => {
      drawn.current = { atMs: Date.now(), view };
      chart.current?.update(newest.current);
    };
    if (drawn.current.view !== view) return draw();
    const timer = setTimeout(draw, Math.max(0, drawn.current.atMs + DRAW_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [data, view]);

  // After the page has the new custom properties.
  useEffect(() => void requestAnimationFrame(() => chart.current?.restyle()), [prefs.value.theme, prefs.value.colours]);
  useEffect(() => chart.current?.cross(at), [at]);

  const step = (by: number) => setCrossed(Math.min(count - 1, Math.max(0, (at ?? count - 1) + by)));
  const steps: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageUp: () => step(PAGE),
    PageDown: () => step(-PAGE),
    Home: () => step(-count),
    End: () => step(count),
    Escape: () => setCrossed(null),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!onKey?.(event.key)) {
      if (!(event.key in steps)) return;
      steps[event.key]();
    }
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    setCrossed(chart.current?.indexAt(event.clientX - box.left) ?? null);
  };
  const text = count === 0 ? "no points" : describe(at ?? count - 1);
  return (
    <div class="chart">
      <div class="chart-top">
        <p class="chart-read num" aria-hidden="true">{text}</p>
        {mark && <span class="chart-mark">{mark}</span>}
      </div>
      <div
        class="chart-box"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={at ?? Math.max(0, count - 1)}
        aria-valuetext={text}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCrossed(null)}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {children}
      </div>
    </div>
  );
}
