/**
 * What the account is worth at this instant and what of it is at stake. Unknown prices give `null`, never a guess.
 */
import type { OrderRecord } from "../../core/execution/order.ts";
import { openLots } from "../../core/execution/order.ts";
import {
  addUsd,
  type Instrument,
  maxUsd,
  notionalDown,
  notionalUp,
  type PriceTicks,
  priceTicksDown,
} from "../../core/money.ts";
import { type QtyLots, shareUp, subLots, subUsd, type UsdMicros, ZERO_LOTS, ZERO_USD } from "../../core/money.ts";
import { cashOf, heldLots } from "../../core/portfolio/books.ts";
import { tradingEquity } from "../../core/risk/bankroll.ts";
import { entryCost, exitProceeds } from "../../core/risk/sizing.ts";
import { bidOf, type BrokerState, type Entry, instrumentOf, type Position, quoteAtOf } from "./state.ts";

/** A price on the instrument's grid, or `null` where there is no such place: not a number, not positive, too fine. */
export function onGrid(
  usd: number,
  instrument: Instrument,
  round: (usd: number, instrument: Instrument) => PriceTicks,
): PriceTicks | null {
  if (!(usd > 0) || usd * 10 ** instrument.priceIncrement.decimals >= 2 ** 51) return null;
  const ticks = round(usd, instrument);
  return ticks > 0 ? ticks : null;
}

/** The venue's bid for a sale of ours, markup taken off; `null` without a quote. */
export function venueBid(state: BrokerState, symbol: string): PriceTicks | null {
  const usd = bidOf(state, state.live.symbolIndex[symbol]) * (1 - state.config.fees.markupRatio);
  return onGrid(usd, instrumentOf(state, symbol), priceTicksDown);
}

export interface Worth {
  /** Cash and holdings at the bid. */
  readonly equityUsdMicros: UsdMicros;
  /** The same after the fees of selling everything there. */
  readonly netUsdMicros: UsdMicros;
}

/** Worth of the account; `null` while a held symbol has no price. Dust counts nothing. */
export function worth(state: BrokerState): Worth | null {
  let equity = cashOf(state.durable.books);
  let net = equity;
  for (const { trade } of state.durable.positions) {
    const { symbol } = trade.plan;
    const lots = heldLots(state.durable.books, symbol);
    if (lots === 0) continue;
    const bid = venueBid(state, symbol);
    if (bid === null) return null;
    equity = addUsd(equity, notionalDown(bid, lots, instrumentOf(state, symbol)));
    net = addUsd(net, proceedsAt(state, symbol, lots, bid, 0));
  }
  return { equityUsdMicros: equity, netUsdMicros: net };
}

/** What selling lots brings at a price of the venue's grid, slippage and fee taken off. */
function proceedsAt(
  state: BrokerState,
  symbol: string,
  lots: QtyLots,
  price: PriceTicks,
  slippageAllowanceBps: number,
): UsdMicros {
  const fees = { ...state.config.fees, markupRatio: 0 }; // the price has it taken off
  return exitProceeds(lots, price, { instrument: instrumentOf(state, symbol), fees, slippageAllowanceBps });
}

/** The measure that risk is taken by: all figures follow the bankroll when one is set. */
export function tradingValue({ durable }: BrokerState, usdMicros: UsdMicros): UsdMicros {
  return tradingEquity(usdMicros, durable.limits.bankrollMaxUsdMicros, durable.bankrollBaseUsdMicros);
}

export const remainingLots = (entry: Entry): QtyLots => {
  const planned = entry.terms.plan.plannedLots;
  return entry.filledLots < planned ? subLots(planned, entry.filledLots) : ZERO_LOTS;
};

/** Money that working entries and stray buy orders may still take, fees included. */
export function reservedCash(state: BrokerState): UsdMicros {
  const { durable, config } = state;
  let reserved = ZERO_USD;
  for (const entry of durable.entries) {
    const instrument = instrumentOf(state, entry.terms.plan.symbol);
    reserved = addUsd(
      reserved,
      entryCost(remainingLots(entry), entry.terms.ceilingTicks, { instrument, fees: config.fees }),
    );
  }
  for (const order of strayBuys(state)) {
    const instrument = instrumentOf(state, order.symbol);
    reserved = addUsd(reserved, entryCost(openLots(order), order.priceTicks!, { instrument, fees: config.fees }));
  }
  return reserved;
}

