/**
 * Around every chart: moves a crosshair by pointer and by arrow keys and reads the point under it in words. For assistive
 * technology the chart is a slider whose value is that sentence.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { CreateChart } from "../web/client/charts/chart.ts";
import { useChart } from "../web/client/charts/use_chart.ts";

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
  /** The point in words. */
  readonly describe: (index: number) => string;
  /** Says whether it has taken the key. */
  readonly onKey?: (key: string) => boolean;
  /** What stands on every chart of a simulated market. */
  readonly mark: string | null;
  readonly children?: ComponentChildren;
}

export function ChartFrame<Data>(props: FrameProps<Data>) {
  const { load, data, view, count, label, describe, onKey, mark, children } = props;
  const [chosen, setChosen] = useState<number | null>(null);
  const newest = Math.max(0, count - 1);
  const crossed = chosen === null ? null : Math.min(chosen, newest);
  const { canvas, indexAt } = useChart({ load, data, view, crossed });

  const step = (by: number) => setChosen(Math.min(newest, Math.max(0, (crossed ?? newest) + by)));
  const steps: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageUp: () => step(PAGE),
    PageDown: () => step(-PAGE),
    Home: () => step(-count),
    End: () => step(count),
    Escape: () => setChosen(null),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!onKey?.(event.key)) {
      if (!(event.key in steps)) return;
      steps[event.key]();
    }
    event.preventDefault();
  };
  const text = count === 0 ? "no points" : describe(crossed ?? newest);
  return (
    <div class="chart">
      <div class="chart-top">
        <p class="chart-read num" aria-hidden="true">{text}</p>
        {mark && <span class="chart-mark" title={mark}>{mark}</span>}
      </div>
      <div
        class="chart-box"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={newest}
        aria-valuenow={crossed ?? newest}
        aria-valuetext={text}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setChosen(indexAt(event.clientX))}
        onPointerLeave={() => setChosen(null)}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {children}
      </div>
    </div>
  );
}
