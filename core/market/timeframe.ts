/**
 * Longer candles from the one stream of closed 1-minute candles. Rules, always true:
 *  - only closed candles leave: with the last minute of its interval, or, if that minute is missing, with the first
 *    candle after it;
 *  - a missing minute is not invented: the candle is made of the minutes there are, and an interval without any has none;
 *  - if the stream begins inside an interval, the beginning of that interval is unknown and it gives no candle.
 */
import { COLUMN_NAMES, createColumns, sliceColumns } from "./candle_columns.ts";
import type { CandleColumns } from "./types.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";

export const TIMEFRAMES = ["1m", "3m", "1d"] as const;
export type Timeframe = typeof TIMEFRAMES[number];
export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = { "1m": MINUTE_MS, "3m": 3 * MINUTE_MS, "1d": DAY_MS };

// Slots of the forming candle.
const OPENED_AT = 0; // -1: none is forming
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const VOLUME = 5;
const SKIP_UNTIL = 6; // minutes before it belong to an interval whose beginning is unknown; -1: no minute seen yet
const SLOTS = 7;

/** One longer timeframe. `forming` is all it remembers; `closed` holds the candle that closed last, as row 0. */
export interface Aggregator {
  readonly timeframeMs: number;
  readonly forming: Float64Array;
  readonly closed: CandleColumns;
}

export function createAggregator(timeframeMs: number): Aggregator {
  const forming = new Float64Array(SLOTS);
  forming[OPENED_AT] = -1;
  forming[SKIP_UNTIL] = -1;
  return { timeframeMs, forming, closed: createColumns(1) };
}

/**
 * Closes the forming candle if 1-minute candle `i` lies beyond its interval, which happens only after missing minutes.
 * Call it before `foldMinute`; `true` means that `closed` holds a candle that closed late.
 */
export function closeOverdue(a: Aggregator, minutes: CandleColumns, i: number): boolean {
  const openedAtMs = a.forming[OPENED_AT];
  if (openedAtMs < 0 || minutes.openedAtMs[i] < openedAtMs + a.timeframeMs) return false;
  close(a);
  return true;
}

/** Folds 1-minute candle `i` in; `true` means that it was its interval's last minute and `closed` holds the candle. */
export function foldMinute(a: Aggregator, minutes: CandleColumns, i: number): boolean {
  const f = a.forming;
  const atMs = minutes.openedAtMs[i];
  const intoMs = atMs - Math.floor(atMs / a.timeframeMs) * a.timeframeMs; // % on doubles is a call
  if (f[SKIP_UNTIL] < 0) f[SKIP_UNTIL] = intoMs === 0 ? 0 : atMs - intoMs + a.timeframeMs;
  if (atMs < f[SKIP_UNTIL]) return false;
  if (f[OPENED_AT] < 0) {
    f[OPENED_AT] = atMs - intoMs;
    f[OPEN] = minutes.openUsd[i];
    f[HIGH] = minutes.highUsd[i];
    f[LOW] = minutes.lowUsd[i];
    f[VOLUME] = minutes.volumeBase[i];
  } else {
    if (minutes.highUsd[i] > f[HIGH]) f[HIGH] = minutes.highUsd[i];
    if (minutes.lowUsd[i] < f[LOW]) f[LOW] = minutes.lowUsd[i];
    f[VOLUME] += minutes.volumeBase[i];
  }
  f[CLOSE] = minutes.closeUsd[i];
  if (intoMs + MINUTE_MS < a.timeframeMs) return false;
  close(a);
  return true;
}

/** All candles of `timeframe` that a whole series of 1-minute candles closes, oldest first. */
export function aggregateColumns(minutes: CandleColumns, timeframe: Timeframe): CandleColumns {
  const a = createAggregator(TIMEFRAME_MS[timeframe]);
  const out = createColumns(minutes.length);
  let length = 0;
  const keep = () => {
    for (const field of COLUMN_NAMES) out[field][length] = a.closed[field][0];
    length++;
  };
  for (let i = 0; i < minutes.length; i++) {
    if (closeOverdue(a, minutes, i)) keep();
    if (foldMinute(a, minutes, i)) keep();
  }
  return sliceColumns(out, 0, length);
}

function close(a: Aggregator): void {
  const f = a.forming, c = a.closed;
  c.openedAtMs[0] = f[OPENED_AT];
  c.openUsd[0] = f[OPEN];
  c.highUsd[0] = f[HIGH];
  c.lowUsd[0] = f[LOW];
  c.closeUsd[0] = f[CLOSE];
  c.volumeBase[0] = f[VOLUME];
  f[OPENED_AT] = -1;
}
