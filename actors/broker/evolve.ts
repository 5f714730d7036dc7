/**
 * The only way durable state changes: one journal event at a time. Always true:
 *  - the same events give the same state, live, after a crash and in a replay;
 *  - nothing here decides, asks or looks at a clock; an event that cannot be applied means that the journal is not to be trusted
 *    and throws;
 *  - events are numbered without gaps.
 */
import { createOrder, isLive, type OrderNews, type OrderRecord } from "../../core/execution/order.ts";
import { applyToOrder } from "../../core/execution/order.ts";
import { isEnded, type OrderEvent, type Surprise } from "../../core/execution/order_machine.ts";
import { noteSlippage, slippageBps, type SlippageKey } from "../../core/execution/slippage.ts";
import type { Fill } from "../../core/execution/types.ts";
import { addLots, addUsd, toUsd, type UsdMicros, ZERO_LOTS } from "../../core/money.ts";
import { adjust, adoptDust, bookFill, deposit, forgetExecutions, moveToDust } from "../../core/portfolio/books.ts";
import { addToPeriod, markEquity, shiftEquity, startPeriod, utcWeekStart } from "../../core/portfolio/equity.ts";
import { addTradeFill, markTrade, openTrade, type TradePlan } from "../../core/portfolio/trade.ts";
import { countResult, startCooldown } from "../../core/risk/cooldown.ts";
import type { LimitValues } from "../../core/risk/limit_changes.ts";
import { DAY_MS, MINUTE_MS, type UtcMs } from "../../core/time.ts";
import type { BrokerEvent } from "./events.ts";
import type { Durable, Position } from "./state.ts";

/** Ended orders and their executions are remembered for so long; a statement about an older one is about a stranger. */
const RETENTION_MS = 7 * DAY_MS;
const INTENTS_KEPT = 256;
const CONTROLS_KEPT = 128;

/** Applies one event in place. Answers what was surprising about it, for events that move an order. */
export function evolve(durable: Durable, event: BrokerEvent): Surprise | null {
  if (event.seq !== durable.journalSeq + 1) {
    throw new Error(
      `Journal has a gap: event ${event.seq} (${event.type}) after ${durable.journalSeq}. Restore a backup.`,
    );
  }
  durable.journalSeq = event.seq;
  durable.atMs = event.atMs;
  switch (event.type) {
    case "session.started":
      durable.session = { nonce: event.nonce, configHash: event.configHash, startedAtMs: event.atMs, orderSeq: 0 };
      durable.equity.markedAtMs = event.atMs; // there are no marks of the time away
      return null;
    case "funds.moved":
      deposit(durable.books, event.usdMicros);
      shiftMarks(durable, event.usdMicros);
      return null;
    case "limits.changed":
      return changeLimits(durable, event.values, event.queue);
    case "mandate.changed":
      durable.mandateRatio = event.ratio;
      return null;
    case "symbol.paused":
      durable.pausedSymbols = [...durable.pausedSymbols, event.symbol];
      return null;
    case "symbol.resumed":
      durable.pausedSymbols = durable.pausedSymbols.filter((symbol) => symbol !== event.symbol);
      return null;
    case "latch.set":
      durable.latches = [...durable.latches, { cause: event.cause, sinceMs: event.atMs, text: event.text }];
      return null;
    case "latch.reset":
      durable.latches = durable.latches.filter((latch) => latch.cause !== event.cause);
      // Accepting a drawdown starts a new peak: the loss stays on the books, the measure begins again.
      if (event.cause === "DRAWDOWN") durable.equity.peakUsdMicros = durable.equity.usdMicros;
      return null;
    case "control.done":
      durable.controls = [...durable.controls, { key: event.key, ok: event.ok, did: event.did }].slice(-CONTROLS_KEPT);
      return null;
    case "intent.accepted":
      rememberIntent(durable, event.intent.intentId);
      durable.entries.push({
        terms: event.terms,
        acceptedAtMs: event.atMs,
        orders: 0,
        filledLots: ZERO_LOTS,
        orderId: null,
      });
      return null;
    case "intent.denied":
      return rememberIntent(durable, event.intent.intentId);
    case "entry.ended":
      durable.entries = durable.entries.filter((entry) => entry.terms.plan.intentId !== event.intentId);
      return null;
    case "order.created":
      return addOrder(durable, createOrder(event.order), event.atMs);
    case "order.submitted":
      return moveOrder(durable, event, "submitted", {});
    case "order.acknowledged":
      return moveOrder(durable, event, "acknowledged", { venueOrderId: event.venueOrderId });
    case "order.cancel_requested":
      orderOf(durable, event).cancelCause = event.cause;
      return moveOrder(durable, event, "cancelRequested", { says: event.cause });
    case "order.cancel_rejected":
      return moveOrder(durable, event, "cancelRejected", { says: event.reason });
    case "order.canceled":
      return moveOrder(durable, event, "canceled", {});
    case "order.expired":
      return moveOrder(durable, event, "expired", {});
    case "order.rejected":
      countRefusal(durable, orderOf(durable, event), event.atMs);
      return moveOrder(durable, event, "rejected", { says: event.reason });
    case "order.doubted":
      return moveOrder(durable, event, "doubted", { says: event.reason });
    case "order.absent":
      return moveOrder(durable, event, "absent", {});
    case "order.queried":
      orderOf(durable, event).queriedAtMs = event.atMs;
      return null;
    case "order.surprised":
    case "fill.refused":
      return null; // told to people; what it means is in the latch that follows
    case "position.opened":
      return openPosition(durable, event.tradeId, event.plan, event.atMs);
    case "fill.booked":
      return book(durable, event.fill, event.atMs);
    case "bracket.changed":
      held(durable, event).stopTicks = event.stopTicks;
      return null;
    case "exit.began":
      held(durable, event).exit = { cause: event.cause, beganAtMs: event.atMs, rung: 0, refusals: 0, refusedAtMs: 0 };
      return null;
    case "exit.escalated":
      exitOf(durable, event).rung = event.rung;
      return null;
    case "dust.kept":
      moveToDust(durable.books, event.symbol);
      return null;
    case "position.closed":
      return closePosition(durable, event);
    case "cooldown.started":
      startCooldown(durable.streaks, event);
      return null;
    case "protection.lost":
      held(durable, event).unprotectedSinceMs = event.sinceMs;
      durable.unprotected.count++;
      return null;
    case "protection.restored":
      held(durable, event).unprotectedSinceMs = null;
      durable.unprotected.totalMs += event.lostMs;
      durable.unprotected.worstMs = Math.max(durable.unprotected.worstMs, event.lostMs);
      return null;
    case "equity.marked":
      if (event.equityUsdMicros === null) durable.equity.markedAtMs = event.atMs;
      else markEquity(durable.equity, event.equityUsdMicros, event.atMs);
      for (const { symbol, lowBidUsd, highBidUsd } of event.marks) {
        markTrade(held(durable, { symbol }).trade, lowBidUsd, highBidUsd);
      }
      return null;
    case "day.rolled":
      return rollDay(durable, event.dayStartedAtMs, event.startUsdMicros);
    case "books.adopted":
      adjust(durable.books, event.cashUsdMicros, event.lotsBySymbol);
      shiftMarks(durable, event.cashUsdMicros);
      return null;
    default:
      return unreachable(event);
  }
}

