/**
 * A position from its first fill to its last sale. The bracket: one leg rests at the venue, the other is watched here, since the
 * venue locks the coins for one order. Always true:
 *  - a position is watched from its first fill on; the lots for sale never exceed the lots held;
 *  - an exit that has begun ends only when nothing is held: siblings are cancelled, what is free is sold at once, first with
 *    a limit that crosses, then lower, then at market;
 *  - time without protection is measured, and too much of it sounds the alarm;
 *  - what is too small to sell becomes dust, nothing is lost or invented.
 *
 * ```
 * opened ─fills─▶ held ─target order filled─────────────────────────────▶ closed
 *                  └─stop, target, horizon, signal, day loss, flatten─▶ leaving ─sold─▶ closed
 *                                           (exit.began)                  └─exit.escalated: lower limit, then market
 * ```
 */
import { isBelowMinimum } from "../../core/execution/fees.ts";
import { openLots, type OrderRecord } from "../../core/execution/order.ts";
import { type PriceTicks, priceTicksDown, type QtyLots, ticksToUsd } from "../../core/money.ts";
import { heldLots } from "../../core/portfolio/books.ts";
import { check } from "../../core/portfolio/books.ts";
import { tradeFigures } from "../../core/portfolio/trade.ts";
import { dueCooldowns } from "../../core/risk/cooldown.ts";
import type { TradeClosed } from "../../core/records.ts";
import { onGrid, venueBid } from "./money_view.ts";
import { place, requestCancel, sellableLots } from "./orders.ts";
import {
  bidOf,
  type BrokerState,
  entryOf,
  HIGH_SEEN,
  instrumentOf,
  latchOf,
  LIVE_STRIDE,
  liveOrders,
  LOW_SEEN,
  type Position,
} from "./state.ts";
import { positionOf, quoteAtOf } from "./state.ts";
import type { UtcMs } from "../../core/time.ts";
import { alarm, emit, latch, type Turn, unsettle, wakeAt } from "./turn.ts";

/** Refusals of the resting leg after which it is watched by us instead, and of an exit before the alarm. */
const RESTING_REFUSALS_MAX = 2;
const EXIT_REFUSALS_MAX = 3;

/** Moves a position on: begins or works its exit, keeps its bracket, closes it. */
export function tendPosition(turn: Turn, symbol: string, symbolIndex: number): void {
  const position = positionOf(turn.state, symbol);
  if (!position) return;
  if (heldLots(turn.state.durable.books, symbol) === 0) return finish(turn, position);
  if (!position.exit) {
    const cause = reasonToLeave(turn, position, symbolIndex);
    if (cause) beginExit(turn, position, cause);
  }
  if (position.exit) sell(turn, position, symbolIndex);
  else keepBracket(turn, position, symbolIndex);
  if (heldLots(turn.state.durable.books, symbol) === 0) return finish(turn, position);
  measureProtection(turn, position, symbolIndex);
}

/** Begins to sell a position; a second cause changes nothing. */
export function beginExit(turn: Turn, position: Position, cause: string): void {
  if (position.exit) return;
  emit(turn, { type: "exit.began", symbol: position.trade.plan.symbol, cause });
  unsettle(turn, position.trade.plan.symbol);
}

function reasonToLeave({ state, nowMs }: Turn, position: Position, symbolIndex: number): string | null {
  const { symbol } = position.trade.plan;
  const bidUsd = bidOf(state, symbolIndex);
  const instrument = instrumentOf(state, symbol);
  if (latchOf(state, "DAY_LOSS")) return "day loss";
  if (bidUsd <= ticksToUsd(position.stopTicks, instrument)) return "stop";
  if (nowMs >= position.horizonEndsAtMs) return "horizon";
  if (bidUsd >= targetTriggerUsd(state, position)) return "target";
  return null;
}

