/**
 * The limits of the risk gate: one table for keys, units, ranges, presets and reasons. The configuration file, its schema and
 * the docs are generated from it, so a limit is described in one place. Always true:
 *  - every number lies inside its range; a limit that may be off is `null` then;
 *  - each limit knows which way is safer, so that tightening can act at once and loosening can wait.
 * Ratios are 0..1, money is micros, durations are ms.
 */
import type { Unit } from "../strategy/types.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";

export interface LimitSpec {
  readonly label: string;
  readonly unit: Unit;
  readonly min: number;
  readonly max: number;
  /** The direction that takes less risk. */
  readonly safer: "lower" | "higher";
  /** May be switched off with `null`, which is the loosest setting. */
  readonly optional: boolean;
  readonly conservative: number | null;
  readonly balanced: number | null;
  readonly aggressive: number | null;
  readonly why: string;
}

const USD_MICROS = 1_000_000;

/** Never above 1 % of equity at risk in one trade, whatever a file says. */
export const RISK_PER_TRADE_HARD_MAX_RATIO = 0.01;

const spec = (
  label: string,
  unit: Unit,
  safer: "lower" | "higher",
  [min, max]: readonly [number, number],
  [conservative, balanced, aggressive]: readonly [number | null, number | null, number | null],
  why: string,
): LimitSpec => ({
  label,
  unit,
  min,
  max,
  safer,
  optional: balanced === null || conservative === null || aggressive === null,
  conservative,
  balanced,
  aggressive,
  why,
});

