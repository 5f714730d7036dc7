/** What a run came to, as one JSON object: the same bytes for the same run, except for what stands under `timing`. */
import type { RunTotals } from "../actors/broker/protocol.ts";
import type { RunCounts } from "../actors/recorder/protocol.ts";
import { isoSeconds } from "../core/time.ts";
import type { RunScope } from "../storage/keys.ts";
import type { MarketFacts } from "./program.ts";

export interface RunSummary {
  readonly schema: "grodt.run-summary/1";
  readonly run: string;
  readonly mode: string;
  readonly market: string;
  readonly symbols: readonly string[];
  readonly seed: number;
  readonly period: { readonly from: string; readonly to: string };
  /** Sentences about the data that were not as they should be and were let pass. */
  readonly dataNotes: readonly string[];
  readonly candles: number;
  readonly decisions: number;
  /** Decisions by the stage at which they ended, then by reason. */
  readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly orders: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly trades: {
    readonly count: number;
    readonly wins: number;
    readonly losses: number;
    readonly byStrategyAndRegime: Readonly<Record<string, number>>;
  };
  readonly feesUsd: number;
  readonly pnlUsd: number;
  readonly equityUsd: { readonly start: number; readonly end: number };
  readonly maxDrawdownRatio: number;
  readonly openPositions: number;
  readonly openOrders: number;
  readonly ledger: { readonly ok: boolean; readonly problem: string | null };
  readonly journal: { readonly entries: number; readonly sha256: string };
  readonly timing: { readonly wallMs: number; readonly candlesPerSecond: number };
}

export function summaryOf(
  { totals, counts, market, scope, seed, fromMs, toMs, notes, wallMs }: {
    readonly totals: RunTotals;
    readonly counts: RunCounts;
    readonly market: MarketFacts;
    readonly scope: RunScope;
    readonly seed: number;
    readonly fromMs: number;
    readonly toMs: number;
    readonly notes: readonly string[];
    readonly wallMs: number;
  },
): RunSummary {
  const { view } = totals;
  return {
    schema: "grodt.run-summary/1",
    run: scope.run,
    mode: scope.mode,
    market: market.label,
    symbols: market.symbols,
    seed,
    period: { from: isoSeconds(fromMs), to: isoSeconds(toMs) },
    dataNotes: notes,
    candles: counts.candles,
    decisions: counts.decisions,
    reasons: counts.reasons,
    orders: counts.orders,
    fills: counts.fills,
    trades: { ...view.trades, byStrategyAndRegime: counts.trades },
    feesUsd: round(totals.feesUsd),
    pnlUsd: round(view.equityUsd - view.startUsd),
    equityUsd: { start: round(view.startUsd), end: round(view.equityUsd) },
    maxDrawdownRatio: counts.maxDrawdownRatio,
    openPositions: view.positions.length,
    openOrders: totals.openOrders,
    ledger: totals.ledger,
    journal: totals.journal,
    timing: {
      wallMs: Math.round(wallMs),
      candlesPerSecond: Math.round(counts.candles / Math.max(wallMs / 1_000, 1e-3)),
    },
  };
}

/** To the micro: sums of ledger integers have no finer digits. */
const round = (usd: number): number => Math.round(usd * 1e6) / 1e6;