/** Bid at which we take the profit ourselves; `Infinity` while an order at the venue waits for it with all that is held. */
export function targetTriggerUsd(state: BrokerState, { trade: { plan: { symbol } }, targetTicks }: Position): number {
  const watching = sellableLots(state, symbol) > 0 || state.config.execution.restingLeg === "stop_loss";
  return watching ? ticksToUsd(targetTicks, instrumentOf(state, symbol)) : Infinity;
}

const sells = (state: BrokerState, symbol: string): OrderRecord[] =>
  liveOrders(state, symbol).filter((order) => order.side === "sell");
const isRestingLeg = (order: OrderRecord): boolean => order.role === "take_profit" || order.role === "stop_loss";

function keepBracket(turn: Turn, position: Position, symbolIndex: number): void {
  const { state } = turn;
  const { symbol } = position.trade.plan;
  wakeAt(turn, symbolIndex, position.horizonEndsAtMs);
  const leg = state.config.execution.restingLeg;
  const entering = entryOf(state, symbol) !== undefined;
  // The leg that protects goes at once; the one that takes profit waits for the entry's end, so that one order does.
  if (position.restingRefusals < RESTING_REFUSALS_MAX && (leg === "stop_loss" || !entering)) {
    const priceTicks = leg === "stop_loss" ? position.stopTicks : position.targetTicks;
    for (const order of sells(state, symbol)) if (order.priceTicks !== priceTicks) requestCancel(turn, order, "moved");
    const uncovered = sellableLots(state, symbol);
    if (!isBelowMinimum(uncovered, priceTicks, instrumentOf(state, symbol))) {
      place(turn, {
        symbol,
        role: leg,
        type: leg === "stop_loss" ? "stop_loss" : "limit",
        lots: uncovered,
        priceTicks,
        plan: position.trade.plan,
      });
      return unsettle(turn, symbol);
    }
  }
  if (!entering) keepDust(turn, position);
}

/** What is held is too small to be sold and nothing is selling it: it becomes dust. */
function keepDust(turn: Turn, position: Position): boolean {
  const { state } = turn;
  const { symbol } = position.trade.plan;
  const lots = heldLots(state.durable.books, symbol);
  const price = venueBid(state, symbol) ?? position.stopTicks;
  if (sells(state, symbol).length > 0 || !isBelowMinimum(lots, price, instrumentOf(state, symbol))) return false;
  emit(turn, { type: "dust.kept", symbol, lots });
  return true;
}

function sell(turn: Turn, position: Position, symbolIndex: number): void {
  const { state, nowMs } = turn;
  const { symbol } = position.trade.plan;
  const exit = position.exit!;
  const { exitLadder, exitRetryMs, venueStopWaitMs } = state.config.execution;
  if (exit.cause === "stop" && nowMs < exit.beganAtMs + venueStopWaitMs && venueStopCovers(state, position)) {
    return wakeAt(turn, symbolIndex, exit.beganAtMs + venueStopWaitMs); // the venue's own stop is at work
  }
  for (const order of sells(state, symbol)) {
    if (isRestingLeg(order)) requestCancel(turn, order, `exit: ${exit.cause}`);
  }
  escalateSlowOrders(turn, position, symbolIndex);

  if (entryOf(state, symbol) === undefined && keepDust(turn, position)) return;
  const lots = sellableLots(state, symbol);
  const bid = venueBid(state, symbol);
  if (isBelowMinimum(lots, bid ?? position.stopTicks, instrumentOf(state, symbol))) return;
  const retryAtMs = exit.refusedAtMs + exitRetryMs * Math.min(exit.refusals, 10);
  if (exit.refusals > 0 && nowMs < retryAtMs) return wakeAt(turn, symbolIndex, retryAtMs);
  const rung = exit.refusals > 0 ? undefined : exitLadder[exit.rung];
  const limit = rung && bid !== null ? limitBelow(turn, symbol, bid, rung.offsetBps) : null;
  place(turn, {
    symbol,
    role: "exit",
    type: limit === null ? "market" : "limit",
    lots,
    priceTicks: limit,
    plan: position.trade.plan,
  });
  if (rung) wakeAt(turn, symbolIndex, nowMs + rung.waitMs);
  unsettle(turn, symbol);
}