/** Live buy orders whose entry is no more: they were taken for dead and turned up again. */
export function strayBuys({ durable }: BrokerState): OrderRecord[] {
  if (durable.liveOrderIds.length === 0) return [];
  const working = new Set(durable.entries.map((entry) => entry.terms.plan.intentId));
  return durable.liveOrderIds.map((id) => durable.orders[id])
    .filter((order) => order.side === "buy" && !working.has(order.intentId));
}

/** Value of positions at the bid and of working entries at their ceiling, by symbol; `null` while a price is missing. */
export function openNotional(state: BrokerState): Record<string, UsdMicros> | null {
  const bySymbol: Record<string, UsdMicros> = {};
  const add = (symbol: string, usdMicros: UsdMicros) =>
    bySymbol[symbol] = addUsd(bySymbol[symbol] ?? ZERO_USD, usdMicros);
  for (const { trade: { plan: { symbol } } } of state.durable.positions) {
    const bid = venueBid(state, symbol);
    const lots = heldLots(state.durable.books, symbol);
    if (bid === null && lots > 0) return null;
    if (bid !== null) add(symbol, notionalDown(bid, lots, instrumentOf(state, symbol)));
  }
  for (const entry of state.durable.entries) {
    const { symbol } = entry.terms.plan;
    add(symbol, notionalUp(entry.terms.ceilingTicks, remainingLots(entry), instrumentOf(state, symbol)));
  }
  for (const order of strayBuys(state)) {
    add(order.symbol, notionalUp(order.priceTicks!, openLots(order), instrumentOf(state, order.symbol)));
  }
  return bySymbol;
}

/** What is lost from here when every stop is hit and every entry fills and is stopped; `null` while a price is missing. */
export function openRisk(state: BrokerState): UsdMicros | null {
  let risk = ZERO_USD;
  for (const position of state.durable.positions) {
    const lost = positionRisk(state, position);
    if (lost === null) return null;
    risk = addUsd(risk, lost);
  }
  for (const { terms: { plan }, filledLots } of state.durable.entries) {
    const left = subLots(plan.plannedLots, Math.min(filledLots, plan.plannedLots) as QtyLots);
    risk = addUsd(risk, shareUp(plan.riskUsdMicros, left, plan.plannedLots));
  }
  for (const order of strayBuys(state)) {
    const { plannedLots, riskUsdMicros } = order.plan!;
    risk = addUsd(risk, shareUp(riskUsdMicros, Math.min(openLots(order), plannedLots) as QtyLots, plannedLots));
  }
  return risk;
}

function positionRisk(state: BrokerState, { trade: { plan }, stopTicks }: Position): UsdMicros | null {
  const lots = heldLots(state.durable.books, plan.symbol);
  const bid = venueBid(state, plan.symbol);
  if (lots === 0) return ZERO_USD;
  if (bid === null) return null;
  const { fees } = state.config;
  const { slippageAllowanceBps } = state.durable.limits;
  const now = proceedsAt(state, plan.symbol, lots, bid, 0);
  const atStop = exitProceeds(lots, stopTicks, {
    instrument: instrumentOf(state, plan.symbol),
    fees,
    slippageAllowanceBps,
  });
  return maxUsd(ZERO_USD, subUsd(now, atStop));
}

/** Age of the oldest quote that a held position is marked with; 0 when nothing is held, `null` when one has none. */
export function marksAgeMs(state: BrokerState, nowMs: number): number | null {
  let oldest = 0;
  for (const { trade: { plan: { symbol } } } of state.durable.positions) {
    const atMs = quoteAtOf(state, state.live.symbolIndex[symbol]);
    if (Number.isNaN(atMs)) return null;
    oldest = Math.max(oldest, nowMs - atMs);
  }
  return oldest;
}
