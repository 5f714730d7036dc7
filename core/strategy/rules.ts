/**
 * What all strategies share: the miss slot, and the rules that come before any rule of their own. A strategy checks its
 * rules from the slowest (regime, trend of the day) to the fastest (the trigger of this candle) and stops at the first that
 * fails, so the further down the list a miss stands, the nearer the candle came to a trade.
 */
import { type FeatureName, SLOT } from "../features/types.ts";
import { DEFAULT_FEATURES, warmUpCandles } from "../features/warm_up.ts";
import type { Timeframe } from "../market/timeframe.ts";
import type { Miss, Regime, StrategyId, StrategyInput, Unit } from "./types.ts";

/** Codes of misses with the unit of their numbers, in the order in which the rules are checked. */
type Rules = Readonly<Record<string, Unit>>;

const COMMON = {
  WARMING_UP: "count",
  NO_MOVEMENT: "usd",
  TOO_WILD: "ratio",
  POSITION_OPEN: "count",
  REGIME_NOT_ALLOWED: "count",
  COOLING_DOWN: "count",
  SETTLING_AFTER_GAP: "count",
  OUTRANKED: "ratio",
} as const satisfies Rules;

export interface RuleBook<Code extends string> {
  readonly codes: readonly string[];
  readonly units: readonly Unit[];
  /** Number of each rule, for `missed()`. */
  readonly rule: Readonly<Record<Code, number>>;
}

/** The rules of a strategy: the common ones, then its own. */
export function ruleBook<Own extends Rules>(own: Own): RuleBook<Extract<keyof (typeof COMMON & Own), string>> {
  const all: Rules = { ...COMMON, ...own };
  const codes = Object.keys(all);
  return {
    codes,
    units: Object.values(all),
    rule: Object.fromEntries(codes.map((code, k) => [code, k])) as Record<
      Extract<keyof (typeof COMMON & Own), string>,
      number
    >,
  };
}

/** Numbers of the common rules, the same for every strategy. */
export const COMMON_RULE = ruleBook({}).rule;
const { WARMING_UP, NO_MOVEMENT, TOO_WILD, POSITION_OPEN, REGIME_NOT_ALLOWED, COOLING_DOWN } = COMMON_RULE;

// Slots at the start of every strategy's memory.
const MISSED_RULE = 0; // index of the rule plus 1; 0: none
const MISSED_VALUE = 1;
const MISSED_LIMIT = 2;
const COOLDOWN_LEFT = 3;
/** The first slot of a strategy's own memory. */
export const OWN = 4;

/** Writes the miss into its slot and returns `null`, so that a rule reads `return missed(...)`. */
export function missed(memory: Float64Array, rule: number, value: number, limit: number): null {
  memory[MISSED_RULE] = rule + 1;
  memory[MISSED_VALUE] = value;
  memory[MISSED_LIMIT] = limit;
  return null;
}

/** The strategy is not asked about this candle: it missed nothing. */
export function forgetMiss(memory: Float64Array): void {
  memory[MISSED_RULE] = 0;
}

/** Call first for every candle: forgets the last miss and counts the cooldown down. */
export function nextCandle(memory: Float64Array): void {
  forgetMiss(memory);
  if (memory[COOLDOWN_LEFT] > 0) memory[COOLDOWN_LEFT] -= 1;
}

/** After an exit the next `candles` candles give no entry; one move shall not be paid for twice. */
export function startCooldown(memory: Float64Array, candles: number): void {
  memory[COOLDOWN_LEFT] = candles + 1; // the first candle takes one off before it looks
}

// A candle that usually spans more of its price is no market to trade; up to here any stop of 10 ATR is above zero.
const ATR_SHARE_MAX = 0.05;

/** What the common rules need to know of a strategy. */
export interface Gate {
  readonly regime: Regime;
  /** Slots of the features that it reads. */
  readonly reads: readonly number[];
  /** Closed candles until all of them are warm and it remembers the candle before. */
  readonly warmUpCandles: number;
}

export function gateOf(timeframe: Timeframe, regime: Regime, reads: readonly FeatureName[]): Gate {
  const warmUp = Math.max(...reads.map((name) => warmUpCandles(name, DEFAULT_FEATURES[timeframe])));
  return { regime, reads: reads.map((name) => SLOT[name]), warmUpCandles: warmUp + 1 };
}

/** Whether the common rules allow an entry; if not, the miss is in its slot. `remembers`: the candle before is known. */
export function mayOpen(memory: Float64Array, input: StrategyInput, gate: Gate, remembers: boolean): boolean {
  const { values, offset } = input.features;
  const atr = values[offset + SLOT.atr14Usd];
  const close = values[offset + SLOT.closeUsd];
  let sum = remembers ? 0 : NaN; // NaN as soon as one feature is
  for (let k = 0; k < gate.reads.length; k++) sum += values[offset + gate.reads[k]];
  if (Number.isNaN(sum)) missed(memory, WARMING_UP, input.candles, gate.warmUpCandles);
  else if (!(atr > 0)) missed(memory, NO_MOVEMENT, 0, 0);
  else if (atr > ATR_SHARE_MAX * close) missed(memory, TOO_WILD, atr / close, ATR_SHARE_MAX);
  else if (input.position !== null) missed(memory, POSITION_OPEN, 1, 0);
  else if (input.regime !== gate.regime) missed(memory, REGIME_NOT_ALLOWED, 0, 1);
  else if (memory[COOLDOWN_LEFT] > 0) missed(memory, COOLING_DOWN, memory[COOLDOWN_LEFT], 0);
  else return true;
  return false;
}

/** The miss slot as plain data; `null` if the newest candle missed nothing. */
export function missOf(strategy: StrategyId, rules: RuleBook<string>, memory: Float64Array): Miss | null {
  const k = memory[MISSED_RULE] - 1;
  if (k < 0) return null;
  return {
    strategy,
    code: rules.codes[k],
    value: memory[MISSED_VALUE],
    limit: memory[MISSED_LIMIT],
    unit: rules.units[k],
  };
}

/** `x` cut to 0..1. Parts of a score. */
export const share = (x: number): number => Math.min(1, Math.max(0, x));
