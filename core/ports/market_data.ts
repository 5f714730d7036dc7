/**
 * Where prices come from. Simulation, replay and live feeds answer in the same words, so that nothing behind the feed can
 * tell them apart except by the label. Always true:
 *  - `advance(t)` holds nothing from after `t`: no quote, no candle that closes later, no word about either;
 *  - however a stretch of time is cut into calls, the slices joined are the same;
 *  - quotes of a symbol are in time order, `fromMs < atMs <= toMs`; problems are in the order of (time, symbol);
 *  - a checkpoint is plain data, and a source restored from it goes on bit for bit.
 */
import type { CandleRows, QuoteRows } from "../market/types.ts";
import type { Instrument } from "../money.ts";
import type { UtcMs } from "../time.ts";

export interface MarketSource {
  /** What stands on every chart and print, for example `SIM seed 42` or `REPLAY BTCUSDT_1m_20210420-20210520`. */
  readonly label: string;
  /** True when the prices were made up. Paper practice refuses such a source. */
  readonly simulated: boolean;
  /** The order of this list is the order of the rows in every slice. */
  readonly symbols: readonly string[];
  /** What is known about the grid of each symbol. */
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly startsAtMs: UtcMs;
  /** The instant after which nothing more comes; `null` for a source without an end. */
  readonly endsAtMs: UtcMs | null;
  /** True when candles come as recorded; else the reader folds quotes into candles (`candle_builder.ts`). */
  readonly deliversCandles: boolean;
  /** Interval of the candles of this source, delivered or folded. */
  readonly intervalMs: number;
  /** Everything after the previous call up to and including `toMs`. Time never goes back, and stops at `endsAtMs`. */
  advance(toMs: UtcMs): MarketSlice;
  checkpoint(): MarketCheckpoint;
  /** Throws when the checkpoint belongs to another source. */
  restore(checkpoint: MarketCheckpoint): void;
  /** Candles opened at or after `fromMs` that had closed by `toMs`, never later than the last `advance`. */
  history(symbol: string, fromMs: UtcMs, toMs: UtcMs): CandleRows;
}

/** What happened in `(fromMs, toMs]`. `quotes[i]` and `candles[i]` belong to `symbols[i]` of the source. */
export interface MarketSlice {
  readonly fromMs: UtcMs;
  readonly toMs: UtcMs;
  readonly quotes: readonly QuoteRows[];
  /** Candles that closed in the slice; `null` where the reader makes them from quotes. */
  readonly candles: readonly (CandleRows | null)[];
  readonly problems: readonly MarketProblem[];
}

/** A hole in the data, told when it ends. Nothing is filled in. */
export interface MarketProblem {
  readonly code: "GAP";
  readonly symbol: string;
  /** When it became known. */
  readonly atMs: UtcMs;
  /** The stretch without data: `[fromMs, toMs)`. */
  readonly fromMs: UtcMs;
  readonly toMs: UtcMs;
  readonly missingCandles: number;
}

/** Plain data; survives the store and `postMessage`. */
export interface MarketCheckpoint {
  /** Fingerprint of the source that made it. */
  readonly source: string;
  readonly atMs: UtcMs;
  /** The source's own affair. */
  readonly state: unknown;
}
