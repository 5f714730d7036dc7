/**
 * What the feed says to a symbol. A frame is a stretch of market time, complete up to `toMs`; how finely time is cut into
 * frames changes when a page is painted, never what is decided.
 */
import type { CandleRows, QuoteRows } from "../../core/market/types.ts";
import type { UtcMs } from "../../core/time.ts";

export interface SymbolFrame {
  readonly type: "frame";
  readonly seq: number;
  readonly toMs: UtcMs;
  /** Quotes of this symbol in the frame. The symbol folds them into candles, unless the source delivers candles itself. */
  readonly quotes: QuoteRows;
  /** Candles that closed in the frame as the source recorded them; `null` where candles are made from quotes. */
  readonly candles: CandleRows | null;
  /** Under a virtual clock: how many broker messages this symbol must have read before it handles the frame; else `null`. */
  readonly afterBrokerMessages: number | null;
}

export type FeedToSymbol = SymbolFrame;
