/**
 * The wider set of indicators for prompts and charts, over the last candles at once, by `technicalindicators`. In a module
 * of its own so that a symbol worker loads the library only when it is asked. Nothing here decides a trade.
 *
 * Habits of the library (3.1.0) that this module works around: RSI is rounded to two decimals, so StochRSI is given our RSI
 * instead; a value of exactly 0 counts as missing in the MACD signal; ADX is NaN for good after candles without any
 * direction. A value that the library does not have is NaN here. Recursive ones (MACD, ADX, StochRSI) depend on where the
 * window begins: give at least `EXTENDED_CANDLES`.
 */
import { adx, bollingerbands, macd, obv, sma, stochastic } from "technicalindicators";
import type { CandleColumns } from "../market/types.ts";
import { rsi, seededSmooth } from "./kernels.ts";
import { WILDER } from "./warm_up.ts";

/** Candles after which what is left of the window's beginning is below 1e-4 of the newest values. */
export const EXTENDED_CANDLES = 300;

/** Names end in their unit; `adx14`, `plusDi14`, `minusDi14` and both StochRSI lines run from 0 to 100. */
export const EXTENDED_NAMES = [
  "macdUsd",
  "macdSignalUsd",
  "macdHistogramUsd",
  "bollingerUpperUsd",
  "bollingerMiddleUsd",
  "bollingerLowerUsd",
  "adx14",
  "plusDi14",
  "minusDi14",
  "stochRsiK",
  "stochRsiD",
  "obvBase",
] as const;

export type ExtendedName = typeof EXTENDED_NAMES[number];
export type ExtendedColumns = Readonly<Record<ExtendedName, Float64Array>>;

/**
 * MACD 12/26/9, Bollinger 20/2 (population deviation), ADX 14, StochRSI 14/14/3/3 and OBV (0 at the first candle) for every
 * candle of `c`; NaN where there is no value yet.
 */
export function extendedIndicators(c: CandleColumns): ExtendedColumns {
  const close = [...c.closeUsd.subarray(0, c.length)];
  const high = [...c.highUsd.subarray(0, c.length)];
  const low = [...c.lowUsd.subarray(0, c.length)];
  const volume = [...c.volumeBase.subarray(0, c.length)];
  const column = (values: readonly (number | undefined)[]) => alignEnd(values, c.length);

  const macds = macd({
    values: close,
    fastPeriod: 12,
    slowPeriod: 26,
    signalPeriod: 9,
    SimpleMAOscillator: false,
    SimpleMASignal: false,
  });
  const bands = bollingerbands({ values: close, period: 20, stdDev: 2 });
  const directions = adx({ high, low, close, period: 14 });
  const strengths = rsiValues(close);
  const stochastics = stochastic({ high: strengths, low: strengths, close: strengths, period: 14, signalPeriod: 3 });
  const k = stochastics.flatMap((s) => (s.d === undefined ? [] : [s.d]));
  return {
    macdUsd: column(macds.map((m) => m.MACD)),
    macdSignalUsd: column(macds.map((m) => m.signal)),
    macdHistogramUsd: column(macds.map((m) => m.histogram)),
    bollingerUpperUsd: column(bands.map((b) => b.upper)),
    bollingerMiddleUsd: column(bands.map((b) => b.middle)),
    bollingerLowerUsd: column(bands.map((b) => b.lower)),
    adx14: column(directions.map((d) => d.adx)),
    plusDi14: column(directions.map((d) => d.pdi)),
    minusDi14: column(directions.map((d) => d.mdi)),
    stochRsiK: column(k),
    stochRsiD: column(sma({ values: k, period: 3 })),
    obvBase: column(c.length > 0 ? [0, ...obv({ close, volume })] : []),
  };
}

/** The newest values by name, `null` where there is none: what a prompt is given. */
export function extendedRecord(c: CandleColumns): Record<ExtendedName, number | null> {
  const columns = extendedIndicators(c);
  const record = {} as Record<ExtendedName, number | null>;
  for (const name of EXTENDED_NAMES) {
    const newest = columns[name].at(-1);
    record[name] = newest === undefined || Number.isNaN(newest) ? null : newest;
  }
  return record;
}

/** The library leaves the candles without a value out; the last value always belongs to the last candle. */
function alignEnd(values: readonly (number | undefined)[], length: number): Float64Array {
  const out = new Float64Array(length).fill(NaN);
  values.forEach((value, k) => out[length - values.length + k] = value ?? NaN);
  return out;
}

/** RSI 14 from the first candle that has one; unrounded. */
function rsiValues(close: readonly number[]): number[] {
  const out: number[] = [];
  let gain = 0, loss = 0;
  for (let i = 1; i < close.length; i++) {
    const change = close[i] - close[i - 1];
    gain = seededSmooth(gain, Math.max(change, 0), i, WILDER, 1 / WILDER);
    loss = seededSmooth(loss, Math.max(-change, 0), i, WILDER, 1 / WILDER);
    if (i >= WILDER) out.push(rsi(gain, loss));
  }
  return out;
}
