/**
 * The rules of the gate, one small named function each. A rule reads numbers and answers with a `Check`; it changes nothing
 * and asks nobody. Always true: an input that is not known (`null`, `NaN`) denies in every rule that needs it.
 */
import { isBelowMinimum } from "../execution/fees.ts";
import type { Check, EntryIntent } from "../execution/types.ts";
import { addUsd, type Instrument, type PriceTicks, ratioDown, subUsd, ticksToUsd, type UsdMicros } from "../money.ts";
import { drawdownRatio } from "../portfolio/equity.ts";
import { spreadBps } from "../market/types.ts";
import type { UtcMs } from "../time.ts";
import { above, atLeast, atMost, below, off } from "./check.ts";
import { RISK_PER_TRADE_HARD_MAX_RATIO, type RiskLimits } from "./limits.ts";
import type { Sizing } from "./sizing.ts";

/** All that the gate looks at. `null` means not known, and not known means no. */
export interface GateInput {
  readonly nowMs: UtcMs;
  readonly intent: EntryIntent;
  readonly instrument: Instrument;
  // Switches.
  readonly killFile: boolean | null;
  readonly stopped: boolean | null;
  readonly paused: boolean | null;
  /** Latches other than the operator's stop and the kill file. */
  readonly latches: number | null;
  /** The books were not yet compared with the venue since the start, or differ. */
  readonly booksUnproven: boolean | null;
  readonly ordersUnknown: number | null;
  readonly intentSeen: boolean | null;
  // Market.
  readonly bidUsd: number | null;
  readonly askUsd: number | null;
  readonly quoteAtMs: UtcMs | null;
  /** The newest price jumped and waits for a second one. */
  readonly quoteSuspect: boolean | null;
  /** Age of the oldest quote that a held position is marked with; 0 when nothing is held. */
  readonly marksAgeMs: number | null;
  readonly clockSkewMs: number | null;
  readonly feedDivergenceBps: number | null;
  // Price of the entry at most, its stop and its target, on the venue's grid.
  readonly entryTicks: PriceTicks | null;
  readonly stopTicks: PriceTicks | null;
  readonly targetTicks: PriceTicks | null;
  readonly roundTripCostBps: number | null;
  // Account. Equity is capped by the bankroll; `net` is after the cost of selling everything.
  readonly equityUsdMicros: UsdMicros | null;
  readonly netEquityUsdMicros: UsdMicros | null;
  readonly peakUsdMicros: UsdMicros | null;
  readonly dayStartUsdMicros: UsdMicros | null;
  readonly weekStartUsdMicros: UsdMicros | null;
  readonly dayRealizedUsdMicros: UsdMicros | null;
  /** What is lost from here when every open stop is hit and every working entry fills and is stopped. */
  readonly openRiskUsdMicros: UsdMicros | null;
  readonly cashFreeUsdMicros: UsdMicros | null;
  /** Positions and working entries: all, and in this symbol. */
  readonly openNotionalUsdMicros: UsdMicros | null;
  readonly symbolNotionalUsdMicros: UsdMicros | null;
  readonly positions: number | null;
  readonly symbolBusy: boolean | null;
  readonly cooldownLeftMs: number | null;
  readonly mandateRatio: number | null;
  readonly ordersLastMinute: number | null;
  readonly ordersToday: number | null;
}

type Rule = (input: GateInput, limits: RiskLimits) => Check;
type SizedRule = (input: GateInput, limits: RiskLimits, sizing: Sizing) => Check;
type Known = number | null;

const minus = (a: Known, b: Known): Known => (a === null || b === null ? null : a - b);
const ratioOf = (
  part: Known,
  whole: Known,
): Known => (part === null || whole === null || !(whole > 0) ? null : part / whole);

// --- switches

const killFile: Rule = (i) => off("kill_file", i.killFile);
const stopped: Rule = (i) => off("stopped", i.stopped);
const latched: Rule = (i) => atMost("latched", i.latches, 0, "count");
const paused: Rule = (i) => off("paused", i.paused);
const booksProven: Rule = (i) => off("books_proven", i.booksUnproven);
const ordersUnknown: Rule = (i) => atMost("orders_unknown", i.ordersUnknown, 0, "count");
const intentNew: Rule = (i) => off("intent_new", i.intentSeen);
const intentAge: Rule = (i, l) => atMost("intent_age", i.nowMs - i.intent.decidedAtMs, l.intentAgeMaxMs, "ms");

// --- market

