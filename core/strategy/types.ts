/**
 * A strategy turns features of closed candles into signals. It knows no account, no quantity and no order: it says where
 * it would enter, where it is wrong and where it is done. The broker decides whether and how much.
 */
import type { UtcMs } from "../time.ts";
import type { FeatureView } from "../features/types.ts";

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

export type Unit = "usd" | "usd_micros" | "bps" | "ratio" | "count" | "ms" | "r" | "z";

/** What the symbol holds, as far as a strategy may know. */
export interface HeldPosition {
  readonly strategy: StrategyId;
  readonly openedAtMs: UtcMs;
  readonly entryUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
}

export interface StrategyInput {
  readonly regime: Regime;
  readonly features: FeatureView;
  /** Close time of the candle that just closed. */
  readonly closedAtMs: UtcMs;
  readonly position: HeldPosition | null;
}

/** A fill as the strategy sees it; most strategies ignore it. */
export interface StrategyFill {
  readonly side: "buy" | "sell";
  readonly priceUsd: number;
  readonly atMs: UtcMs;
}
