/**
 * A chart on a canvas: imported only where there is one, drawn at most once a second, at once when the reader asked for
 * another view, and again when the theme changes.
 */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { prefs } from "../prefs.ts";
import type { ChartView, CreateChart } from "./chart.ts";

const DRAW_MS = 1_000;

interface ChartOptions<Data> {
  readonly load: () => Promise<CreateChart<Data>>;
  readonly data: Data;
  /** Changes when the reader asked for another view. */
  readonly view: string;
  /** The point under the crosshair. */
  readonly crossed: number | null;
}

export interface DrawnChart {
  readonly canvas: RefObject<HTMLCanvasElement>;
  /** The point nearest to a place on the screen; `null` before the chart is there. */
  readonly indexAt: (clientX: number) => number | null;
}

export function useChart<Data>({ load, data, view, crossed }: ChartOptions<Data>): DrawnChart {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<ChartView<Data> | null>(null);
  const newest = useRef(data);
  const drawn = useRef({ atMs: -Infinity, view });
  newest.current = data;

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
  const { theme, colours } = prefs.value;
  useEffect(() => void requestAnimationFrame(() => chart.current?.restyle()), [theme, colours]);
  useEffect(() => chart.current?.cross(crossed), [crossed]);

  const indexAt = (clientX: number) => {
    const box = canvas.current!.getBoundingClientRect();
    return chart.current?.indexAt(clientX - box.left) ?? null;
  };
  return { canvas, indexAt };
}
