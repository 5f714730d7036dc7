/**
 * What the venue takes, and the least it accepts. Costs have no default: a forgotten fee should stop a run, not flatter it.
 */
import { type Instrument, notionalDown, type PriceTicks, type QtyLots, USD, type UsdMicros } from "../money.ts";

/**
 * Fees of one venue. Robinhood v1 shows none and widens the quote (`markupRatio` per side, seen at 0.006 to 0.0085); v2 takes
 * an explicit ratio of the executed value (0.0095 seen) and leaves the quote alone.
 */
export interface FeeProfile {
  readonly name: string;
  /** Of the executed value, for an order that rested. */
  readonly makerRatio: number;
  /** Of the executed value, for market orders, stops and limits that cross. */
  readonly takerRatio: number;
  /** How far the venue's bid and ask lie outside the quotes we see, each side. */
  readonly markupRatio: number;
}

/** Where a venue does not say its least order value, stay at ten times the one it mostly names (0.1 USD). */
const UNKNOWN_MIN_NOTIONAL: UsdMicros = USD;

/** True when the venue would refuse the order for its size: too few lots, or worth too little at this price. */
export function isBelowMinimum(lots: QtyLots, price: PriceTicks, instrument: Instrument): boolean {
  if (lots < Math.max(1, instrument.minQtyLots)) return true;
  return notionalDown(price, lots, instrument) < (instrument.minNotionalUsdMicros ?? UNKNOWN_MIN_NOTIONAL);
}
