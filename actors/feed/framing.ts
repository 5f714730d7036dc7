/** How market time is cut into frames, and how the frames of many symbols become one for the broker. Pure. */
import { QUOTE_STRIDE, type QuoteRows } from "../../core/market/types.ts";
import type { UtcMs } from "../../core/time.ts";
import { BROKER_ROW_STRIDE } from "../broker/protocol.ts";

/**
 * The end of the next frame. A frame never crosses a candle's close, so that what is decided at a close is decided on
 * everything up to it and on nothing after. At full speed a frame is a whole candle; paced, it is `frameMs` long.
 */
export function nextFrameEnd(
  { nowMs, frameMs, intervalMs, endsAtMs }: {
    nowMs: UtcMs;
    /** `null`: as long as a candle allows. */
    frameMs: number | null;
    intervalMs: number;
    /** `Infinity` where there is no end. */
    endsAtMs: UtcMs;
  },
): UtcMs {
  const close = Math.floor(nowMs / intervalMs) * intervalMs + intervalMs;
  const paced = frameMs === null ? close : Math.min(close, Math.floor(nowMs / frameMs) * frameMs + frameMs);
  return Math.min(paced, endsAtMs);
}

/** Market milliseconds of a frame that is to last about `wallMs`, in whole ticks. */
export function pacedFrameMs(speed: number, tickMs: number, wallMs: number): number {
  return Math.max(1, Math.round((speed * wallMs) / tickMs)) * tickMs;
}

/** Rows of all symbols in the order in which they happened: by time, then by the symbols' own order. */
export function mergeQuotes(quotes: readonly QuoteRows[]): Float64Array {
  const rows = quotes.reduce((sum, part) => sum + part.length / QUOTE_STRIDE, 0);
  const merged = new Float64Array(rows * BROKER_ROW_STRIDE);
  const next = new Int32Array(quotes.length);
  for (let offset = 0; offset < merged.length; offset += BROKER_ROW_STRIDE) {
    let earliest = -1;
    for (let s = 0; s < quotes.length; s++) {
      if (next[s] < quotes[s].length && (earliest === -1 || quotes[s][next[s]] < quotes[earliest][next[earliest]])) {
        earliest = s;
      }
    }
    merged[offset] = earliest;
    for (let c = 0; c < QUOTE_STRIDE; c++) merged[offset + 1 + c] = quotes[earliest][next[earliest] + c];
    next[earliest] += QUOTE_STRIDE;
  }
  return merged;
}

/** One series after the other; the second alone where the first is empty. */
export function joinRows(first: QuoteRows, second: QuoteRows): QuoteRows {
  if (first.length === 0) return second;
  const joined = new Float64Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
