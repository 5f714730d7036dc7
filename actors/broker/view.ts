/** The broker's state for people: raw numbers, `null` where something is not known. Reads, never changes. */
import { lotsToBase, ticksToUsd, toUsd, type UsdMicros, ZERO_USD } from "../../core/money.ts";
import { notionalDown } from "../../core/money.ts";
import type { OrderRecord } from "../../core/execution/order.ts";
import { cashOf, heldLots } from "../../core/portfolio/books.ts";
import { drawdownRatio } from "../../core/portfolio/equity.ts";
import { entryUsdOf, excursionR, riskOf } from "../../core/portfolio/trade.ts";
import { LIMITS } from "../../core/risk/limits.ts";
import { dayLossCap, dayLossOf } from "../../core/risk/rules.ts";
import { balance } from "../../core/portfolio/ledger.ts";
import type { UtcMs } from "../../core/time.ts";
import { tradingStateOf } from "./control.ts";
import { openNotional, tradingValue, venueBid, worth } from "./money_view.ts";
import { stopHolder } from "./positions.ts";
import type { OrderView } from "../../core/records.ts";
import type { LimitUse, PortfolioView, PositionView } from "./protocol.ts";
import { type BrokerState, HIGH_SEEN, instrumentOf, LIVE_STRIDE, LOW_SEEN, type Position } from "./state.ts";

/** Everything the dashboard shows of the broker, as of `nowMs`. While a price is missing the newest mark stands for equity. */
export function portfolioView(state: BrokerState, nowMs: UtcMs): PortfolioView {
  const { durable } = state;
  const { books, day, equity, trades } = durable;
  const equityNow = worth(state)?.equityUsdMicros ?? equity.usdMicros;
  const peak = Math.max(equity.peakUsdMicros, equityNow) as UsdMicros;
  const positions = durable.positions.map((position) => positionView(state, position, nowMs));
  const unprotected = durable.positions.map((each) =>
    each.unprotectedSinceMs === null ? 0 : nowMs - each.unprotectedSinceMs
  );
  return {
    atMs: nowMs,
    tradingState: tradingStateOf(durable),
    latches: durable.latches,
    pausedSymbols: durable.pausedSymbols,
    startUsd: -toUsd(balance(books.balances, "deposits")),
    cashUsd: toUsd(cashOf(books)),
    equityUsd: toUsd(equityNow),
    peakUsd: toUsd(peak),
    drawdownRatio: drawdownRatio(equityNow, peak),
    dayStartedAtMs: day.startedAtMs,
    dayStartUsd: toUsd(day.startUsdMicros),
    dayPnlUsd: toUsd((equityNow - day.startUsdMicros) as UsdMicros),
    dayRealizedUsd: toUsd(day.realizedUsdMicros),
    dayFeesUsd: toUsd(day.feesUsdMicros),
    openPnlUsd: positions.reduce((sum, each) => sum + (each.unrealizedUsd ?? 0), 0),
    exposureRatio: exposureRatio(state) ?? 0,
    limits: limitUses(state),
    positions,
    orders: durable.liveOrderIds.map((id) => orderView(state, durable.orders[id])),
    trades: { ...trades },
    unprotectedMs: Math.max(0, ...unprotected),
    journalSeq: durable.journalSeq,
  };
}

function positionView(state: BrokerState, position: Position, nowMs: UtcMs): PositionView {
  const { trade, stopTicks, targetTicks } = position;
  const { plan } = trade;
  const instrument = instrumentOf(state, plan.symbol);
  const lots = heldLots(state.durable.books, plan.symbol);
  const bid = venueBid(state, plan.symbol);
  const cost = state.durable.books.holdings[plan.symbol]?.costUsdMicros ?? ZERO_USD;
  const open = bid === null ? null : (notionalDown(bid, lots, instrument) - cost) as UsdMicros;
  const at = state.live.symbolIndex[plan.symbol] * LIVE_STRIDE;
  const lowest = least(trade.lowBidUsd, state.live.market[at + LOW_SEEN]);
  const highest = most(trade.highBidUsd, state.live.market[at + HIGH_SEEN]);
  return {
    symbol: plan.symbol,
    strategy: plan.strategy,
    decisionId: plan.decisionId,
    qtyBase: lotsToBase(lots, instrument),
    entryUsd: entryUsdOf(trade, instrument),
    stopUsd: ticksToUsd(stopTicks, instrument),
    targetUsd: ticksToUsd(targetTicks, instrument),
    bidUsd: bid === null ? null : ticksToUsd(bid, instrument),
    unrealizedUsd: open === null ? null : toUsd(open),
    rMultiple: open === null ? null : (open + trade.realizedUsdMicros - trade.feesUsdMicros) / riskOf(trade),
    maeR: lowest === null ? 0 : Math.max(0, -excursionR(trade, lowest, instrument)),
    mfeR: highest === null ? 0 : Math.max(0, excursionR(trade, highest, instrument)),
    openedAtMs: trade.openedAtMs,
    stopHeldBy: stopHolder(state, position, nowMs),
  };
}

