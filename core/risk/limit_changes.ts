/**
 * Asymmetric limits, which protect the owner from himself. Always true:
 *  - a tighter limit acts at once and takes a waiting looser one for the same key off the queue;
 *  - a looser limit waits `looseningDelayMs` and takes effect only while the day has not lost money.
 */
import type { UtcMs } from "../time.ts";
import { isLooser, LIMIT_KEYS, type LimitKey, type RiskLimits } from "./limits.ts";

/** Some limits, as one wishes or changes them. */
export type LimitValues = Partial<RiskLimits>;

export interface QueuedLimit {
  readonly key: LimitKey;
  readonly value: number | null;
  /** Earliest instant at which it may act. */
  readonly dueAtMs: UtcMs;
}

export interface LimitChange {
  /** Keys that act now. */
  readonly now: LimitValues;
  /** The whole queue after the change. */
  readonly queue: readonly QueuedLimit[];
}

/** Splits wished limits into what acts now and what waits. Asking for the value in force withdraws what waits for that key. */
export function planLimitChange(
  limits: RiskLimits,
  queue: readonly QueuedLimit[],
  wished: LimitValues,
  nowMs: UtcMs,
): LimitChange {
  const now: Partial<Record<LimitKey, number | null>> = {};
  const touched = LIMIT_KEYS.filter((key) => wished[key] !== undefined);
  let rest = queue.filter((waiting) => !touched.includes(waiting.key));
  for (const key of touched) {
    const value = wished[key] as number | null;
    if (isLooser(key, limits[key], value)) {
      const waiting = queue.find((each) => each.key === key && each.value === value);
      rest = [...rest, waiting ?? { key, value, dueAtMs: nowMs + limits.looseningDelayMs }];
    } else if (value !== limits[key]) now[key] = value;
  }
  return { now: now as LimitValues, queue: rest };
}

/** Looser limits that may act now: their wait is over and the day has not lost. An unknown result of the day is a loss. */
export function dueLimits(
  queue: readonly QueuedLimit[],
  dayPnlUsdMicros: number | null,
  nowMs: UtcMs,
): readonly QueuedLimit[] {
  if (dayPnlUsdMicros === null || !(dayPnlUsdMicros >= 0)) return [];
  return queue.filter((waiting) => waiting.dueAtMs <= nowMs);
}
