/**
 * Position sizing. Always true:
 *  - the loss at the stop, with both fees, the markup and the slippage allowance, is at most the risk budget;
 *  - no cap on value, room or cash is exceeded; lots are whole and rounded down; the venue's minima are met;
 *  - a stop at or above the entry, an unknown number or too little room give zero lots and a reason, never an error.
 */
import { type FeeProfile, isBelowMinimum } from "../execution/fees.ts";
import {
  addUsd,
  type Instrument,
  lotsToBase,
  notionalDown,
  notionalUp,
  type PriceTicks,
  type QtyLots,
} from "../money.ts";
import { ratioDown, ratioUp, subUsd, ticksToUsd, type UsdMicros, ZERO_LOTS, ZERO_USD } from "../money.ts";

export interface SizingInput {
  readonly instrument: Instrument;
  /** The most the entry may pay, after all re-quotes. */
  readonly entryTicks: PriceTicks | null;
  readonly stopTicks: PriceTicks | null;
  readonly riskBudgetUsdMicros: UsdMicros | null;
  /** Room left under each cap on value, by its name. */
  readonly valueCaps: Readonly<Record<string, UsdMicros | null>>;
  /** Cash that is not reserved; the entry and its fee must fit. */
  readonly cashUsdMicros: UsdMicros | null;
  readonly fees: FeeProfile;
  readonly slippageAllowanceBps: number;
}

export type SizingReason = "UNKNOWN_INPUT" | "STOP_NOT_BELOW_ENTRY" | "NO_ROOM" | "BELOW_MINIMUM";

export interface Sizing {
  readonly lots: QtyLots;
  /** Value at the worst entry price. */
  readonly notionalUsdMicros: UsdMicros;
  /** What the entry may cost at most, fee included; reserved from cash while it works. */
  readonly reserveUsdMicros: UsdMicros;
  /** Loss at the stop, everything included: 1R of this trade. */
  readonly lossUsdMicros: UsdMicros;
  /** What bounded the size: `risk`, `cash`, `max_qty` or the name of a value cap. */
  readonly boundBy: string;
  /** Why there are no lots; `null` when there are. */
  readonly reason: SizingReason | null;
}

/** Largest order that keeps every promise of the head comment. */
export function sizeEntry(input: SizingInput): Sizing {
  const { instrument, entryTicks, stopTicks, riskBudgetUsdMicros: budget, cashUsdMicros: cash, fees } = input;
  const caps = Object.entries(input.valueCaps);
  if (!known(entryTicks) || !known(stopTicks) || !known(budget) || !known(cash)) return none("UNKNOWN_INPUT");
  if (!known(input.slippageAllowanceBps) || caps.some(([, room]) => !known(room))) return none("UNKNOWN_INPUT");
  if (!(stopTicks > 0 && stopTicks < entryTicks)) return none("STOP_NOT_BELOW_ENTRY");

  // Analysis numbers for the first guess only; what decides below is exact.
  const valueOf = (price: PriceTicks) => ticksToUsd(price, instrument) * lotsToBase(1 as QtyLots, instrument) * 1e6;
  const costPerLot = valueOf(entryTicks as PriceTicks) * (1 + dearerRatio(fees));
  const lossPerLot = costPerLot - valueOf(stopTicks as PriceTicks) * keptRatio(input) * (1 - fees.takerRatio);
  let lots: number = Math.min(instrument.maxQtyLots, Math.floor(Number.MAX_SAFE_INTEGER / 2 / costPerLot));
  let boundBy = "max_qty";
  const bound = (name: string, room: number, eachLot: number, uses: (lots: QtyLots) => number): void => {
    const most = largestLots(room, eachLot, lots, uses);
    if (most < lots) [lots, boundBy] = [most, name];
  };
  bound("risk", budget, lossPerLot, (n) => lossAtStop(n, entryTicks, stopTicks, input));
  for (const [name, room] of caps) {
    bound(name, room as number, costPerLot, (n) => notionalUp(entryTicks, n, instrument));
  }
  bound("cash", cash, costPerLot, (n) => entryCost(n, entryTicks, input));

  if (lots <= 0) return none("NO_ROOM", boundBy);
  const sized = lots as QtyLots;
  // At the stop the value is lowest: what is too small there could be bought but not sold.
  if (isBelowMinimum(sized, stopTicks, instrument)) return none("BELOW_MINIMUM", boundBy);
  return {
    lots: sized,
    notionalUsdMicros: notionalUp(entryTicks, sized, instrument),
    reserveUsdMicros: entryCost(sized, entryTicks, { instrument, fees }),
    lossUsdMicros: lossAtStop(sized, entryTicks, stopTicks, input),
    boundBy,
    reason: null,
  };
}

/** What buying costs at most: value plus the dearer fee, rounded up. */
export function entryCost(
  lots: QtyLots,
  price: PriceTicks,
  { instrument, fees }: Pick<SizingInput, "instrument" | "fees">,
): UsdMicros {
  const value = notionalUp(price, lots, instrument);
  return addUsd(value, ratioUp(value, dearerRatio(fees)));
}

/** What selling at a price brings at least: value less markup, slippage allowance and taker fee, rounded down. */
export function exitProceeds(
  lots: QtyLots,
  price: PriceTicks,
  { instrument, fees, slippageAllowanceBps }: Pick<SizingInput, "instrument" | "fees" | "slippageAllowanceBps">,
): UsdMicros {
  const value = ratioDown(notionalDown(price, lots, instrument), keptRatio({ fees, slippageAllowanceBps }));
  return subUsd(value, ratioUp(value, fees.takerRatio));
}

const dearerRatio = ({ makerRatio, takerRatio }: FeeProfile): number => Math.max(makerRatio, takerRatio);

/** Share of a quoted value that a market sale keeps before its fee. */
const keptRatio = ({ fees, slippageAllowanceBps }: Pick<SizingInput, "fees" | "slippageAllowanceBps">): number =>
  Math.max(0, (1 - fees.markupRatio) * (1 - slippageAllowanceBps / 10_000));

function lossAtStop(lots: QtyLots, entry: PriceTicks, stop: PriceTicks, input: SizingInput): UsdMicros {
  return subUsd(entryCost(lots, entry, input), exitProceeds(lots, stop, input));
}

/** Most lots, at most `limit`, whose use fits the room. The estimate is off by the rounding of a few micros only. */
function largestLots(room: number, eachLot: number, limit: number, uses: (lots: QtyLots) => number): number {
  if (room <= 0) return 0;
  let lots = Math.min(limit, Math.floor(room / eachLot) + 1);
  for (;;) {
    const excess = lots > 0 ? uses(lots as QtyLots) - room : 0;
    if (excess <= 0) return Math.max(0, lots);
    lots -= Math.max(1, Math.floor(excess / eachLot));
  }
}

const known = (value: number | null | undefined): value is number => Number.isFinite(value);

function none(reason: SizingReason, boundBy = "none"): Sizing {
  return {
    lots: ZERO_LOTS,
    notionalUsdMicros: ZERO_USD,
    reserveUsdMicros: ZERO_USD,
    lossUsdMicros: ZERO_USD,
    boundBy,
    reason,
  };
}