// deno-fmt-ignore
export const LIMITS = {
  riskPerTradeRatio: spec("risk per trade", "ratio", "lower", [0.0005, RISK_PER_TRADE_HARD_MAX_RATIO], [0.005, 0.0075, 0.01],
    "share of equity lost when the stop is hit, fees and slippage included; 1R"),
  stopDistanceMinBps: spec("closest stop", "bps", "higher", [1, 500], [25, 15, 10],
    "a stop inside the noise is hit by the spread alone and makes the position large"),
  stopDistanceMaxBps: spec("widest stop", "bps", "lower", [50, 3_000], [500, 800, 1_200],
    "a stop further away than this is not a stop but a hope"),
  slippageAllowanceBps: spec("slippage allowed for in sizing", "bps", "higher", [0, 300], [30, 20, 15],
    "how far below the stop the sale is expected to fill when a position is sized"),
  orderNotionalMaxUsdMicros: spec("order value", "usd_micros", "lower", [USD_MICROS, 1_000_000 * USD_MICROS], [1_000 * USD_MICROS, 5_000 * USD_MICROS, 10_000 * USD_MICROS],
    "no single order is worth more, whatever the equity says"),
  symbolNotionalMaxRatio: spec("value per symbol", "ratio", "lower", [0.01, 1], [0.15, 0.3, 0.5],
    "share of equity in one coin, since a gap jumps over a stop"),
  totalNotionalMaxUsdMicros: spec("open value", "usd_micros", "lower", [USD_MICROS, 3_000_000 * USD_MICROS], [2_000 * USD_MICROS, 15_000 * USD_MICROS, 30_000 * USD_MICROS],
    "all positions and working entries together in dollars"),
  exposureMaxRatio: spec("exposure", "ratio", "lower", [0.01, 1], [0.3, 0.6, 1],
    "open value over equity: coins fall together"),
  positionsMax: spec("positions", "count", "lower", [1, 3], [2, 3, 3],
    "open positions and working entries; three is what one person can follow"),
  dayLossMaxR: spec("day loss in R", "r", "lower", [1, 3], [2, 3, 3],
    "a day ends after so many full losses"),
  dayLossMaxRatio: spec("day loss", "ratio", "lower", [0.005, 0.03], [0.02, 0.03, 0.03],
    "share of the day's first equity that open and closed losses may cost together; reached, positions are closed until midnight UTC"),
  dayRealizedLossMaxRatio: spec("day loss taken", "ratio", "lower", [0.005, 0.02], [0.01, 0.02, 0.02],
    "share of the day's first equity that closed trades and fees may cost"),
  drawdownMaxRatio: spec("drawdown", "ratio", "lower", [0.02, 0.25], [0.06, 0.1, 0.15],
    "fall from the highest equity after which a person has to look"),
  cooldownLosses: spec("losses in a row", "count", "lower", [1, 5], [2, 3, 3],
    "losing trades one after another that start a pause, counted per symbol, strategy and account"),
  cooldownSymbolMs: spec("pause of the symbol", "ms", "higher", [0, DAY_MS], [8 * HOUR_MS, 4 * HOUR_MS, 2 * HOUR_MS],
    "after a losing streak in this symbol"),
  cooldownStrategyMs: spec("pause of the strategy", "ms", "higher", [0, DAY_MS], [4 * HOUR_MS, 2 * HOUR_MS, HOUR_MS],
    "after a losing streak of this strategy"),
  cooldownAccountMs: spec("pause of the account", "ms", "higher", [0, DAY_MS], [2 * HOUR_MS, HOUR_MS, 30 * MINUTE_MS],
    "after a losing streak over all trades"),
  confidenceMinRatio: spec("confidence", "ratio", "higher", [0.5, 0.95], [0.62, 0.55, 0.52],
    "fused confidence below which no entry is worth its cost"),
  costMarginBps: spec("expected move beyond cost", "bps", "higher", [0, 500], [15, 5, 2],
    "how far the expected move must lie above the break-even of a round trip"),
  dayGoalRatio: spec("day goal", "ratio", "lower", [0.002, 0.5], [null, null, null],
    "gain of the day at which entries pause until midnight UTC; a goal never makes an order larger"),
  weekGoalRatio: spec("week goal", "ratio", "lower", [0.005, 1], [null, null, null],
    "gain of the week at which entries pause until Monday UTC"),
  pacingFloorRatio: spec("pacing floor", "ratio", "lower", [0.1, 1], [0.25, 0.4, 0.5],
    "smallest share of the risk budget that is left as a day nears its loss cap or its goal; 1 switches pacing off"),
  bankrollMaxUsdMicros: spec("bankroll", "usd_micros", "lower", [10 * USD_MICROS, 1_000_000 * USD_MICROS], [null, null, null],
    "start money of the challenge: sizes follow this amount plus its own results, not the whole account"),
  quoteAgeMaxMs: spec("quote age", "ms", "lower", [250, 10 * MINUTE_MS], [3 * SECOND_MS, 5 * SECOND_MS, 5 * SECOND_MS],
    "an older price is no price; it also bounds how long a held position may go unwatched"),
  intentAgeMaxMs: spec("intent age", "ms", "lower", [SECOND_MS, 5 * MINUTE_MS], [10 * SECOND_MS, 15 * SECOND_MS, 30 * SECOND_MS],
    "a decision that waited longer was made on another market"),
  spreadMaxBps: spec("spread", "bps", "lower", [1, 500], [100, 200, 300],
    "a spread beyond this is an outage, not a market"),
  crossedMaxBps: spec("crossed quote", "bps", "lower", [0, 10], [1.4, 1.4, 2],
    "bid above ask: the venue samples the two apart and shows up to 1.4 bps of it"),
  jumpMaxRatio: spec("single price jump", "ratio", "lower", [0.02, 0.5], [0.1, 0.2, 0.3],
    "a tick that moves further waits for a second one before it counts"),
  clockSkewMaxMs: spec("clock skew", "ms", "lower", [50, 5 * SECOND_MS], [500, SECOND_MS, 2 * SECOND_MS],
    "the venue refuses requests and ages lie when our clock is off"),
  feedDivergenceMaxBps: spec("feed divergence", "bps", "lower", [5, 500], [30, 50, 80],
    "two sources that disagree mean that one of them is wrong"),
  slippageMaxZ: spec("slippage against its baseline", "z", "lower", [2, 6], [3, 3, 4],
    "a fill that many standard deviations worse than usual stops entries"),
  latencyMaxMs: spec("answer of the venue", "ms", "lower", [200, 30 * SECOND_MS], [2 * SECOND_MS, 3 * SECOND_MS, 5 * SECOND_MS],
    "an acknowledgement slower than this counts as a spike"),
  latencySpikesMax: spec("latency spikes", "count", "lower", [1, 20], [2, 3, 5],
    "spikes within the fault window that are still tolerated"),
  apiFailuresMax: spec("venue failures", "count", "lower", [1, 50], [3, 5, 8],
    "failed requests within the fault window that are still tolerated"),
  modelFailuresMax: spec("model failures", "count", "lower", [1, 100], [5, 10, 20],
    "failed verdicts within the fault window that are still tolerated"),
  faultWindowMs: spec("fault window", "ms", "higher", [MINUTE_MS, 6 * HOUR_MS], [30 * MINUTE_MS, 15 * MINUTE_MS, 10 * MINUTE_MS],
    "how long a spike or failure is remembered"),
  breakerHoldMs: spec("least time a breaker stays tripped", "ms", "higher", [MINUTE_MS, DAY_MS], [30 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS],
    "time to look before the reset is accepted"),
  unprotectedMaxMs: spec("time without protection", "ms", "lower", [SECOND_MS, 5 * MINUTE_MS], [5 * SECOND_MS, 5 * SECOND_MS, 10 * SECOND_MS],
    "longest a position may be without stop or sale before entries stop and the alarm goes off"),
  ordersPerMinuteMax: spec("orders per minute", "count", "lower", [1, 60], [6, 12, 20],
    "new orders of all kinds within 60 s; exits are counted, never refused"),
  ordersPerDayMax: spec("orders per day", "count", "lower", [2, 5_000], [60, 200, 500],
    "a day with more orders is a loop, not a strategy"),
  looseningDelayMs: spec("delay of looser limits", "ms", "higher", [DAY_MS, 7 * DAY_MS], [2 * DAY_MS, DAY_MS, DAY_MS],
    "a looser limit waits this long and never takes effect on a losing day"),
} as const satisfies Readonly<Record<string, LimitSpec>>;