function limitBelow(turn: Turn, symbol: string, bid: PriceTicks, offsetBps: number): PriceTicks | null {
  const instrument = instrumentOf(turn.state, symbol);
  return onGrid(ticksToUsd(bid, instrument) * (1 - offsetBps / 10_000), instrument, priceTicksDown);
}

/** Exit limits that were not filled in their time are taken back for the next rung. */
function escalateSlowOrders(turn: Turn, position: Position, symbolIndex: number): void {
  const { state, nowMs } = turn;
  const { symbol } = position.trade.plan;
  const exit = position.exit!;
  const rung = state.config.execution.exitLadder[exit.rung];
  const waiting = sells(state, symbol).filter((order) =>
    order.role === "exit" && order.type === "limit" && order.cancelCause === null
  );
  if (waiting.length === 0) return;
  const dueMs = rung ? Math.min(...waiting.map((order) => order.createdAtMs)) + rung.waitMs : nowMs;
  if (nowMs < dueMs) return wakeAt(turn, symbolIndex, dueMs);
  if (rung) emit(turn, { type: "exit.escalated", symbol, rung: exit.rung + 1 });
  for (const order of waiting) requestCancel(turn, order, "too slow");
}

function venueStopCovers(state: BrokerState, position: Position): boolean {
  const { symbol } = position.trade.plan;
  let covered = 0;
  for (const order of sells(state, symbol)) {
    const working = order.state === "acknowledged" || order.state === "partially_filled";
    if (order.type === "stop_loss" && working && order.cancelCause === null) covered += openLots(order);
  }
  return covered > 0 && covered >= heldLots(state.durable.books, symbol);
}

/** Tells of an exit that the venue refused too often; the retries go on. */
export function onExitRefused(turn: Turn, order: OrderRecord, reason: string): void {
  const exit = positionOf(turn.state, order.symbol)?.exit;
  if (order.role !== "exit" || !exit || exit.refusals < EXIT_REFUSALS_MAX) return;
  latch(
    turn,
    "EXIT_REFUSED",
    `the venue refused ${exit.refusals} times to sell ${order.symbol}: ${reason}; sell by hand if it goes on`,
  );
}

// --- protection

/** Who holds the stop now: the venue, we with fresh quotes or a sale under way, or nobody. */
export function stopHolder(state: BrokerState, position: Position, nowMs: UtcMs): "venue" | "us" | "nobody" {
  const { symbol } = position.trade.plan;
  if (venueStopCovers(state, position)) return "venue";
  if (position.exit) return saleCovers(state, position) ? "us" : "nobody";
  const ageMs = nowMs - quoteAtOf(state, state.live.symbolIndex[symbol]);
  return ageMs <= state.durable.limits.quoteAgeMaxMs ? "us" : "nobody";
}

/** All that is held is being sold by orders whose fate we know, but for what no order may be made of. */
function saleCovers(state: BrokerState, position: Position): boolean {
  const { symbol } = position.trade.plan;
  const selling = sells(state, symbol)
    .filter((order) => order.role === "exit" && order.state !== "unknown")
    .reduce((sum, order) => sum + openLots(order), 0);
  const left = heldLots(state.durable.books, symbol) - selling as QtyLots;
  return left <= 0 || isBelowMinimum(left, position.stopTicks, instrumentOf(state, symbol));
}

