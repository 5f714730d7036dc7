/**
 * Orders on their way to the venue and what the venue says about them. Always true:
 *  - an order is journaled, then sent; its id is made from the session's nonce and a count, so it is never used twice;
 *  - the lots for sale never exceed the lots held, at this one door through which all orders go;
 *  - silence and errors put an order in doubt; it is looked up until the venue has spoken, and nothing is sent in its place.
 */
import { orderId } from "../../core/execution/order_id.ts";
import { isLive, openLots, type OrderRecord } from "../../core/execution/order.ts";
import { isEnded } from "../../core/execution/order_machine.ts";
import { slippageZ } from "../../core/execution/slippage.ts";
import type { Fill, OrderRequest, OrderRole, VenueEvent } from "../../core/execution/types.ts";
import { type PriceTicks, type QtyLots, subLots, ZERO_LOTS } from "../../core/money.ts";
import { heldLots, refusal } from "../../core/portfolio/books.ts";
import type { TradePlan } from "../../core/portfolio/trade.ts";
import { noteFault, slippageBreaker } from "../../core/risk/breakers.ts";
import { mid } from "../../core/market/types.ts";
import { slippageOf } from "./evolve.ts";
import type { LatchCause } from "./events.ts";
import { strayBuys } from "./money_view.ts";
import { askOf, bidOf, type BrokerState, HIGH_SEEN, LIVE_STRIDE, liveOrders, LOW_SEEN, positionOf } from "./state.ts";
import { emit, latch, type Turn, unsettle, wakeAt } from "./turn.ts";

export interface OrderWish {
  readonly symbol: string;
  readonly role: OrderRole;
  readonly type: OrderRequest["type"];
  readonly lots: QtyLots;
  readonly priceTicks: PriceTicks | null;
  readonly plan: TradePlan;
}

/** Lots of a symbol that no order of ours is already selling, proven ended or not. */
export function sellableLots(state: BrokerState, symbol: string): QtyLots {
  let free = heldLots(state.durable.books, symbol);
  for (const order of liveOrders(state, symbol)) {
    if (order.side === "sell") free = subLots(free, openLots(order));
  }
  return free > 0 ? free : ZERO_LOTS;
}

/** Journals an order and sends it. */
export function place(turn: Turn, { symbol, role, type, lots, priceTicks, plan }: OrderWish): void {
  const { state } = turn;
  const side = role === "entry" ? "buy" : "sell";
  const qtyLots = side === "sell" ? Math.min(lots, sellableLots(state, symbol)) as QtyLots : lots;
  if (qtyLots <= 0) return;
  const session = state.durable.session!;
  const clientOrderId = orderId(session.nonce, session.orderSeq + 1);
  const index = state.live.symbolIndex[symbol];
  const middle = mid(bidOf(state, index), askOf(state, index));
  const request: OrderRequest = { clientOrderId, symbol, side, type, qtyLots, priceTicks };
  emit(turn, {
    type: "order.created",
    order: {
      request,
      intentId: plan.intentId,
      decisionId: plan.decisionId,
      role,
      createdAtMs: turn.nowMs,
      arrivalMidUsd: Number.isNaN(middle) ? null : middle,
      plan: role === "entry" ? plan : null,
    },
  });
  emit(turn, { type: "order.submitted", clientOrderId });
  turn.effects.push({ type: "venue.submit", request });
}

/** Asks for an order back. A request that is already on its way, or was just refused, is not repeated. */
export function requestCancel(turn: Turn, order: OrderRecord, cause: string): void {
  if (order.cancelCause !== null || isEnded(order.state)) return;
  const { queryEveryMs } = turn.state.config.execution;
  if (order.cancelRequestedAtMs !== null && turn.nowMs < order.cancelRequestedAtMs + queryEveryMs) {
    return wakeAt(turn, turn.state.live.symbolIndex[order.symbol], order.cancelRequestedAtMs + queryEveryMs);
  }
  emit(turn, { type: "order.cancel_requested", clientOrderId: order.clientOrderId, cause });
  sendCancel(turn, order);
}

/** Before its acknowledgement there is nothing that could be cancelled: the request then follows it. */
function sendCancel(turn: Turn, { state, clientOrderId, venueOrderId }: OrderRecord): void {
  if (state === "cancel_pending") turn.effects.push({ type: "venue.cancel", clientOrderId, venueOrderId });
}

