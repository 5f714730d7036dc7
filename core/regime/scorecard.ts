/**
 * What each strategy earned in each regime, from closed trades alone. Plain data; adding a trade gives a new card, and the
 * order of the trades changes nothing but the last bits of the sums.
 */
import type { StrategyId } from "../strategy/types.ts";

/** What the card needs to know of a finished round trip; the broker's `trade.closed` has these fields. */
export interface ScoredTrade {
  readonly strategy: StrategyId;
  /** Label at the entry. */
  readonly regime: string;
  readonly pnlUsd: number;
  readonly feesUsd: number;
  /** Result over the money at risk at the stop. */
  readonly rMultiple: number;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
}

export interface Score {
  readonly trades: number;
  readonly wins: number;
  /** Net of fees, as the ledger booked it. */
  readonly pnlUsd: number;
  readonly feesUsd: number;
  readonly wonUsd: number;
  readonly lostUsd: number;
  readonly meanR: number;
  /** Sum of squared deviations from the mean (Welford). */
  readonly squaresR: number;
  readonly heldMs: number;
}

/** By regime, then strategy. */
export type Scorecard = Readonly<Record<string, Readonly<Record<StrategyId, Score>>>>;

export const EMPTY_SCORE: Score = {
  trades: 0,
  wins: 0,
  pnlUsd: 0,
  feesUsd: 0,
  wonUsd: 0,
  lostUsd: 0,
  meanR: 0,
  squaresR: 0,
  heldMs: 0,
};

/** The card with one more trade. Throws on a trade whose numbers are not finite, naming the field. */
export function addTrade(card: Scorecard, trade: ScoredTrade): Scorecard {
  for (const field of ["pnlUsd", "feesUsd", "rMultiple", "openedAtMs", "closedAtMs"] as const) {
    if (!Number.isFinite(trade[field])) throw new RangeError(`Scorecard: ${field} of a trade is ${trade[field]}`);
  }
  const old = card[trade.regime]?.[trade.strategy] ?? EMPTY_SCORE;
  const off = trade.rMultiple - old.meanR;
  const meanR = old.meanR + off / (old.trades + 1);
  const score: Score = {
    trades: old.trades + 1,
    wins: old.wins + (trade.pnlUsd > 0 ? 1 : 0),
    pnlUsd: old.pnlUsd + trade.pnlUsd,
    feesUsd: old.feesUsd + trade.feesUsd,
    wonUsd: old.wonUsd + Math.max(trade.pnlUsd, 0),
    lostUsd: old.lostUsd + Math.max(-trade.pnlUsd, 0),
    meanR,
    squaresR: old.squaresR + off * (trade.rMultiple - meanR),
    heldMs: old.heldMs + trade.closedAtMs - trade.openedAtMs,
  };
  return { ...card, [trade.regime]: { ...card[trade.regime], [trade.strategy]: score } };
}

export interface ScoreSummary {
  readonly trades: number;
  /** 0..1; `null` without trades. */
  readonly hitRate: number | null;
  /** Mean result in units of risk. */
  readonly expectancyR: number | null;
  /** Standard error of that mean (sample deviation over √n); `null` below two trades. Within two of it 0 is not ruled out. */
  readonly expectancyErrorR: number | null;
  /** Won over lost dollars; `null` where nothing was lost. */
  readonly profitFactor: number | null;
  readonly meanHeldMs: number | null;
}

/** The figures that people read off a score. */
export function summarise(s: Score): ScoreSummary {
  const n = s.trades;
  return {
    trades: n,
    hitRate: n > 0 ? s.wins / n : null,
    expectancyR: n > 0 ? s.meanR : null,
    expectancyErrorR: n > 1 ? Math.sqrt(s.squaresR / (n - 1) / n) : null,
    profitFactor: s.lostUsd > 0 ? s.wonUsd / s.lostUsd : null,
    meanHeldMs: n > 0 ? s.heldMs / n : null,
  };
}
