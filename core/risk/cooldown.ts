/**
 * Losing streaks and the pauses they start: per symbol, per strategy and over the account. A losing trade adds to all three
 * of its streaks, any other result ends them; a streak that reaches the limit starts its pause and counts anew. A pause is
 * never shortened.
 */
import type { UtcMs } from "../time.ts";
import type { RiskLimits } from "./limits.ts";

export interface Streak {
  losses: number;
  /** End of the pause; 0 when there was none. */
  untilMs: UtcMs;
}

/** By scope: `account`, `symbol:BTC-USD`, `strategy:S1`. */
export type Streaks = Record<string, Streak>;

export interface TradeResult {
  readonly symbol: string;
  readonly strategy: string;
  readonly pnlUsd: number;
  readonly closedAtMs: UtcMs;
}

export interface Cooldown {
  readonly scope: string;
  readonly untilMs: UtcMs;
}

const scopesOf = (symbol: string, strategy: string): readonly [string, string, string] => [
  `symbol:${symbol}`,
  `strategy:${strategy}`,
  "account",
];

/** Counts a closed trade in its three streaks, in place. */
export function countResult(streaks: Streaks, { symbol, strategy, pnlUsd }: TradeResult): void {
  for (const scope of scopesOf(symbol, strategy)) {
    const streak = streaks[scope] ??= { losses: 0, untilMs: 0 };
    streak.losses = pnlUsd < 0 ? streak.losses + 1 : 0;
  }
}

/** Pauses that the streaks of a trade, already counted, call for. */
export function dueCooldowns(streaks: Streaks, trade: TradeResult, limits: RiskLimits): Cooldown[] {
  const pauses = [limits.cooldownSymbolMs, limits.cooldownStrategyMs, limits.cooldownAccountMs];
  return scopesOf(trade.symbol, trade.strategy)
    .map((scope, n) => ({ scope, untilMs: trade.closedAtMs + pauses[n] }))
    .filter(({ scope }) => (streaks[scope]?.losses ?? 0) >= limits.cooldownLosses);
}

/** Starts a pause in place; its streak counts anew. */
export function startCooldown(streaks: Streaks, { scope, untilMs }: Cooldown): void {
  streaks[scope] = { losses: 0, untilMs: Math.max(untilMs, streaks[scope]?.untilMs ?? 0) };
}

/** Longest pause in ms that still keeps this symbol and strategy from an entry; 0 when free. */
export function cooldownLeftMs(streaks: Streaks, symbol: string, strategy: string, nowMs: UtcMs): number {
  let left = 0;
  for (const scope of scopesOf(symbol, strategy)) left = Math.max(left, (streaks[scope]?.untilMs ?? 0) - nowMs);
  return left;
}