function query(turn: Turn, { clientOrderId, submittedAtMs, createdAtMs }: OrderRecord): void {
  emit(turn, { type: "order.queried", clientOrderId });
  turn.effects.push({ type: "venue.query", clientOrderId, submittedAtMs: submittedAtMs ?? createdAtMs });
}

/** The outcome is not known: keep the money reserved and ask. */
export function doubt(turn: Turn, order: OrderRecord, reason: string): void {
  if (order.state !== "unknown" && isLive(order)) {
    emit(turn, { type: "order.doubted", clientOrderId: order.clientOrderId, reason });
  }
  if (!isLive(order)) return;
  query(turn, order);
  unsettle(turn, order.symbol);
}

/** A fault of the world: counted, and latched when its breaker trips. */
export function fault(turn: Turn, kind: Parameters<typeof noteFault>[1], text: string): void {
  const { live, durable } = turn.state;
  const check = noteFault(live.faults, kind, turn.nowMs, durable.limits);
  if (!check.pass) {
    latch(turn, FAULT_LATCH[kind], `${text}; ${check.value} within the window, ${check.limit} are tolerated`);
  }
}

const FAULT_LATCH: Readonly<Record<Parameters<typeof noteFault>[1], LatchCause>> = {
  latency: "LATENCY",
  api: "API_FAILURES",
  model: "MODEL_FAILURES",
  feed: "FEED_DESYNC",
  clock: "CLOCK_SKEW",
};

/** Time that orders of a symbol have waited: doubts, look-ups, and orders that belong to nothing any more. */
export function tendOrders(turn: Turn, symbol: string, symbolIndex: number): void {
  const { execution } = turn.state.config;
  const strays = new Set(strayBuys(turn.state).map((order) => order.clientOrderId));
  const position = positionOf(turn.state, symbol);
  for (const order of liveOrders(turn.state, symbol)) {
    if (strays.has(order.clientOrderId) || (order.side === "sell" && !position)) requestCancel(turn, order, "stray");
    const due = lookUpDueMs(order, execution.answerTimeoutMs, execution.queryEveryMs);
    if (turn.nowMs >= due) {
      if (order.state === "unknown" || order.type === "market" && order.state !== "submitted") query(turn, order);
      else {
        const waited = `no answer to the ${
          order.state === "submitted" ? "order" : "cancel"
        } for ${execution.answerTimeoutMs} ms`;
        doubt(turn, order, waited);
        fault(turn, "api", `${symbol}: ${waited}`);
      }
    }
    wakeAt(turn, symbolIndex, lookUpDueMs(order, execution.answerTimeoutMs, execution.queryEveryMs));
  }
}

/** When the venue is to be asked about a live order; `Infinity` for one that rests as it should. */
function lookUpDueMs(order: OrderRecord, answerTimeoutMs: number, queryEveryMs: number): number {
  const asked = order.queriedAtMs ?? 0;
  switch (order.state) {
    case "submitted":
      return order.submittedAtMs! + answerTimeoutMs;
    case "cancel_pending":
      return Math.max(order.cancelRequestedAtMs!, asked) + answerTimeoutMs;
    case "unknown":
      return Math.max(order.doubtedAtMs!, asked) + queryEveryMs;
    default:
      // A market order should be done in a moment; one that is not may have lost its reports.
      return order.type === "market" ? Math.max(order.submittedAtMs!, asked) + answerTimeoutMs : Infinity;
  }
}

export type OrderStatement = Exclude<VenueEvent, { type: "balances.reported" }>;

