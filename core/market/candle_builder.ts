/**
 * Folds quotes into candles of one interval. Always true:
 *  - a candle is closed by time alone, never by a guess that no more quotes will come, and never changes afterwards;
 *  - an interval without quotes leaves no candle: a hole in the data stays visible;
 *  - high, low and (but for rounding) volume do not depend on the order in which the quotes of an interval arrive.
 *
 * Rules for quotes that are not as they should be, each counted:
 *  - `refused`: price or time that is not a number above zero, a time after the stretch that is folded (one clock gone
 *    wrong must not close every candle to come), or a cross wider than {@link CROSSED_MAX_BPS};
 *  - `crossed`: bid above ask by less than that; the mid is used, since venues sample the two legs apart;
 *  - `late`: its candle is closed; dropped;
 *  - `outOfOrder`: older than a quote already folded into the forming candle; it widens high and low and adds its volume,
 *    but open and close stand.
 * Volume that is not a number of at least zero counts as none.
 *
 * The state is plain data and is changed in place: one builder belongs to one reader.
 */
import type { UtcMs } from "../time.ts";
import { type CandleRows, mid, QUOTE_STRIDE, type QuoteRows, spreadBps } from "./types.ts";

/** Robinhood's v2 quotes were seen crossed by up to 1.4 bps; seven times that is no longer two legs sampled apart. */
export const CROSSED_MAX_BPS = 10;

export interface CandleBuilder {
  readonly intervalMs: number;
  /** Start of the forming candle, `null` while none is forming. */
  openedAtMs: UtcMs | null;
  openUsd: number;
  highUsd: number;
  lowUsd: number;
  closeUsd: number;
  volumeBase: number;
  /** Time of the newest quote in the forming candle. */
  newestAtMs: UtcMs;
  /** Everything before this instant is closed. */
  closedToMs: UtcMs;
  readonly counts: QuoteCounts;
}

export interface QuoteCounts {
  folded: number;
  crossed: number;
  outOfOrder: number;
  late: number;
  refused: number;
}

export function createCandleBuilder(intervalMs: number): CandleBuilder {
  return {
    intervalMs,
    openedAtMs: null,
    openUsd: 0,
    highUsd: 0,
    lowUsd: 0,
    closeUsd: 0,
    volumeBase: 0,
    newestAtMs: 0,
    closedToMs: 0,
    counts: { folded: 0, crossed: 0, outOfOrder: 0, late: 0, refused: 0 },
  };
}

/** Folds quotes of one symbol and gives the candles that closed, oldest first; time has then passed up to `toMs`. */
export function foldQuotes(builder: CandleBuilder, quotes: QuoteRows, toMs: UtcMs): CandleRows {
  const { counts } = builder;
  const closed: number[] = [];
  for (let row = 0; row < quotes.length; row += QUOTE_STRIDE) {
    const atMs = quotes[row], bidUsd = quotes[row + 1], askUsd = quotes[row + 2];
    const priceUsd = mid(bidUsd, askUsd);
    const fit = atMs > 0 && atMs <= toMs && bidUsd > 0 && askUsd > 0 && priceUsd < Infinity &&
      -spreadBps(bidUsd, askUsd) <= CROSSED_MAX_BPS;
    if (!fit) {
      counts.refused++;
      continue;
    }
    if (bidUsd > askUsd) counts.crossed++;
    fold(builder, closed, atMs, priceUsd, quotes[row + 3]);
  }
  return finish(builder, closed, toMs);
}

function fold(builder: CandleBuilder, closed: number[], atMs: UtcMs, priceUsd: number, volume: number): void {
  const { counts } = builder;
  closeBy(builder, closed, atMs);
  if (atMs < builder.closedToMs) {
    counts.late++;
    return;
  }
  counts.folded++;
  const volumeBase = volume > 0 && volume < Infinity ? volume : 0;
  if (builder.openedAtMs === null) {
    builder.openedAtMs = atMs - (atMs % builder.intervalMs);
    builder.openUsd = priceUsd;
    builder.highUsd = priceUsd;
    builder.lowUsd = priceUsd;
    builder.closeUsd = priceUsd;
    builder.volumeBase = volumeBase;
    builder.newestAtMs = atMs;
    return;
  }
  if (priceUsd > builder.highUsd) builder.highUsd = priceUsd;
  if (priceUsd < builder.lowUsd) builder.lowUsd = priceUsd;
  builder.volumeBase += volumeBase;
  if (atMs < builder.newestAtMs) {
    counts.outOfOrder++;
  } else {
    builder.closeUsd = priceUsd;
    builder.newestAtMs = atMs;
  }
}

/** Closes the forming candle when its interval has ended by `nowMs`. */
function closeBy(builder: CandleBuilder, closed: number[], nowMs: UtcMs): void {
  const { openedAtMs, intervalMs } = builder;
  if (openedAtMs === null || nowMs < openedAtMs + intervalMs) return;
  closed.push(openedAtMs, builder.openUsd, builder.highUsd, builder.lowUsd, builder.closeUsd, builder.volumeBase);
  builder.openedAtMs = null;
  builder.closedToMs = openedAtMs + intervalMs;
}

function finish(builder: CandleBuilder, closed: number[], toMs: UtcMs): CandleRows {
  closeBy(builder, closed, toMs);
  const closedToMs = toMs - (toMs % builder.intervalMs);
  if (closedToMs > builder.closedToMs) builder.closedToMs = closedToMs;
  return Float64Array.from(closed);
}