function measureProtection(turn: Turn, position: Position, symbolIndex: number): void {
  const { state, nowMs } = turn;
  const { symbol } = position.trade.plan;
  const { quoteAgeMaxMs, unprotectedMaxMs } = state.durable.limits;
  const quoteAtMs = quoteAtOf(state, symbolIndex);
  const safe = stopHolder(state, position, nowMs) !== "nobody";
  if (safe) {
    if (position.unprotectedSinceMs !== null) {
      emit(turn, { type: "protection.restored", symbol, lostMs: nowMs - position.unprotectedSinceMs });
    }
    // One ms later than the age that is still allowed, or the check would find it just fresh enough.
    if (!position.exit) wakeAt(turn, symbolIndex, quoteAtMs + quoteAgeMaxMs + 1);
    return;
  }
  if (position.unprotectedSinceMs === null) {
    const cause = position.exit
      ? "the sale waits for a cancel"
      : Number.isNaN(quoteAtMs)
      ? "no quote yet"
      : "the quote is stale";
    emit(turn, { type: "protection.lost", symbol, cause, sinceMs: nowMs });
  }
  // The time we were away is measured but cannot be helped any more: the alarm is for what goes on under our eyes.
  const sinceMs = Math.max(position.unprotectedSinceMs!, state.durable.session!.startedAtMs);
  const lostMs = nowMs - sinceMs;
  if (lostMs < unprotectedMaxMs) return wakeAt(turn, symbolIndex, sinceMs + unprotectedMaxMs);
  latch(
    turn,
    "UNPROTECTED",
    `${symbol} has been without protection for ${lostMs} ms, more than ${unprotectedMaxMs} ms`,
  );
}

// --- the end

/** Nothing is held: closes the trade once no order and no entry can change that any more. */
function finish(turn: Turn, position: Position): void {
  const { state, nowMs } = turn;
  const { plan, tradeId, openedAtMs } = position.trade;
  const { symbol } = plan;
  for (const order of sells(state, symbol)) requestCancel(turn, order, "nothing is held");
  const entry = entryOf(state, symbol);
  if (entry) beginExit(turn, position, restingCause(state)); // its fills so far are sold: take the rest back
  if (entry || sells(state, symbol).length > 0) return;
  if (position.unprotectedSinceMs !== null) {
    emit(turn, { type: "protection.restored", symbol, lostMs: nowMs - position.unprotectedSinceMs });
  }
  const { holdMs: _, ...figures } = tradeFigures(withSeenRange(turn, position), instrumentOf(state, symbol), nowMs);
  const trade: TradeClosed = {
    type: "trade.closed",
    tradeId,
    decisionId: plan.decisionId,
    symbol,
    strategy: plan.strategy,
    regime: plan.regime,
    openedAtMs,
    closedAtMs: nowMs,
    ...figures,
    exitCause: position.exit?.cause ?? restingCause(state),
  };
  emit(turn, { type: "position.closed", trade });
  for (const cooldown of dueCooldowns(state.durable.streaks, trade, state.durable.limits)) {
    emit(turn, { type: "cooldown.started", ...cooldown });
    alarm(turn, "COOLDOWN", `${cooldown.scope} pauses until ${new Date(cooldown.untilMs).toISOString()}`);
  }
  turn.effects.push({ type: "tell.recorder", message: trade });
  const broken = check(state.durable.books);
  if (broken) latch(turn, "BOOKS_BROKEN", `our books contradict themselves: ${broken}; restore a backup`);
}

/** What ended a trade that no exit of ours sold: the leg that rested at the venue. */
const restingCause = ({ config }: BrokerState): string =>
  config.execution.restingLeg === "stop_loss" ? "stop" : "target";

/** The trade with the bids seen since the last mark. */
function withSeenRange({ state }: Turn, { trade }: Position) {
  const at = state.live.symbolIndex[trade.plan.symbol] * LIVE_STRIDE;
  const [low, high] = [state.live.market[at + LOW_SEEN], state.live.market[at + HIGH_SEEN]];
  if (Number.isNaN(low)) return trade;
  return {
    ...trade,
    lowBidUsd: Math.min(trade.lowBidUsd ?? low, low),
    highBidUsd: Math.max(trade.highBidUsd ?? high, high),
  };
}
