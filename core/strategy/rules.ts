/**
 * What all strategies share: the miss slot, and the rules that come before any rule of their own. A strategy checks its
 * rules from the slowest (regime, trend of the day) to the fastest (the trigger of this candle) and stops at the first that
 * fails, so the further down the list a miss stands, the nearer the candle came to a trade.
 */
import { type FeatureName, SLOT } from "../features/types.ts";
import { type FeatureConfig, warmUpCandles } from "../features/warm_up.ts";
import type { Miss, Regime, StrategyId, StrategyInput, Unit } from "./types.ts";

/** Codes of misses with the unit of their numbers, in the order in which the rules are checked. */
const COMMON = {
  WARMING_UP: "count",
  INPUT_UNDEFINED: "count",
  NO_MOVEMENT: "usd",
  TOO_WILD: "ratio",
  POSITION_OPEN: "count",
  REGIME_NOT_ALLOWED: "count",
  COOLING_DOWN: "count",
  SETTLING_AFTER_GAP: "count",
  OUTRANKED: "ratio",
} as const satisfies Record<string, Unit>;

export interface RuleBook<Code extends string = string> {
  readonly codes: readonly string[];
  readonly units: readonly Unit[];
  /** Number of each rule, for `missed()`. */
  readonly rule: Readonly<Record<Code, number>>;
}

/** The rules of a strategy: the common ones, then its own. */
export function ruleBook<Own extends string>(own: Readonly<Record<Own, Unit>>): RuleBook<Own | keyof typeof COMMON> {
  const all: Readonly<Record<Own | keyof typeof COMMON, Unit>> = { ...COMMON, ...own };
  const codes = Object.keys(all) as (Own | keyof typeof COMMON)[];
  const rule = Object.fromEntries(codes.map((code, k) => [code, k])) as Record<Own | keyof typeof COMMON, number>;
  return { codes, units: Object.values(all), rule };
}

/** Numbers of the common rules, the same for every strategy. */
export const COMMON_RULE = ruleBook({}).rule;

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
  readonly regime: Exclude<Regime, "none">;
  /** Slots of the features that it reads. */
  readonly reads: readonly number[];
  /** Closed candles until all of them are warm and it remembers the candle before. */
  readonly warmUpCandles: number;
}

/** The gate of a strategy that reads `names` of features made with `config`. */
export function gateOf(regime: Gate["regime"], names: readonly FeatureName[], config: FeatureConfig): Gate {
  const warmUp = Math.max(...names.map((name) => warmUpCandles(name, config)));
  return { regime, reads: names.map((name) => SLOT[name]), warmUpCandles: warmUp + 1 };
}

/** Whether the common rules allow an entry; if not, the miss is in its slot. `remembers`: the candle before is known. */
export function mayOpen(memory: Float64Array, input: StrategyInput, gate: Gate, remembers: boolean): boolean {
  const { values, offset } = input.features;
  const atr = values[offset + SLOT.atr14Usd];
  const close = values[offset + SLOT.closeUsd];
  let known = remembers ? 1 : 0;
  for (let k = 0; k < gate.reads.length; k++) if (!Number.isNaN(values[offset + gate.reads[k]])) known++;
  const inputs = gate.reads.length + 1;
  const r = COMMON_RULE;
  if (input.candles < gate.warmUpCandles) missed(memory, r.WARMING_UP, input.candles, gate.warmUpCandles);
  else if (known < inputs) missed(memory, r.INPUT_UNDEFINED, known, inputs);
  else if (!(atr > 0)) missed(memory, r.NO_MOVEMENT, 0, 0);
  else if (atr > ATR_SHARE_MAX * close) missed(memory, r.TOO_WILD, atr / close, ATR_SHARE_MAX);
  else if (input.position !== null) missed(memory, r.POSITION_OPEN, 1, 0);
  else if (input.regime !== gate.regime) missed(memory, r.REGIME_NOT_ALLOWED, 0, 1);
  else if (memory[COOLDOWN_LEFT] > 0) missed(memory, r.COOLING_DOWN, memory[COOLDOWN_LEFT], 0);
  else return true;
  return false;
}

/** The miss slot as plain data; `null` if the newest candle missed nothing. */
export function missOf(strategy: StrategyId, rules: RuleBook, memory: Float64Array): Miss | null {
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
