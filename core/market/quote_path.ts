/**
 * A path of quotes inside a recorded candle, so that a simulated venue has something to fill against. Always true:
 *  - the mids are exactly open, high, low and close of the candle, to the last bit, and bid < ask;
 *  - nothing of the path but its order depends on a later point of it: the spread comes from the candle before.
 *
 * The order of high and low is not recorded, and it decides whether a stop or a target came first:
 *  - `pessimistic` (O L H C): the low comes first, so that a long position meets its stop before its target;
 *  - `direction` (O L H C in a rising candle, O H L C in a falling one): nearer to how prices move on average, kinder to us.
 * Both are made up, as is the spread: a fill inside a candle is an assumption, and reports must say so.
 */
import { QUOTE_STRIDE } from "./types.ts";

export type CandlePath = "pessimistic" | "direction";

/** Quotes in one candle. */
export const PATH_QUOTES = 4;

/**
 * When the quotes come, in milliseconds after the open. The first is the first instant after the candle before was
 * closed, so an order sent on a close meets the next open; the last is just before the close, so a decision on it never
 * looks at an old quote.
 */
export const pathOffsetsMs = (intervalMs: number): readonly [number, number, number, number] => [
  1,
  Math.floor(intervalMs / 3),
  Math.floor((2 * intervalMs) / 3),
  intervalMs - 1,
];

export interface SpreadModel {
  /** Whole spread over mid in a market that stands still. */
  readonly spreadBps: number;
  /** Share of the previous candle's range that is added: quotes widen when the market moves. */
  readonly spreadRangeRatio: number;
}

/** Whole spread over mid for a candle, from the range of the one before it (`null` at the start). */
export function spreadRatioAfter(previous: { highUsd: number; lowUsd: number } | null, model: SpreadModel): number {
  const rangeRatio = previous === null ? 0 : (2 * (previous.highUsd - previous.lowUsd)) /
    (previous.highUsd + previous.lowUsd);
  // Less than 100 %, so that a bid stays above zero whatever the candle before did.
  return Math.min(model.spreadBps / 10_000 + model.spreadRangeRatio * rangeRatio, 0.99);
}

export interface PathCandle {
  readonly openedAtMs: number;
  readonly openUsd: number;
  readonly highUsd: number;
  readonly lowUsd: number;
  readonly closeUsd: number;
  readonly volumeBase: number;
}

/** Writes the four quotes of a candle into `out` from element `at`; the volume is spread evenly over them. */
export function writeQuotePath(
  out: Float64Array,
  at: number,
  candle: PathCandle,
  options: { readonly intervalMs: number; readonly path: CandlePath; readonly spreadRatio: number },
): void {
  const highFirst = options.path === "direction" && candle.closeUsd < candle.openUsd;
  const offsets = pathOffsetsMs(options.intervalMs);
  for (let k = 0; k < PATH_QUOTES; k++) {
    const midUsd = k === 0
      ? candle.openUsd
      : k === 3
      ? candle.closeUsd
      : (k === 1) === highFirst
      ? candle.highUsd
      : candle.lowUsd;
    const askUsd = askAbove(midUsd, options.spreadRatio / 2);
    const row = at + k * QUOTE_STRIDE;
    out[row] = candle.openedAtMs + offsets[k];
    // Exact by Sterbenz' lemma (mid <= ask <= 4 mid), so that (bid + ask) / 2 is the mid again, to the last bit.
    out[row + 1] = 2 * midUsd - askUsd;
    out[row + 2] = askUsd;
    out[row + 3] = candle.volumeBase / PATH_QUOTES;
  }
}

/** The ask for a mid; at the least one step of the double above it, so that a spread of nothing still is one. */
function askAbove(midUsd: number, halfRatio: number): number {
  const askUsd = midUsd * (1 + halfRatio);
  return askUsd > midUsd ? askUsd : midUsd * (1 + 2 * Number.EPSILON);
}