/** What the venue says of an order. Repeats change nothing; statements about orders that are not ours stop the trading. */
export function onOrderEvent(turn: Turn, event: OrderStatement): void {
  const { durable } = turn.state;
  const order = durable.orders[event.type === "order.filled" ? event.fill.clientOrderId : event.clientOrderId];
  if (!order) return onStranger(turn, event);
  unsettle(turn, order.symbol);
  const { clientOrderId } = order;
  switch (event.type) {
    case "order.acknowledged":
      return onAcknowledged(turn, order, event.venueOrderId);
    case "order.filled":
      return onFill(turn, order, event.fill);
    case "order.rejected":
      if (isLive(order)) emit(turn, { type: "order.rejected", clientOrderId, reason: event.reason });
      return;
    case "order.canceled":
    case "order.expired":
      if (isLive(order) || order.endedByAbsence) emit(turn, { type: event.type, clientOrderId });
      return;
    case "cancel.rejected":
      if (order.state !== "cancel_pending") return;
      emit(turn, { type: "order.cancel_rejected", clientOrderId, reason: event.reason });
      return query(turn, order); // it may have ended: ask how
    case "order.doubtful":
      doubt(turn, order, event.reason);
      return fault(turn, "api", `${order.symbol}: ${event.reason}`);
    case "order.absent":
      if (!isLive(order)) return;
      return surprise(turn, order, emit(turn, { type: "order.absent", clientOrderId }));
  }
}

function onAcknowledged(turn: Turn, order: OrderRecord, venueOrderId: string): void {
  const { clientOrderId, submittedAtMs } = order;
  const before = order.state;
  const news = before === "submitted" || before === "unknown" || (before === "rejected" && order.endedByAbsence);
  if (!news) return;
  surprise(turn, order, emit(turn, { type: "order.acknowledged", clientOrderId, venueOrderId }));
  sendCancel(turn, order);
  const latencyMs = turn.nowMs - submittedAtMs!;
  const { latencyMaxMs } = turn.state.durable.limits;
  if (before === "submitted" && latencyMs > latencyMaxMs) {
    fault(turn, "latency", `${order.symbol}: acknowledged after ${latencyMs} ms, more than ${latencyMaxMs} ms`);
  }
}

function onFill(turn: Turn, order: OrderRecord, fill: Fill): void {
  const { durable } = turn.state;
  if (durable.books.executions[fill.executionId] !== undefined) return;
  const problem = refusal(durable.books, fill);
  if (problem || fill.symbol !== order.symbol || fill.side !== order.side) {
    return refuseFill(turn, fill, problem ?? `execution ${fill.executionId} is not of the kind of its order`);
  }
  if (fill.side === "buy" && !positionOf(turn.state, fill.symbol)) {
    emit(turn, {
      type: "position.opened",
      tradeId: `${order.decisionId}/${durable.journalSeq + 1}`,
      plan: order.plan!,
    });
    const at = turn.state.live.symbolIndex[fill.symbol] * LIVE_STRIDE;
    turn.state.live.market[at + LOW_SEEN] = turn.state.live.market[at + HIGH_SEEN] = NaN; // the entry's own range is none of its
  }
  const slippage = slippageOf(order, fill);
  const breaker = slippage && slippageBreaker(slippageZ(durable.slippage, slippage.key, slippage.bps), durable.limits);
  surprise(turn, order, emit(turn, { type: "fill.booked", fill }));
  if (breaker && !breaker.pass) {
    const { bps } = slippage!;
    latch(
      turn,
      "SLIPPAGE",
      `${fill.symbol}: filled ${bps.toFixed(1)} bps worse than expected, ${
        breaker.value!.toFixed(1)
      } standard deviations`,
    );
  }
}

function refuseFill(turn: Turn, fill: Fill, problem: string): void {
  emit(turn, { type: "fill.refused", fill, problem });
  latch(turn, "BOOKS_DIFFER", `the venue reports what our books cannot hold: ${problem}`);
}

/** A statement about an order that we do not know: by hand, from another program, or from before our memory. */
function onStranger(turn: Turn, event: OrderStatement): void {
  if (event.type !== "order.filled") return;
  if (turn.state.durable.books.executions[event.fill.executionId] !== undefined) return;
  refuseFill(
    turn,
    event.fill,
    `execution ${event.fill.executionId} belongs to order ${event.fill.clientOrderId}, which is not ours`,
  );
}

/** What should not be is journaled; what cannot be explained by lateness stops the trading. */
function surprise(turn: Turn, order: OrderRecord, kind: ReturnType<typeof emit>): void {
  if (kind === null) return;
  emit(turn, { type: "order.surprised", clientOrderId: order.clientOrderId, surprise: kind });
  if (kind === "late_fill" || kind === "alive_after_end") return;
  latch(
    turn,
    "ORDER_SURPRISE",
    `order ${order.clientOrderId} in ${order.symbol}: ${kind.replaceAll("_", " ")}; compare with the venue`,
  );
}