function unreachable(event: never): never {
  throw new Error(
    `Journal holds an event of an unknown type: ${JSON.stringify(event)}. Use the version that wrote it.`,
  );
}

function shiftMarks(durable: Durable, usdMicros: UsdMicros): void {
  shiftEquity(durable.equity, [durable.day, durable.week], usdMicros);
  durable.bankrollBaseUsdMicros = addUsd(durable.bankrollBaseUsdMicros, usdMicros);
}

function changeLimits(durable: Durable, values: LimitValues, queue: Durable["queuedLimits"]): null {
  const bankroll = values.bankrollMaxUsdMicros;
  if (bankroll !== undefined && bankroll !== null && bankroll !== durable.limits.bankrollMaxUsdMicros) {
    durable.bankrollBaseUsdMicros = durable.equity.usdMicros;
  }
  durable.limits = { ...durable.limits, ...values };
  durable.queuedLimits = queue;
  return null;
}

function rememberIntent(durable: Durable, intentId: string): null {
  durable.intentIds.push(intentId);
  if (durable.intentIds.length > INTENTS_KEPT) durable.intentIds.shift();
  return null;
}

function addOrder(durable: Durable, order: OrderRecord, atMs: UtcMs): null {
  if (durable.orders[order.clientOrderId]) {
    throw new Error(`Journal uses client order id ${order.clientOrderId} twice.`);
  }
  durable.orders[order.clientOrderId] = order;
  durable.liveOrderIds.push(order.clientOrderId);
  durable.session!.orderSeq++;
  durable.ordersToday++;
  durable.recentOrdersAtMs = [...durable.recentOrdersAtMs.filter((at) => at > atMs - MINUTE_MS), atMs];
  if (order.role === "entry") {
    const entry = durable.entries.find((each) => each.terms.plan.intentId === order.intentId);
    if (!entry) throw new Error(`Journal has an entry order without its intent ${order.intentId}.`);
    entry.orderId = order.clientOrderId;
    entry.orders++;
  }
  return null;
}

function orderOf(durable: Durable, { clientOrderId }: { clientOrderId: string }): OrderRecord {
  const order = durable.orders[clientOrderId];
  if (!order) throw new Error(`Journal speaks of order ${clientOrderId}, which it never created.`);
  return order;
}