const quoteKnown: Rule = (i) => {
  const lower = i.bidUsd === null || i.askUsd === null ? null : Math.min(i.bidUsd, i.askUsd);
  return above("quote_known", lower, 0, "usd");
};
const quoteAge: Rule = (i, l) => atMost("quote_age", minus(i.nowMs, i.quoteAtMs), l.quoteAgeMaxMs, "ms");
const quoteSettled: Rule = (i) => off("quote_settled", i.quoteSuspect);
const quoteCrossed: Rule = (i, l) => {
  const seen = quotedSpread(i);
  return atMost("quote_crossed", seen === null ? null : Math.max(0, -seen), l.crossedMaxBps, "bps");
};
const spread: Rule = (i, l) => atMost("spread", quotedSpread(i), l.spreadMaxBps, "bps");
const marksAge: Rule = (i, l) => atMost("marks_age", i.marksAgeMs, l.quoteAgeMaxMs, "ms");
const clockSkew: Rule = (i, l) => atMost("clock_skew", absolute(i.clockSkewMs), l.clockSkewMaxMs, "ms");
const feedDivergence: Rule = (i, l) =>
  atMost("feed_divergence", absolute(i.feedDivergenceBps), l.feedDivergenceMaxBps, "bps");

const quotedSpread = (
  i: GateInput,
): Known => (i.bidUsd === null || i.askUsd === null ? null : spreadBps(i.bidUsd, i.askUsd));
const absolute = (value: Known): Known => (value === null ? null : Math.abs(value));

// --- the idea

const confidence: Rule = (i, l) => atLeast("confidence", i.intent.confidence, l.confidenceMinRatio, "ratio");
const stopMin: Rule = (i, l) => atLeast("stop_distance_min", stopDistanceBps(i), l.stopDistanceMinBps, "bps");
const stopMax: Rule = (i, l) => atMost("stop_distance_max", stopDistanceBps(i), l.stopDistanceMaxBps, "bps");
const targetAbove: Rule = (i) => above("target", i.targetTicks, i.entryTicks, "count");
const horizon: Rule = (i) => above("horizon", i.intent.horizonMs, 0, "ms");
const cost: Rule = (i, l) => {
  const needed = i.roundTripCostBps === null ? null : i.roundTripCostBps + l.costMarginBps;
  return above("cost", moveBps(i), needed, "bps");
};

/** Entry to stop over entry, in bps. */
function stopDistanceBps(i: GateInput): Known {
  if (i.entryTicks === null || i.stopTicks === null) return null;
  return (1 - i.stopTicks / i.entryTicks) * 10_000;
}

/** What is left of the expected move from the price we may have to pay; the smaller of the wish and the present. */
function moveBps(i: GateInput): Known {
  if (i.entryTicks === null) return null;
  const fromEntry = (i.intent.targetUsd / ticksToUsd(i.entryTicks, i.instrument) - 1) * 10_000;
  return Math.min(fromEntry, i.intent.expectedMoveBps);
}

// --- the account

const symbolFree: Rule = (i) => off("symbol_free", i.symbolBusy);
const positions: Rule = (i, l) => atMost("positions", plusOne(i.positions), l.positionsMax, "count");
const cooldown: Rule = (i) => atMost("cooldown", i.cooldownLeftMs, 0, "ms");
const equityLeft: Rule = (i) => above("equity", i.equityUsdMicros, 0, "usd_micros");
const dayLoss: Rule = (i, l) => below("day_loss", dayLossOf(i), dayLossCap(i, l), "usd_micros");
const dayRealized: Rule = (i, l) => {
  const taken = i.dayRealizedUsdMicros === null ? null : Math.max(0, -i.dayRealizedUsdMicros);
  return below("day_realized", ratioOf(taken, i.dayStartUsdMicros), l.dayRealizedLossMaxRatio, "ratio");
};
const drawdown: Rule = (i, l) => {
  const fall = i.equityUsdMicros === null || i.peakUsdMicros === null
    ? null
    : drawdownRatio(i.equityUsdMicros, i.peakUsdMicros);
  return below("drawdown", fall, l.drawdownMaxRatio, "ratio");
};
const dayGoal: Rule = (i, l) => goal("day_goal", i.equityUsdMicros, i.dayStartUsdMicros, l.dayGoalRatio);
const weekGoal: Rule = (i, l) => goal("week_goal", i.equityUsdMicros, i.weekStartUsdMicros, l.weekGoalRatio);
const mandate: Rule = (i) => above("mandate", i.mandateRatio, 0, "ratio");
const ordersMinute: Rule = (i, l) =>
  atMost("orders_minute", plusOne(i.ordersLastMinute), l.ordersPerMinuteMax, "count");
const ordersDay: Rule = (i, l) => atMost("orders_day", plusOne(i.ordersToday), l.ordersPerDayMax, "count");

