/**
 * The decision record: one for each closed candle of each symbol, trade or not. It is what "why nothing happened" is
 * made of, so a reason always carries the number that missed and the number it missed.
 */
import type { Check } from "./execution/types.ts";
import type { Miss, Regime, StrategyId, Unit } from "./strategy/types.ts";
import { isoSeconds, type UtcMs } from "./time.ts";
import type { Verdict } from "./verdict/types.ts";

/** The gates in the order in which a candle meets them; the funnel counts by these. */
export const STAGES = [
  "data",
  "position",
  "regime",
  "signal",
  "cost",
  "verdict",
  "fusion",
  "risk",
  "venue",
  "traded",
] as const;
export type Stage = typeof STAGES[number];

/** Where the candle's way ended and by how much. */
export interface Reason {
  readonly stage: Stage;
  /** Upper-case code, for example `WARMING_UP`, `COST_ABOVE_MOVE`, `QUOTE_STALE`, `ENTERED`. */
  readonly code: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Unit;
}

export interface DecisionRecord {
  /** `SYMBOL@closeTime`, for example `BTC-USD@2026-01-05T00:01:00Z`. One id from closed candle to last fill. */
  readonly decisionId: string;
  readonly symbol: string;
  readonly closedAtMs: UtcMs;
  readonly closeUsd: number;
  readonly regime: Regime;
  readonly features: Readonly<Record<string, number | null>>;
  readonly strategy: StrategyId | null;
  readonly technicalScore: number | null;
  readonly expectedMoveBps: number | null;
  readonly roundTripCostBps: number | null;
  /** The nearest miss of each strategy that was allowed to speak. */
  readonly misses: readonly Miss[];
  readonly verdict: Verdict | null;
  /** Contribution of each voice to the fused confidence. */
  readonly fusion: Readonly<Record<string, number>> | null;
  readonly confidence: number | null;
  readonly intentId: string | null;
  readonly checks: readonly Check[];
  readonly reason: Reason;
}

export const decisionIdOf = (symbol: string, closedAtMs: UtcMs): string => `${symbol}@${isoSeconds(closedAtMs)}`;
