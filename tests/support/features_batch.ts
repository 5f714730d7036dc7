/**
 * The features once more, whole series at a time and as plainly as possible: loops over arrays, no state, no rings. It
 * performs the same additions in the same order as the streaming form (window = right-to-left over the tail of the last
 * whole block, left-to-right over what came after it), so the two must agree to the last bit. Whether that order is also
 * right is another question, answered by the textbook forms and published values of the golden tests.
 */
import { logReturn } from "../../core/features/kernels.ts";
import type { FeatureName } from "../../core/features/types.ts";
import { type FeatureConfig, warmUpCandles } from "../../core/features/warm_up.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { DAY_MS } from "../../core/time.ts";

export type FeatureColumns = Record<FeatureName, Float64Array>;

export function batchFeatures(c: CandleColumns, config: FeatureConfig): FeatureColumns {
  const n = c.length;
  const close = c.closeUsd;
  const changes = Float64Array.from({ length: n - 1 }, (_, i) => close[i + 1] - close[i]);
  const ranges = changes.map((_, i) => Math.max(c.highUsd[i + 1], close[i]) - Math.min(c.lowUsd[i + 1], close[i]));
  const squares = changes.map((_, i) => logReturn(close[i + 1], close[i]) ** 2);
  const atr = afterFirst(smoothed(ranges, 14, 1 / 14));
  const gain = afterFirst(smoothed(changes.map((d) => Math.max(d, 0)), 14, 1 / 14));
  const loss = afterFirst(smoothed(changes.map((d) => Math.max(-d, 0)), 14, 1 / 14));
  const short = afterFirst(windowed(squares, 60, sum));
  const long = afterFirst(windowed(squares, config.longVolCandles, sum));
  const vwap = dayVwap(c);
  const columns: FeatureColumns = {
    closeUsd: close.slice(),
    vwapUsd: vwap.value,
    ema9Usd: smoothed(close, 9, 2 / 10),
    ema20Usd: smoothed(close, 20, 2 / 21),
    atr14Usd: atr,
    rsi14: gain.map((g, i) => (g + loss[i] > 0 ? (100 * g) / (g + loss[i]) : 50)),
    realizedVolRatio: short.map(Math.sqrt),
    volumeZ: windowed(c.volumeBase, 60, standardScore),
    vwapSlopeAtr: vwap.value.map((value, i) => {
      const back = config.vwapSlopeCandles;
      if (vwap.candles[i] <= back) return NaN;
      const move = value - vwap.value[i - back];
      return atr[i] > 0 ? move / (atr[i] * back) : move * 0;
    }),
    atrPercentileRatio: percentileRank(atr, config.atrPercentileCandles),
    volRatio: short.map((value, i) => {
      const usual = long[i] / config.longVolCandles;
      return usual > 0 ? Math.sqrt(value / 60 / usual) : 1;
    }),
    priorHighUsd: c.highUsd.map((_, i) => Math.max(...c.highUsd.subarray(Math.max(0, i - 20), i))),
  };
  for (const [name, column] of Object.entries(columns) as [FeatureName, Float64Array][]) {
    column.fill(NaN, 0, Math.min(n, warmUpCandles(name, config) - 1));
  }
  return columns;
}

/** Values that exist from the second candle on, put where their candle is. */
const afterFirst = (values: Float64Array): Float64Array => Float64Array.from([NaN, ...values]);

/** Exponential smoothing seeded with the plain mean of the first `n` values. */
function smoothed(values: Float64Array, n: number, weight: number): Float64Array {
  const out = new Float64Array(values.length).fill(NaN);
  let average = 0;
  values.forEach((value, i) => {
    if (i < n) average += value;
    if (i === n - 1) average /= n;
    if (i >= n) average = (value - average) * weight + average;
    if (i >= n - 1) out[i] = average;
  });
  return out;
}

type Aggregate = (tailBackwards: Float64Array, head: Float64Array, n: number) => number;

function windowed(values: Float64Array, n: number, aggregate: Aggregate): Float64Array {
  return values.map((_, i) => {
    const blockStart = i - (i % n);
    const tail = values.slice(Math.max(0, i - n + 1), blockStart).reverse();
    return aggregate(tail, values.slice(blockStart, i + 1), n);
  });
}

const sum: Aggregate = (tail, head) => head.reduce((a, b) => a + b, 0) + tail.reduce((a, b) => a + b, 0);

const standardScore: Aggregate = (tail, head, n) => {
  const a = welford(head), b = welford(tail);
  const apart = b.mean - a.mean;
  const mean = a.mean + (apart * tail.length) / n;
  const squares = a.squares + b.squares + apart * apart * ((head.length * tail.length) / n);
  return squares > 0 ? (head[head.length - 1] - mean) / Math.sqrt(squares / n) : 0;
};

function welford(values: Float64Array): { mean: number; squares: number } {
  let mean = 0, squares = 0;
  values.forEach((value, i) => {
    const off = value - mean;
    mean += off / (i + 1);
    squares += off * (value - mean);
  });
  return { mean, squares };
}

function percentileRank(values: Float64Array, n: number): Float64Array {
  return values.map((value, i) => {
    const window = values.slice(Math.max(0, i - n + 1), i + 1).filter((v) => !Number.isNaN(v));
    const below = window.filter((v) => v < value).length;
    const notAbove = window.filter((v) => v <= value).length;
    return (below + notAbove + 1) / (2 * window.length);
  });
}

function dayVwap(c: CandleColumns): { value: Float64Array; candles: Float64Array } {
  const value = new Float64Array(c.length).fill(NaN);
  const candles = new Float64Array(c.length);
  const dayOf = (i: number) => Math.floor(c.openedAtMs[i] / DAY_MS);
  for (let start = 0; start < c.length;) {
    let turnover = 0, volume = 0, prices = 0, end = start;
    const whole = start > 0 || c.openedAtMs[0] % DAY_MS === 0;
    for (; end < c.length && dayOf(end) === dayOf(start); end++) {
      const typical = (c.highUsd[end] + c.lowUsd[end] + c.closeUsd[end]) / 3;
      turnover += typical * c.volumeBase[end];
      volume += c.volumeBase[end];
      prices += typical;
      candles[end] = end - start + 1;
      if (whole) value[end] = volume > 0 ? turnover / volume : prices / candles[end];
    }
    start = end;
  }
  return { value, candles };
}