const least = (a: number | null, b: number): number | null => Number.isNaN(b) ? a : Math.min(a ?? b, b);
const most = (a: number | null, b: number): number | null => Number.isNaN(b) ? a : Math.max(a ?? b, b);

export function orderView(state: BrokerState, order: OrderRecord): OrderView {
  const instrument = instrumentOf(state, order.symbol);
  return {
    clientOrderId: order.clientOrderId,
    decisionId: order.decisionId,
    symbol: order.symbol,
    side: order.side,
    role: order.role,
    state: order.state,
    type: order.type,
    priceUsd: order.priceTicks === null ? null : ticksToUsd(order.priceTicks, instrument),
    qtyBase: lotsToBase(order.qtyLots, instrument),
    filledBase: lotsToBase(order.filledLots, instrument),
    createdAtMs: order.createdAtMs,
  };
}

function openTotal(state: BrokerState): number | null {
  const bySymbol = openNotional(state);
  return bySymbol && Object.values(bySymbol).reduce((sum, each) => sum + each, 0);
}

function exposureRatio(state: BrokerState): number | null {
  const now = worth(state);
  const open = openTotal(state);
  return now === null || open === null || now.equityUsdMicros <= 0 ? null : open / now.equityUsdMicros;
}

/** How much of each limit is used, in the measure that the gate takes. */
function limitUses(state: BrokerState): LimitUse[] {
  const { durable } = state;
  const { limits, day } = durable;
  const now = worth(state);
  const value = (usdMicros: UsdMicros) => tradingValue(state, usdMicros);
  const account = {
    dayStartUsdMicros: value(day.startUsdMicros),
    netEquityUsdMicros: now && value(now.netUsdMicros),
  };
  const gain = (start: UsdMicros) => now && value(now.equityUsdMicros) / value(start) - 1;
  const lost = dayLossOf(account);
  const uses: LimitUse[] = [
    {
      rule: "day_loss",
      label: LIMITS.dayLossMaxRatio.label,
      value: lost && Math.max(0, lost),
      limit: dayLossCap(account, limits),
      unit: "usd_micros",
    },
    {
      rule: "day_realized",
      label: LIMITS.dayRealizedLossMaxRatio.label,
      value: Math.max(0, -day.realizedUsdMicros / account.dayStartUsdMicros),
      limit: limits.dayRealizedLossMaxRatio,
      unit: "ratio",
    },
    {
      rule: "drawdown",
      label: LIMITS.drawdownMaxRatio.label,
      value: now && drawdownRatio(value(now.equityUsdMicros), value(durable.equity.peakUsdMicros)),
      limit: limits.drawdownMaxRatio,
      unit: "ratio",
    },
    {
      rule: "exposure",
      label: LIMITS.exposureMaxRatio.label,
      value: exposureRatio(state),
      limit: limits.exposureMaxRatio,
      unit: "ratio",
    },
    {
      rule: "total_notional",
      label: LIMITS.totalNotionalMaxUsdMicros.label,
      value: openTotal(state),
      limit: limits.totalNotionalMaxUsdMicros,
      unit: "usd_micros",
    },
    {
      rule: "positions",
      label: LIMITS.positionsMax.label,
      value: durable.positions.length,
      limit: limits.positionsMax,
      unit: "count",
    },
    {
      rule: "orders_day",
      label: LIMITS.ordersPerDayMax.label,
      value: durable.ordersToday,
      limit: limits.ordersPerDayMax,
      unit: "count",
    },
  ];
  if (limits.dayGoalRatio !== null) {
    uses.push({
      rule: "day_goal",
      label: LIMITS.dayGoalRatio.label,
      value: gain(day.startUsdMicros),
      limit: limits.dayGoalRatio,
      unit: "ratio",
    });
  }
  if (limits.weekGoalRatio !== null) {
    uses.push({
      rule: "week_goal",
      label: LIMITS.weekGoalRatio.label,
      value: gain(durable.week.startUsdMicros),
      limit: limits.weekGoalRatio,
      unit: "ratio",
    });
  }
  return uses;
}
