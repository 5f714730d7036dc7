/** Candles with VWAP and averages: chart.js for axes and lines, `candle_marks.ts` for the rest. */
import { instant, price, type Zone } from "../../format.ts";
import { gapsOf } from "../../view/candles.ts";
import type { Series } from "../../view/types.ts";
import { drawCandles, drawMarks, type Marks } from "./candle_marks.ts";
import { Chart, type ChartView, drawCrosshair, timeScale, valueScale } from "./chart.ts";
import { readLook } from "./look.ts";
import { nearest } from "./nearest.ts";

export interface CandleData extends Marks {
  readonly overlays: { readonly vwap: boolean; readonly ema: boolean };
  readonly zone: Zone;
}

export function createCandleChart(canvas: HTMLCanvasElement, first: CandleData): ChartView<CandleData> {
  let data = first;
  let look = readLook(canvas);
  let crossed: number | null = null;

  const options = () => {
    const { series, lastUsd, priceDecimals, zone } = data;
    const { openedAtMs, lowUsd, highUsd, bracket, timeframeMs } = series;
    const marks = [...bracket ? Object.values(bracket) : [], ...lastUsd === null ? [] : [lastUsd]];
    const [low, high] = [Math.min(...lowUsd, ...marks), Math.max(...highUsd, ...marks)];
    const room = high - low || high * 0.001;
    return {
      animation: false as const,
      parsing: false as const,
      normalized: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 4 } },
      scales: {
        x: timeScale(look, { minMs: openedAtMs[0] ?? 0, maxMs: (openedAtMs.at(-1) ?? 0) + timeframeMs, zone }),
        // Room below for volume and ribbon.
        y: valueScale(look, {
          type: "linear",
          min: low - room * 0.22,
          max: high + room * 0.06,
          text: (value) => price(value, priceDecimals),
        }),
      },
    };
  };

  type LineName = "vwapUsd" | "ema9Usd" | "ema20Usd";
  const line = (name: LineName, style: { colour: string; dash: number[]; width: number }) => {
    const { openedAtMs, timeframeMs, [name]: values } = data.series;
    const points = openedAtMs.map((ms, i) => ({ x: ms + timeframeMs / 2, y: values[i] ?? NaN }));
    // A point without a value breaks the line where candles are missing.
    for (const [fromMs] of gapsOf(data.series)) points.push({ x: fromMs, y: NaN });
    points.sort((a, b) => a.x - b.x);
    return {
      data: points,
      borderColor: style.colour,
      borderDash: style.dash,
      borderWidth: style.width,
      pointRadius: 0,
    };
  };
  const datasets = () => [
    ...data.overlays.vwap ? [line("vwapUsd", { colour: look.vwap, dash: [], width: 1.75 })] : [],
    ...data.overlays.ema ? [line("ema9Usd", { colour: look.ema, dash: [], width: 1 })] : [],
    ...data.overlays.ema ? [line("ema20Usd", { colour: look.ema, dash: [5, 3], width: 1 })] : [],
  ];

  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: datasets() },
    options: options(),
    plugins: [{
      id: "candles",
      beforeDatasetsDraw: (chart) => drawCandles(chart, look, data),
      afterDatasetsDraw(chart) {
        drawMarks(chart, look, data);
        const { openedAtMs, closeUsd, timeframeMs } = data.series;
        if (crossed === null || crossed >= openedAtMs.length) return;
        const { x, y } = chart.scales;
        drawCrosshair(chart, look, {
          x: x.getPixelForValue(openedAtMs[crossed] + timeframeMs / 2),
          y: y.getPixelForValue(closeUsd[crossed]),
          time: instant(openedAtMs[crossed], "full", data.zone),
        });
      },
    }],
  });

  const redraw = () => {
    chart.data.datasets = datasets();
    chart.options = options();
    chart.update("none");
  };
  const middles = ({ openedAtMs, timeframeMs }: Series) => openedAtMs.map((ms) => ms + timeframeMs / 2);
  return {
    update(next) {
      data = next;
      redraw();
    },
    cross(index) {
      crossed = index;
      chart.draw();
    },
    indexAt: (x) => nearest(middles(data.series), chart.scales.x.getValueForPixel(x) ?? 0),
    restyle() {
      look = readLook(canvas);
      redraw();
    },
    destroy: () => chart.destroy(),
  };
}
