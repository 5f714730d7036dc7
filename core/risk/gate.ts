/**
 * The one door to the venue for entries. Always true:
 *  - every rule is asked and every answer reported, whatever the others said; the first failure gives the denial its name;
 *  - nothing unknown passes, and the size that is accepted keeps every limit by itself, checked again after sizing;
 *  - it is a pure function: the same input gives the same answer, in any run.
 */
import type { Check } from "../execution/types.ts";
import type { FeeProfile } from "../execution/fees.ts";
import { minUsd, ratioDown, subUsd, type UsdMicros, usdMicros } from "../money.ts";
import type { Unit } from "../strategy/types.ts";
import { RISK_PER_TRADE_HARD_MAX_RATIO, type RiskLimits } from "./limits.ts";
import { pacingRatio } from "./pacing.ts";
import { dayLossCap, dayLossOf, type GateInput, RULES, SIZED_RULES } from "./rules.ts";
import { sizeEntry, type Sizing } from "./sizing.ts";

export interface Denial {
  /** Name of the first rule that failed, in upper case, for example `QUOTE_AGE`. */
  readonly code: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Unit;
}

export interface GateAnswer {
  readonly checks: readonly Check[];
  readonly denial: Denial | null;
  readonly sizing: Sizing;
  /** Share of the risk budget that pacing and mandate left. */
  readonly pacingRatio: number;
}

/** Asks every rule, sizes the order and checks the size. */
export function gate(seen: GateInput, limits: RiskLimits, fees: FeeProfile): GateAnswer {
  const input = withoutNaN(seen);
  const pacing = pacingRatio({
    lossUsedRatio: lossUsed(input, limits),
    goalUsedRatio: goalUsed(input, limits),
    mandateRatio: input.mandateRatio,
    floorRatio: limits.pacingFloorRatio,
  });
  const sizing = sizeEntry({
    instrument: input.instrument,
    entryTicks: input.entryTicks,
    stopTicks: input.stopTicks,
    riskBudgetUsdMicros: riskBudget(input, limits, pacing),
    valueCaps: valueCaps(input, limits),
    cashUsdMicros: input.cashFreeUsdMicros,
    fees,
    slippageAllowanceBps: limits.slippageAllowanceBps,
  });
  const checks: Check[] = [];
  for (const rule of RULES) checks.push(rule(input, limits));
  for (const rule of SIZED_RULES) checks.push(rule(input, limits, sizing));
  const failed = checks.find((check) => !check.pass);
  return { checks, denial: failed ? denialOf(failed) : null, sizing, pacingRatio: pacing };
}

export const denialOf = ({ rule, value, limit, unit }: Check): Denial => ({
  code: rule.toUpperCase(),
  value,
  limit,
  unit,
});

/** 1R scaled down by pacing, and never more than the day may still lose with every other stop hit. */
function riskBudget(input: GateInput, limits: RiskLimits, pacing: number): UsdMicros | null {
  const { equityUsdMicros: equity, openRiskUsdMicros: openRisk } = input;
  const [cap, lost] = [dayLossCap(input, limits), dayLossOf(input)];
  if (equity === null || openRisk === null || cap === null || lost === null) return null;
  const perTrade = ratioDown(
    positive(equity),
    Math.min(limits.riskPerTradeRatio, RISK_PER_TRADE_HARD_MAX_RATIO) * pacing,
  );
  return minUsd(perTrade, subUsd(subUsd(cap, lost), openRisk));
}

function valueCaps(input: GateInput, limits: RiskLimits): Record<string, UsdMicros | null> {
  const { equityUsdMicros, symbolNotionalUsdMicros: inSymbol, openNotionalUsdMicros: open } = input;
  const equity = equityUsdMicros === null ? null : positive(equityUsdMicros);
  const share = (ratio: number, used: UsdMicros | null): UsdMicros | null =>
    equity === null || used === null ? null : subUsd(ratioDown(equity, ratio), used);
  return {
    order_notional: usdMicros(limits.orderNotionalMaxUsdMicros),
    symbol_notional: share(limits.symbolNotionalMaxRatio, inSymbol),
    total_notional: open === null ? null : subUsd(usdMicros(limits.totalNotionalMaxUsdMicros), open),
    exposure: share(limits.exposureMaxRatio, open),
  };
}

/** Loss of the day over its cap; a day that won has used nothing. */
export function lossUsed(
  input: Pick<GateInput, "dayStartUsdMicros" | "netEquityUsdMicros">,
  limits: RiskLimits,
): number | null {
  const [cap, lost] = [dayLossCap(input, limits), dayLossOf(input)];
  return cap === null || lost === null ? null : Math.max(0, lost) / Math.max(1, cap);
}

/** Gain over the goal, the nearer of day and week; 0 where no goal is set. */
function goalUsed(input: GateInput, { dayGoalRatio, weekGoalRatio }: RiskLimits): number | null {
  const { equityUsdMicros: equity, dayStartUsdMicros: day, weekStartUsdMicros: week } = input;
  if (equity === null || day === null || week === null) return null;
  const used = (start: number, goal: number | null): number =>
    goal === null || !(start > 0) ? 0 : Math.max(0, (equity / start - 1) / goal);
  return Math.max(used(day, dayGoalRatio), used(week, weekGoalRatio));
}

const positive = (value: UsdMicros): UsdMicros => (value > 0 ? value : 0 as UsdMicros);

/** A number that is none, or a field that is missing, is not known. */
function withoutNaN(seen: GateInput): GateInput {
  const input: Record<string, unknown> = { ...seen };
  for (const key in input) if (input[key] === undefined || Number.isNaN(input[key])) input[key] = null;
  return input as unknown as GateInput;
}
