/**
 * A strategy turns features of closed candles into signals. It knows no account, no quantity and no order: it says where
 * it would enter, where it is wrong and where it is done. The broker decides whether and how much.
 */
import type { UtcMs } from "../time.ts";
import type { FeatureView } from "../features/types.ts";
import type { FeatureConfig } from "../features/warm_up.ts";
import type { Timeframe } from "../market/timeframe.ts";
import type { ParamsOf, ParamSpecs } from "./params.ts";

export type StrategyId = string;
export type Regime = "trend" | "range" | "none";

/** A wish to be long from the next instant, with the price that proves it wrong and the price that ends it well. */
export interface EntrySignal {
  readonly kind: "enter";
  readonly strategy: StrategyId;
  /** Technical strength, 0..1; 0.5 is barely a signal. */
  readonly score: number;
  /** Close of the candle that gave the signal. */
  readonly referenceUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
  /** How long the idea is good for; the position is closed at market after it. */
  readonly horizonMs: number;
}

/** The idea is no longer true: leave at market, whatever the bracket says. */
export interface ExitSignal {
  readonly kind: "exit";
  readonly strategy: StrategyId;
  /** Short code of the invalidation, for example `CLOSE_BELOW_VWAP`. */
  readonly cause: string;
}

export type Signal = EntrySignal | ExitSignal;

/** The condition that kept a strategy from a signal and by how much, for "why nothing happened". */
export interface Miss {
  readonly strategy: StrategyId;
  /** Short code, for example `CLOSE_NOT_ABOVE_VWAP`. */
  readonly code: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: Unit;
}

/** `atr`: multiples of the average true range; `points`: RSI, 0..100. */
export type Unit = "usd" | "usd_micros" | "bps" | "ratio" | "count" | "ms" | "r" | "z" | "atr" | "points";

/** What the symbol holds, as far as a strategy may know. */
export interface HeldPosition {
  readonly strategy: StrategyId;
  readonly openedAtMs: UtcMs;
  readonly entryUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
}

/** One closed candle as a strategy sees it. The owner reuses the object; nothing of it may be kept. */
export interface StrategyInput {
  readonly regime: Regime;
  /** Features of the strategy's own timeframe. */
  readonly features: FeatureView;
  /** Closed candles of that timeframe so far. */
  readonly candles: number;
  /** Close time of the candle that just closed. */
  readonly closedAtMs: UtcMs;
  readonly position: HeldPosition | null;
}

/** A fill of the strategy's own order. */
export interface StrategyFill {
  readonly side: "buy" | "sell";
  readonly priceUsd: number;
  readonly atMs: UtcMs;
}

/**
 * A strategy that runs. Its whole memory is one Float64Array: `slice()` is a snapshot, `set()` restores it. It allocates
 * nothing unless it signals.
 */
export interface Strategy {
  readonly id: StrategyId;
  readonly timeframe: Timeframe;
  /** The only regime in which it opens. */
  readonly regime: Exclude<Regime, "none">;
  /** Closed candles of its timeframe before it can open. */
  readonly warmUpCandles: number;
  readonly memory: Float64Array;
  /** Takes in the next closed candle of its timeframe; must be called for each, whoever holds the position. */
  generateSignals(input: StrategyInput): Signal | null;
  onFill(fill: StrategyFill): void;
  /** What kept the newest candle from a signal, as a new object; `null` after a signal and before the first candle. */
  miss(): Miss | null;
}

/** What a file under core/strategy/ exports: everything known of a strategy before it runs. */
export interface StrategyDefinition<Specs extends ParamSpecs = ParamSpecs> {
  readonly id: StrategyId;
  readonly title: string;
  readonly timeframe: Timeframe;
  readonly regime: Exclude<Regime, "none">;
  readonly params: Specs;
  /**
   * A fresh instance; parameters that are not given have their defaults, bad ones throw and are named. `features` is how
   * the features of its timeframe are made, if not by default: the warm-up follows from it.
   */
  prepare(params?: Partial<ParamsOf<Specs>>, features?: FeatureConfig): Strategy;
}
