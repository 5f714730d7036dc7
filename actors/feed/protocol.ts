/**
 * What the feed says and hears. A frame is a stretch of market time, complete up to `toMs`; how finely time is cut into
 * frames changes when a page is painted, never what is decided.
 */
import type { CandleRows, QuoteRows } from "../../core/market/types.ts";
import type { UtcMs } from "../../core/time.ts";

export interface SymbolFrame {
  readonly type: "frame";
  readonly seq: number;
  /** The frame holds `(fromMs, toMs]`. A symbol whose own time is before `fromMs` asks for the candles between. */
  readonly fromMs: UtcMs;
  readonly toMs: UtcMs;
  /** Quotes of this symbol in the frame. The symbol folds them into candles, unless the source delivers candles itself. */
  readonly quotes: QuoteRows;
  /** Candles that closed in the frame as the source recorded them; `null` where candles are made from quotes. */
  readonly candles: CandleRows | null;
  /** Under a virtual clock: how many broker messages this symbol must have read before it handles the frame; else `null`. */
  readonly afterBrokerMessages: number | null;
}

export type FeedToSymbol = SymbolFrame;

export type FeedMessage =
  /** All actors are ready: let the market begin, for these symbols. */
  | { readonly type: "feed.go"; readonly symbols: readonly string[] }
  | { readonly type: "symbol.joined"; readonly symbol: string }
  | { readonly type: "symbol.left"; readonly symbol: string }
  /** No frames for a moment: the supervisor wants to hear what else makes noise. */
  | { readonly type: "feed.hold"; readonly forMs: number }
  /** A symbol's own past, from what the feed has already shown. Answered with `CandleRows`. */
  | { readonly type: "history.get"; readonly symbol: string; readonly fromMs: UtcMs; readonly toMs: UtcMs };

/** Told to the supervisor at most four times a second, and once more at the end. */
export interface FeedStatus {
  readonly type: "feed.status";
  readonly label: string;
  readonly simulated: boolean;
  readonly nowMs: UtcMs;
  /** While the feed runs through the past at full speed. */
  readonly catchingUp: { readonly fromMs: UtcMs; readonly toMs: UtcMs } | null;
  /** Newest quote of each symbol: `[atMs, bidUsd, askUsd]`. */
  readonly quotes: Readonly<Record<string, readonly [number, number, number]>>;
  readonly frames: number;
  readonly gaps: number;
  /** Wall time from a candle's close to the broker's last answer about it, over the newest closes; `null` before any. */
  readonly closeToDecisionMs: { readonly p50: number; readonly p99: number; readonly count: number } | null;
  /** Set once the source has no more. */
  readonly ended: boolean;
}
