/**
 * Recorded candles as a source. Each candle is told at the instant it closed, and inside of it runs a made-up path of
 * quotes for the venue (`quote_path.ts`). The position is the time alone, so a checkpoint is small; it belongs to the
 * content of the files, not to their names.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { intervalName } from "../../core/market/csv.ts";
import {
  type CandlePath,
  PATH_QUOTES,
  type SpreadModel,
  spreadRatioAfter,
  writeQuotePath,
} from "../../core/market/quote_path.ts";
import { CANDLE_STRIDE, type CandleRows, QUOTE_STRIDE, type QuoteRows } from "../../core/market/types.ts";
import type { MarketProblem, MarketSource } from "../../core/ports/market_data.ts";
import { isoSeconds, type UtcMs } from "../../core/time.ts";
import type { ReplaySeries, ReplaySet } from "./replay_files.ts";

export interface ReplayOptions {
  readonly spread: SpreadModel;
  readonly path: CandlePath;
}

/** A source over loaded files. Symbols come in the order of the files. */
export function createReplaySource(set: ReplaySet, options: ReplayOptions): MarketSource {
  const { series, intervalMs } = set;
  const symbols = series.map(({ symbol }) => symbol);
  const startsAtMs = Math.min(...series.map(({ columns }) => columns.openedAtMs[0]));
  const endsAtMs = Math.max(...series.map(({ columns }) => columns.openedAtMs[columns.length - 1])) + intervalMs;
  const content = set.files.map(({ symbol, sha256 }) => ({ symbol, sha256 }));
  const fingerprint = `replay:${createHash("sha256").update(JSON.stringify({ content, options })).digest("hex")}`;
  let atMs = startsAtMs;

  return {
    label: `REPLAY ${labelOf(set, startsAtMs, endsAtMs)}`,
    simulated: false,
    symbols,
    instruments: Object.fromEntries(series.map(({ symbol, instrument }) => [symbol, instrument])),
    startsAtMs,
    endsAtMs,
    deliversCandles: true,
    intervalMs,

    advance(toMs) {
      if (toMs < atMs) throw new RangeError(`market time cannot go back from ${atMs} to ${toMs}`);
      const fromMs = atMs;
      atMs = Math.min(toMs, endsAtMs);
      const stretch = { fromMs, toMs: atMs };
      return {
        ...stretch,
        quotes: series.map((one) => quotesWithin(one, stretch, { ...options, intervalMs })),
        candles: series.map((one) => candlesWithin(one, stretch, intervalMs)),
        problems: series.flatMap((one) => gapsWithin(one, stretch)).sort((a, b) => a.atMs - b.atMs),
      };
    },

    checkpoint: () => ({ source: fingerprint, atMs, state: null }),

    restore(checkpoint) {
      if (checkpoint.source !== fingerprint) {
        throw new Error("Cannot resume the replay: the checkpoint was made with other files or another quote path");
      }
      atMs = checkpoint.atMs;
    },

    history(symbol, fromMs, toMs) {
      const one = series[symbols.indexOf(symbol)];
      if (!one) throw new RangeError(`no symbol ${symbol} in ${symbols.join(", ")}`);
      // The stretch is open at its start, and a candle counts by its close.
      return candlesWithin(one, { fromMs: fromMs + intervalMs - 1, toMs: Math.min(toMs, atMs) }, intervalMs);
    },
  };
}

interface Stretch {
  readonly fromMs: UtcMs;
  readonly toMs: UtcMs;
}

function labelOf({ files, series, intervalMs }: ReplaySet, startsAtMs: UtcMs, endsAtMs: UtcMs): string {
  if (files.length === 1) return basename(files[0].path).replace(/\.gz$/i, "").replace(/\.csv$/i, "");
  const days = `${isoSeconds(startsAtMs).slice(0, 10)}..${isoSeconds(endsAtMs).slice(0, 10)}`;
  return `${series.map(({ symbol }) => symbol).join(" ")} ${intervalName(intervalMs)} ${days}`;
}

/** Index of the first candle opened at or after `atMs`. */
function firstAt(openedAtMs: Float64Array, atMs: UtcMs): number {
  let low = 0, high = openedAtMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (openedAtMs[middle] < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Candles that closed in `(fromMs, toMs]`. */
function candlesWithin({ columns }: ReplaySeries, { fromMs, toMs }: Stretch, intervalMs: number): CandleRows {
  const first = firstAt(columns.openedAtMs, fromMs - intervalMs + 1);
  const end = Math.max(first, firstAt(columns.openedAtMs, toMs - intervalMs + 1));
  const rows = new Float64Array((end - first) * CANDLE_STRIDE);
  for (let i = first, row = 0; i < end; i++, row += CANDLE_STRIDE) {
    rows[row] = columns.openedAtMs[i];
    rows[row + 1] = columns.openUsd[i];
    rows[row + 2] = columns.highUsd[i];
    rows[row + 3] = columns.lowUsd[i];
    rows[row + 4] = columns.closeUsd[i];
    rows[row + 5] = columns.volumeBase[i];
  }
  return rows;
}

/** Quotes in `(fromMs, toMs]` of all candles that have any there. */
function quotesWithin(
  { columns }: ReplaySeries,
  { fromMs, toMs }: Stretch,
  { intervalMs, path, spread }: ReplayOptions & { readonly intervalMs: number },
): QuoteRows {
  const first = firstAt(columns.openedAtMs, fromMs - intervalMs + 1);
  const end = Math.max(first, firstAt(columns.openedAtMs, toMs));
  const rows = new Float64Array((end - first) * PATH_QUOTES * QUOTE_STRIDE);
  for (let i = first; i < end; i++) {
    const previous = i === 0 ? null : { highUsd: columns.highUsd[i - 1], lowUsd: columns.lowUsd[i - 1] };
    const candle = {
      openedAtMs: columns.openedAtMs[i],
      openUsd: columns.openUsd[i],
      highUsd: columns.highUsd[i],
      lowUsd: columns.lowUsd[i],
      closeUsd: columns.closeUsd[i],
      volumeBase: columns.volumeBase[i],
    };
    const spreadRatio = spreadRatioAfter(previous, spread);
    writeQuotePath(rows, (i - first) * PATH_QUOTES * QUOTE_STRIDE, candle, { intervalMs, path, spreadRatio });
  }
  let from = 0, to = rows.length;
  while (from < to && rows[from] <= fromMs) from += QUOTE_STRIDE;
  while (to > from && rows[to - QUOTE_STRIDE] > toMs) to -= QUOTE_STRIDE;
  return from === 0 && to === rows.length ? rows : rows.slice(from, to);
}

/** Gaps that ended in the stretch; the first quote after a gap ends it. */
function gapsWithin({ symbol, gaps }: ReplaySeries, { fromMs, toMs }: Stretch): MarketProblem[] {
  return gaps
    .map((gap) => ({ code: "GAP" as const, symbol, atMs: gap.toMs + 1, ...gap }))
    .filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
}
