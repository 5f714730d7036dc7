/**
 * One rule's answer. Always true: an unknown number (null, NaN, missing) on either side never passes, and `margin` is room
 * left, so a rule that passes never shows a negative one.
 */
import type { Check } from "../execution/types.ts";
import type { Unit } from "../strategy/types.ts";

type Maybe = number | null | undefined;

const known = (value: Maybe): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function answer(
  rule: string,
  value: Maybe,
  limit: Maybe,
  unit: Unit,
  room: (v: number, l: number) => number,
  strict: boolean,
): Check {
  const v = known(value);
  const l = known(limit);
  const margin = v === null || l === null ? null : room(v, l);
  return { rule, value: v, limit: l, margin, unit, pass: margin !== null && (strict ? margin > 0 : margin >= 0) };
}

/** Passes up to and at the limit. */
export const atMost = (rule: string, value: Maybe, limit: Maybe, unit: Unit): Check =>
  answer(rule, value, limit, unit, (v, l) => l - v, false);

/** Passes only below the limit: a cap that is reached is used up. */
export const below = (rule: string, value: Maybe, limit: Maybe, unit: Unit): Check =>
  answer(rule, value, limit, unit, (v, l) => l - v, true);

/** Passes at and above the limit. */
export const atLeast = (rule: string, value: Maybe, limit: Maybe, unit: Unit): Check =>
  answer(rule, value, limit, unit, (v, l) => v - l, false);

/** Passes only above the limit. */
export const above = (rule: string, value: Maybe, limit: Maybe, unit: Unit): Check =>
  answer(rule, value, limit, unit, (v, l) => v - l, true);

/** Passes when a switch is known to be off. */
export const off = (rule: string, on: boolean | null | undefined): Check =>
  atMost(rule, on === true ? 1 : on === false ? 0 : null, 0, "count");