function moveOrder(
  durable: Durable,
  { clientOrderId, atMs }: { clientOrderId: string; atMs: UtcMs },
  event: OrderEvent,
  news: Omit<OrderNews, "atMs">,
): Surprise | null {
  const order = orderOf(durable, { clientOrderId });
  const wasLive = isLive(order);
  const surprise = applyToOrder(order, event, { ...news, atMs });
  if (wasLive && isEnded(order.state)) durable.liveOrderIds = durable.liveOrderIds.filter((id) => id !== clientOrderId);
  if (!wasLive && isLive(order)) durable.liveOrderIds.push(clientOrderId);
  return surprise;
}

function countRefusal(durable: Durable, { symbol, role, state }: OrderRecord, atMs: UtcMs): void {
  const position = durable.positions.find((each) => each.trade.plan.symbol === symbol);
  if (!position || isEnded(state)) return;
  if (role === "exit" && position.exit) {
    position.exit.refusals++;
    position.exit.refusedAtMs = atMs;
  } else if (role === "take_profit" || role === "stop_loss") position.restingRefusals++;
}

function held(durable: Durable, { symbol }: { symbol: string }): Position {
  const position = durable.positions.find((each) => each.trade.plan.symbol === symbol);
  if (!position) throw new Error(`Journal speaks of a position in ${symbol} that is not there.`);
  return position;
}

function exitOf(durable: Durable, event: { symbol: string }) {
  const { exit } = held(durable, event);
  if (!exit) throw new Error(`Journal escalates an exit of ${event.symbol} that never began.`);
  return exit;
}

function openPosition(durable: Durable, tradeId: string, plan: TradePlan, atMs: UtcMs): null {
  const trade = openTrade(tradeId, plan, atMs);
  // Dust of earlier trades goes with this one, at its cost, so that it can be sold along.
  const dust = adoptDust(durable.books, plan.symbol);
  trade.entryLots = dust.lots;
  trade.entryGrossUsdMicros = dust.costUsdMicros;
  durable.positions.push({
    trade,
    stopTicks: plan.stopTicks,
    targetTicks: plan.targetTicks,
    horizonEndsAtMs: atMs + plan.horizonMs,
    exit: null,
    restingRefusals: 0,
    unprotectedSinceMs: null,
  });
  return null;
}

function book(durable: Durable, fill: Fill, atMs: UtcMs): Surprise | null {
  const order = orderOf(durable, fill);
  const booking = bookFill(durable.books, fill);
  if (booking.result !== "booked") {
    throw new Error(`Journal books execution ${fill.executionId}, which is ${booking.result}.`);
  }
  addTradeFill(held(durable, fill).trade, fill, booking.realizedUsdMicros);
  for (const period of [durable.day, durable.week]) addToPeriod(period, booking.realizedUsdMicros, fill.feeUsdMicros);
  if (order.role === "entry") {
    const entry = durable.entries.find((each) => each.terms.plan.intentId === order.intentId);
    if (entry) entry.filledLots = addLots(entry.filledLots, fill.qtyLots);
  }
  const slippage = slippageOf(order, fill);
  if (slippage) noteSlippage(durable.slippage, slippage.key, slippage.bps);
  return moveOrder(durable, { clientOrderId: fill.clientOrderId, atMs }, "filled", { fill });
}

/** What a fill says about slippage; `null` for orders that named their price, where there is nothing to slip from. */
export function slippageOf(order: OrderRecord, fill: Fill): { key: SlippageKey; bps: number } | null {
  if (order.arrivalMidUsd === null || (order.role !== "entry" && order.role !== "exit")) return null;
  const { symbol, side, type } = order;
  return {
    key: { symbol, side, type, atMs: fill.atMs, notionalUsd: toUsd(fill.grossUsdMicros) },
    bps: slippageBps(side, fill.priceUsd, order.arrivalMidUsd),
  };
}

function closePosition(durable: Durable, { trade }: Extract<BrokerEvent, { type: "position.closed" }>): null {
  durable.positions = durable.positions.filter((position) => position.trade.tradeId !== trade.tradeId);
  durable.trades.count++;
  if (trade.pnlUsd > 0) durable.trades.wins++;
  if (trade.pnlUsd < 0) durable.trades.losses++;
  countResult(durable.streaks, trade);
  return null;
}

function rollDay(durable: Durable, dayStartedAtMs: UtcMs, startUsdMicros: UsdMicros): null {
  durable.day = startPeriod(dayStartedAtMs, startUsdMicros);
  const weekStartedAtMs = utcWeekStart(dayStartedAtMs);
  if (weekStartedAtMs !== durable.week.startedAtMs) durable.week = startPeriod(weekStartedAtMs, startUsdMicros);
  durable.ordersToday = 0;
  const oldestMs = dayStartedAtMs - RETENTION_MS;
  for (const [id, order] of Object.entries(durable.orders)) {
    if (order.endedAtMs !== null && order.endedAtMs < oldestMs) delete durable.orders[id];
  }
  forgetExecutions(durable.books, oldestMs);
  return null;
}
