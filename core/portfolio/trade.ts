/**
 * A round trip in one symbol: opened by the first fill of an entry, closed when nothing is held any more. Always true:
 *  - its profit is what the ledger realized for it, less all its fees;
 *  - 1R is the loss that was planned at the stop, for the share that was filled, fees and slippage included; it is above zero.
 */
import type { Fill } from "../execution/types.ts";
import {
  addLots,
  addUsd,
  type Instrument,
  lotsToBase,
  minLots,
  type PriceTicks,
  type QtyLots,
  shareUp,
} from "../money.ts";
import { toUsd, type UsdMicros, usdMicros, ZERO_LOTS, ZERO_USD } from "../money.ts";
import type { UtcMs } from "../time.ts";

/** What was planned when the entry was accepted. It travels with the entry orders, so that even a late fill finds its stop. */
export interface TradePlan {
  readonly intentId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly regime: string;
  readonly stopTicks: PriceTicks;
  readonly targetTicks: PriceTicks;
  readonly horizonMs: number;
  readonly plannedLots: QtyLots;
  /** Loss at the stop for `plannedLots`, fees and slippage included. */
  readonly riskUsdMicros: UsdMicros;
}

export interface OpenTrade {
  readonly tradeId: string;
  readonly plan: TradePlan;
  readonly openedAtMs: UtcMs;
  entryLots: QtyLots;
  entryGrossUsdMicros: UsdMicros;
  exitLots: QtyLots;
  exitGrossUsdMicros: UsdMicros;
  feesUsdMicros: UsdMicros;
  realizedUsdMicros: UsdMicros;
  /** Lowest and highest bid while it was held; `null` before the first mark. */
  lowBidUsd: number | null;
  highBidUsd: number | null;
}

export interface TradeFigures {
  readonly qtyBase: number;
  readonly entryUsd: number;
  readonly exitUsd: number;
  readonly feesUsd: number;
  readonly pnlUsd: number;
  readonly rMultiple: number;
  readonly maeR: number;
  readonly mfeR: number;
  readonly holdMs: number;
}

export function openTrade(tradeId: string, plan: TradePlan, openedAtMs: UtcMs): OpenTrade {
  return {
    tradeId,
    plan,
    openedAtMs,
    entryLots: ZERO_LOTS,
    entryGrossUsdMicros: ZERO_USD,
    exitLots: ZERO_LOTS,
    exitGrossUsdMicros: ZERO_USD,
    feesUsdMicros: ZERO_USD,
    realizedUsdMicros: ZERO_USD,
    lowBidUsd: null,
    highBidUsd: null,
  };
}

/** Counts a booked fill; `realizedUsdMicros` is what the books realized for it. */
export function addTradeFill(trade: OpenTrade, fill: Fill, realizedUsdMicros: UsdMicros): void {
  trade.feesUsdMicros = addUsd(trade.feesUsdMicros, fill.feeUsdMicros);
  trade.realizedUsdMicros = addUsd(trade.realizedUsdMicros, realizedUsdMicros);
  if (fill.side === "buy") {
    trade.entryLots = addLots(trade.entryLots, fill.qtyLots);
    trade.entryGrossUsdMicros = addUsd(trade.entryGrossUsdMicros, fill.grossUsdMicros);
  } else {
    trade.exitLots = addLots(trade.exitLots, fill.qtyLots);
    trade.exitGrossUsdMicros = addUsd(trade.exitGrossUsdMicros, fill.grossUsdMicros);
  }
}

/** Widens the range of bids that the trade has seen. */
export function markTrade(trade: OpenTrade, lowBidUsd: number, highBidUsd: number): void {
  trade.lowBidUsd = Math.min(trade.lowBidUsd ?? lowBidUsd, lowBidUsd);
  trade.highBidUsd = Math.max(trade.highBidUsd ?? highBidUsd, highBidUsd);
}

/** 1R of what was filled, rounded up and at least one micro, so that a result can always be divided by it. */
export function riskOf(trade: OpenTrade): UsdMicros {
  const { plannedLots, riskUsdMicros } = trade.plan;
  return usdMicros(Math.max(1, shareUp(riskUsdMicros, minLots(trade.entryLots, plannedLots), plannedLots)));
}

/** Average entry price in USD, fees apart. */
export const entryUsdOf = (trade: OpenTrade, instrument: Instrument): number =>
  toUsd(trade.entryGrossUsdMicros) / lotsToBase(trade.entryLots, instrument);

/** Distance of a bid from the entry in units of 1R, for all that was bought; fees apart. */
export function excursionR(trade: OpenTrade, bidUsd: number, instrument: Instrument): number {
  const move = bidUsd - entryUsdOf(trade, instrument);
  return move * lotsToBase(trade.entryLots, instrument) / toUsd(riskOf(trade));
}

/** Result of a trade of which nothing is held any more; excursions are never negative. */
export function tradeFigures(trade: OpenTrade, instrument: Instrument, closedAtMs: UtcMs): TradeFigures {
  const pnl = trade.realizedUsdMicros - trade.feesUsdMicros;
  const soldBase = lotsToBase(trade.exitLots, instrument);
  return {
    qtyBase: soldBase,
    entryUsd: entryUsdOf(trade, instrument),
    exitUsd: soldBase > 0 ? toUsd(trade.exitGrossUsdMicros) / soldBase : 0,
    feesUsd: toUsd(trade.feesUsdMicros),
    pnlUsd: toUsd(usdMicros(pnl)),
    rMultiple: pnl / riskOf(trade),
    maeR: trade.lowBidUsd === null ? 0 : Math.max(0, -excursionR(trade, trade.lowBidUsd, instrument)),
    mfeR: trade.highBidUsd === null ? 0 : Math.max(0, excursionR(trade, trade.highBidUsd, instrument)),
    holdMs: closedAtMs - trade.openedAtMs,
  };
}