const plusOne = (count: Known): Known => (count === null ? null : count + 1);

/** A goal that is not set is never reached; the gain has to be known all the same. */
function goal(rule: string, equity: Known, start: Known, goalRatio: number | null): Check {
  const gain = ratioOf(minus(equity, start), start);
  if (goalRatio === null && gain !== null) {
    return { rule, value: gain, limit: null, margin: null, unit: "ratio", pass: true };
  }
  return below(rule, gain, goalRatio, "ratio");
}

/** Money the day may lose: the smaller of so many R and a share of the day's first equity, rounded down. */
export function dayLossCap(
  { dayStartUsdMicros }: Pick<GateInput, "dayStartUsdMicros">,
  limits: Pick<RiskLimits, "dayLossMaxR" | "dayLossMaxRatio" | "riskPerTradeRatio">,
): UsdMicros | null {
  if (dayStartUsdMicros === null || !(dayStartUsdMicros > 0)) return null;
  return ratioDown(dayStartUsdMicros, Math.min(limits.dayLossMaxR * limits.riskPerTradeRatio, limits.dayLossMaxRatio));
}

/** Loss of the day as it would be after selling everything at the bid; negative when the day has won. */
export function dayLossOf(i: Pick<GateInput, "dayStartUsdMicros" | "netEquityUsdMicros">): UsdMicros | null {
  if (i.dayStartUsdMicros === null || i.netEquityUsdMicros === null) return null;
  return subUsd(i.dayStartUsdMicros, i.netEquityUsdMicros);
}

// --- the order, once sized

const size: SizedRule = (i, _l, s) => {
  const sellable = s.reason === null && i.stopTicks !== null && !isBelowMinimum(s.lots, i.stopTicks, i.instrument);
  return atLeast("size", sellable ? s.lots : 0, Math.max(1, i.instrument.minQtyLots), "count");
};
const riskPerTrade: SizedRule = (i, l, s) =>
  atMost(
    "risk_per_trade",
    ratioOf(s.lossUsdMicros, i.equityUsdMicros),
    Math.min(l.riskPerTradeRatio, RISK_PER_TRADE_HARD_MAX_RATIO),
    "ratio",
  );
const dayOpenRisk: SizedRule = (i, l, s) => {
  const lost = dayLossOf(i);
  const worst = lost === null || i.openRiskUsdMicros === null
    ? null
    : addUsd(addUsd(lost, i.openRiskUsdMicros), s.lossUsdMicros);
  return atMost("day_open_risk", worst, dayLossCap(i, l), "usd_micros");
};
const orderNotional: SizedRule = (_i, l, s) =>
  atMost("order_notional", s.notionalUsdMicros, l.orderNotionalMaxUsdMicros, "usd_micros");
const symbolNotional: SizedRule = (i, l, s) =>
  atMost(
    "symbol_notional",
    ratioOf(plus(i.symbolNotionalUsdMicros, s), i.equityUsdMicros),
    l.symbolNotionalMaxRatio,
    "ratio",
  );
const totalNotional: SizedRule = (i, l, s) =>
  atMost("total_notional", plus(i.openNotionalUsdMicros, s), l.totalNotionalMaxUsdMicros, "usd_micros");
const exposure: SizedRule = (i, l, s) =>
  atMost("exposure", ratioOf(plus(i.openNotionalUsdMicros, s), i.equityUsdMicros), l.exposureMaxRatio, "ratio");
const cash: SizedRule = (i, _l, s) => atMost("cash", s.reserveUsdMicros, i.cashFreeUsdMicros, "usd_micros");

const plus = (
  value: UsdMicros | null,
  s: Sizing,
): UsdMicros | null => (value === null ? null : addUsd(value, s.notionalUsdMicros));

/** In the order in which they are shown and in which the first failure names the denial. */
export const RULES: readonly Rule[] = [
  killFile,
  stopped,
  latched,
  paused,
  booksProven,
  ordersUnknown,
  intentNew,
  intentAge,
  quoteKnown,
  quoteAge,
  quoteSettled,
  quoteCrossed,
  spread,
  marksAge,
  clockSkew,
  feedDivergence,
  confidence,
  stopMin,
  stopMax,
  targetAbove,
  horizon,
  cost,
  symbolFree,
  positions,
  cooldown,
  equityLeft,
  dayLoss,
  dayRealized,
  drawdown,
  dayGoal,
  weekGoal,
  mandate,
  ordersMinute,
  ordersDay,
];

export const SIZED_RULES: readonly SizedRule[] = [
  size,
  riskPerTrade,
  dayOpenRisk,
  orderNotional,
  symbolNotional,
  totalNotional,
  exposure,
  cash,
];
