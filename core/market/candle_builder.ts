/**
 * Folds quotes into candles of one interval, and fine candles into coarse ones. Always true:
 *  - a candle is closed by time alone, never by a guess that no more quotes will come, and never changes afterwards;
 *  - an interval without quotes leaves no candle: a hole in the data stays visible;
 *  - high, low and volume do not depend on the order in which the quotes of an interval arrive.
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
import { CANDLE_STRIDE, type CandleRows, mid, QUOTE_STRIDE, type QuoteRows, spreadBps } from "./types.ts";

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

const NO_ROWS = new Float64Array(0);

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
    fold(builder, closed, atMs, priceUsd, priceUsd, priceUsd, priceUsd, quotes[row + 3]);
  }
  return finish(builder, closed, toMs);
}

/** Folds candles of a finer interval, closed by `toMs`, into candles of the builder's own. */
export function foldCandles(builder: CandleBuilder, candles: CandleRows, toMs: UtcMs): CandleRows {
  const closed: number[] = [];
  for (let row = 0; row < candles.length; row += CANDLE_STRIDE) {
    fold(
      builder,
      closed,
      candles[row],
      candles[row + 1],
      candles[row + 2],
      candles[row + 3],
      candles[row + 4],
      candles[row + 5],
    );
  }
  return finish(builder, closed, toMs);
}

function fold(
  builder: CandleBuilder,
  closed: number[],
  atMs: UtcMs,
  openUsd: number,
  highUsd: number,
  lowUsd: number,
  closeUsd: number,
  volume: number,
): void {
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
    builder.openUsd = openUsd;
    builder.highUsd = highUsd;
    builder.lowUsd = lowUsd;
    builder.closeUsd = closeUsd;
    builder.volumeBase = volumeBase;
    builder.newestAtMs = atMs;
    return;
  }
  if (highUsd > builder.highUsd) builder.highUsd = highUsd;
  if (lowUsd < builder.lowUsd) builder.lowUsd = lowUsd;
  builder.volumeBase += volumeBase;
  if (atMs < builder.newestAtMs) {
    counts.outOfOrder++;
  } else {
    builder.closeUsd = closeUsd;
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
  return closed.length === 0 ? NO_ROWS : Float64Array.from(closed);
}
