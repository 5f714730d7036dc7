/**
 * Market data as the core sees it. Prices are analysis numbers in USD; the ledger's integers are made at the broker's
 * door. Series travel between workers as Float64Array, never as objects (50 × cheaper).
 */
import type { UtcMs } from "../time.ts";

/** Best bid and ask at one instant. */
export interface Quote {
  readonly symbol: string;
  readonly atMs: UtcMs;
  readonly bidUsd: number;
  readonly askUsd: number;
}

/** One closed candle. `openedAtMs` is the start of its interval, as in every public data set. */
export interface Candle {
  readonly openedAtMs: UtcMs;
  readonly openUsd: number;
  readonly highUsd: number;
  readonly lowUsd: number;
  readonly closeUsd: number;
  /** Traded quantity in base units. */
  readonly volumeBase: number;
}

/** Closed candles in columns, oldest first; the form in which features and backtests read them. */
export interface CandleColumns {
  readonly length: number;
  readonly openedAtMs: Float64Array;
  readonly openUsd: Float64Array;
  readonly highUsd: Float64Array;
  readonly lowUsd: Float64Array;
  readonly closeUsd: Float64Array;
  readonly volumeBase: Float64Array;
}

/** Rows of `[atMs, bidUsd, askUsd, volumeBase]`, oldest first: the quotes of one symbol, as they travel. */
export type QuoteRows = Float64Array;
export const QUOTE_STRIDE = 4;

/** Rows of `[openedAtMs, open, high, low, close, volume]`, oldest first: closed candles as they travel and are stored. */
export type CandleRows = Float64Array;
export const CANDLE_STRIDE = 6;

export const mid = (bidUsd: number, askUsd: number): number => (bidUsd + askUsd) / 2;
export const spreadBps = (bidUsd: number, askUsd: number): number => ((askUsd - bidUsd) / mid(bidUsd, askUsd)) * 10_000;
