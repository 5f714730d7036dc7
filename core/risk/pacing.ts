/**
 * Pacing: how much of the risk budget an entry may use, given how the day went. Always true: the result lies between the
 * floor (or zero, for what must not trade) and 1, and never rises while a day gets worse. A goal makes nothing larger.
 */

export interface PacingInput {
  /** Day loss over its cap, 0 at no loss, 1 at the cap; `null` is unknown. */
  readonly lossUsedRatio: number | null;
  /** Gain over the nearer goal, 0 at no gain, 1 at the goal; 0 without a goal. */
  readonly goalUsedRatio: number | null;
  /** The owner's mandate, 1 just after he looked, falling to 0. */
  readonly mandateRatio: number | null;
  readonly floorRatio: number;
}

/** Share of the risk budget that is left, 0..1: full up to half of the loss cap or goal, then falling to the floor. Unknown gives 0. */
export function pacingRatio({ lossUsedRatio, goalUsedRatio, mandateRatio, floorRatio }: PacingInput): number {
  if (!known(lossUsedRatio) || !known(goalUsedRatio) || !known(mandateRatio) || !known(floorRatio)) return 0;
  const pace = Math.min(decline(lossUsedRatio, floorRatio), decline(goalUsedRatio, floorRatio));
  return Math.max(0, Math.min(1, pace * Math.min(1, mandateRatio)));
}

const known = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** 1 until half is used, then straight down to the floor at the whole. */
function decline(used: number, floor: number): number {
  const beyondHalf = Math.max(0, Math.min(1, used * 2 - 1));
  return 1 - beyondHalf * (1 - Math.min(1, floor));
}
