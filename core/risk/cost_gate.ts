/**
 * Cost first: what a round trip costs before it can earn. A signal whose expected move does not clear this by the margin is
 * no trade. Half of it is seen (spread, fees, markup), the rest is what our own fills taught us about slippage.
 */
import type { FeeProfile } from "../execution/fees.ts";
import { spreadBps } from "../market/types.ts";

export interface RoundTrip {
  readonly bidUsd: number;
  readonly askUsd: number;
  readonly fees: FeeProfile;
  /** The entry crosses the spread instead of resting. */
  readonly entryCrosses: boolean;
  /** Expected slippage of entry and exit together, upper bound. */
  readonly slippageBps: number;
}

/**
 * Move in bps that a position needs to break even: the spread, both fees, both markups and the slippage. A crossed quote
 * counts as no spread; an entry that rests is charged the spread all the same, since its exit may have to cross. `NaN` for
 * an unknown price, which passes no gate.
 */
export function roundTripCostBps({ bidUsd, askUsd, fees, entryCrosses, slippageBps }: RoundTrip): number {
  const entryFeeRatio = entryCrosses ? fees.takerRatio : fees.makerRatio;
  const feesAndMarkup = (entryFeeRatio + fees.takerRatio + 2 * fees.markupRatio) * 10_000;
  if (!(bidUsd > 0 && askUsd > 0)) return NaN;
  return Math.max(0, spreadBps(bidUsd, askUsd)) + feesAndMarkup + slippageBps;
}