export type LimitKey = keyof typeof LIMITS;
type OptionalKey = "dayGoalRatio" | "weekGoalRatio" | "bankrollMaxUsdMicros";
export type RiskLimits = {
  readonly [Key in LimitKey]: Key extends OptionalKey ? number | null : number;
};

export const LIMIT_KEYS = Object.keys(LIMITS) as readonly LimitKey[];
export const PRESETS = ["conservative", "balanced", "aggressive"] as const;
export type Preset = typeof PRESETS[number];

/** The limits of a preset; `custom` starts from one of them and changes keys. */
export function presetLimits(preset: Preset): RiskLimits {
  return Object.fromEntries(LIMIT_KEYS.map((key) => [key, LIMITS[key][preset]])) as unknown as RiskLimits;
}

export interface LimitProblem {
  readonly key: string;
  readonly value: unknown;
  readonly says: string;
}

/** Every key that is missing, unknown, of the wrong kind or out of range, in words; empty when the limits may be used. */
export function limitProblems(limits: Readonly<Record<string, unknown>>): LimitProblem[] {
  const problems: LimitProblem[] = [];
  for (const key of LIMIT_KEYS) {
    const { min, max, optional, unit }: LimitSpec = LIMITS[key];
    const value = limits[key];
    if (value === null && optional) continue;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      problems.push({ key, value, says: `must be a number${optional ? " or null" : ""}` });
    } else if (value < min || value > max) {
      problems.push({ key, value, says: `must be between ${min} and ${max} (${unit})` });
    } else if (unit === "count" && !Number.isInteger(value)) {
      problems.push({ key, value, says: "must be a whole number" });
    }
  }
  for (const key of Object.keys(limits)) {
    if (!(key in LIMITS)) problems.push({ key, value: limits[key], says: "is no limit" });
  }
  const { stopDistanceMinBps: closest, stopDistanceMaxBps: widest } = limits;
  if (typeof closest === "number" && typeof widest === "number" && closest >= widest) {
    problems.push({ key: "stopDistanceMinBps", value: closest, says: `must be below stopDistanceMaxBps (${widest})` });
  }
  return problems;
}

/** True when `next` allows more than `now`; `null` (off) is the loosest. */
export function isLooser(key: LimitKey, now: number | null, next: number | null): boolean {
  if (now === null || next === null) return now !== null && next === null;
  return LIMITS[key].safer === "lower" ? next > now : next < now;
}
