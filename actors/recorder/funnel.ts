/**
 * "Why nothing happened", counted: how many candles of the UTC day reached each gate, how many ended there, and for each
 * reason the nearest miss. Pure accumulation over decision records.
 */
import { type DecisionRecord, type Reason, type Stage, STAGES } from "../../core/decision.ts";
import { utcDayStart, type UtcMs } from "../../core/time.ts";

export interface Funnel {
  readonly sinceMs: UtcMs;
  readonly candles: number;
  /** By stage, then by code. */
  readonly ended: Readonly<Partial<Record<Stage, Readonly<Record<string, ReasonCount>>>>>;
}

export interface ReasonCount {
  readonly count: number;
  /** The decision that came nearest to passing, where the reason has numbers. */
  readonly nearest: { readonly decisionId: string; readonly reason: Reason } | null;
}

export const emptyFunnel = (sinceMs: UtcMs): Funnel => ({ sinceMs, candles: 0, ended: {} });

/** Counts one decision; a decision of a later UTC day starts a new count, one of an earlier day is left out. */
export function countDecision(funnel: Funnel, record: DecisionRecord): Funnel {
  // A candle belongs to the day in which it opened: the one that closes at midnight is the old day's last.
  const dayMs = utcDayStart(record.closedAtMs - 1);
  if (dayMs < funnel.sinceMs) return funnel;
  const { sinceMs, candles, ended } = dayMs > funnel.sinceMs ? emptyFunnel(dayMs) : funnel;
  const { stage, code } = record.reason;
  const before = ended[stage]?.[code] ?? { count: 0, nearest: null };
  const nearest = distance(record.reason) < distance(before.nearest?.reason)
    ? { decisionId: record.decisionId, reason: record.reason }
    : before.nearest;
  return {
    sinceMs,
    candles: candles + 1,
    ended: { ...ended, [stage]: { ...ended[stage], [code]: { count: before.count + 1, nearest } } },
  };
}

/** Candles that reached each stage: all those that did not end before it. */
export function reachedByStage(funnel: Funnel): { stage: Stage; reached: number; ended: number }[] {
  let left = funnel.candles;
  return STAGES.map((stage) => {
    const ended = Object.values(funnel.ended[stage] ?? {}).reduce((sum, { count }) => sum + count, 0);
    const row = { stage, reached: left, ended };
    left -= ended;
    return row;
  });
}

/** How far the value missed the limit, as a share of the limit; infinite where there are no numbers. */
function distance(reason: Reason | undefined): number {
  if (!reason || reason.value === null || reason.limit === null) return Infinity;
  return Math.abs(reason.value - reason.limit) / (Math.abs(reason.limit) || 1);
}
