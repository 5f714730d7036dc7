/**
 * From intent to filled entry. An accepted intent becomes an entry: one order at a time, resting at the bid and moved with it,
 * never above its ceiling and never after its time. Always true:
 *  - no entry order exists without an accepted intent, and no intent is answered twice;
 *  - the next order of an entry is made only when the venue has said that the one before has ended;
 *  - a latch, a pause, an exit or the passed stop takes the entry back at once.
 */
import { expectedSlippageBps } from "../../core/execution/slippage.ts";
import { isBelowMinimum } from "../../core/execution/fees.ts";
import { isLive, type OrderRecord, REQUOTE } from "../../core/execution/order.ts";
import type { EntryIntent } from "../../core/execution/types.ts";
import {
  type PriceTicks,
  priceTicks,
  priceTicksDown,
  priceTicksUp,
  subUsd,
  ticksToUsd,
  type UsdMicros,
} from "../../core/money.ts";
import { addUsd, toUsd, ZERO_USD } from "../../core/money.ts";
import { cashOf, heldLots } from "../../core/portfolio/books.ts";
import type { TradePlan } from "../../core/portfolio/trade.ts";
import { cooldownLeftMs } from "../../core/risk/cooldown.ts";
import { roundTripCostBps } from "../../core/risk/cost_gate.ts";
import { gate } from "../../core/risk/gate.ts";
import type { GateInput } from "../../core/risk/rules.ts";
import { MINUTE_MS, type UtcMs } from "../../core/time.ts";
import {
  marksAgeMs,
  onGrid,
  openNotional,
  openRisk,
  remainingLots,
  reservedCash,
  tradingValue,
  worth,
} from "./money_view.ts";
import { place, requestCancel } from "./orders.ts";
import {
  ASK,
  askOf,
  BID,
  bidOf,
  type BrokerState,
  type Entry,
  entryOf,
  instrumentOf,
  latchOf,
  LIVE_STRIDE,
} from "./state.ts";
import { liveOrders, positionOf, QUOTE_AT, quoteAtOf, SUSPECT } from "./state.ts";
import { emit, type Turn, unsettle, wakeAt } from "./turn.ts";

/** Answers an intent: every check, then yes with an order or no with a reason. */
export function onEntryIntent(turn: Turn, intent: EntryIntent): void {
  const { state } = turn;
  const { checks, denial, sizing } = gate(
    gateInputOf(state, intent, turn.nowMs),
    state.durable.limits,
    state.config.fees,
  );
  if (denial) {
    emit(turn, { type: "intent.denied", intent, checks, denial });
    turn.effects.push({
      type: "tell.symbol",
      symbol: intent.symbol,
      message: {
        type: "intent.answered",
        intentId: intent.intentId,
        accepted: false,
        checks,
        denial,
        clientOrderId: null,
      },
    });
    return;
  }
  const { execution } = state.config;
  const plan: TradePlan = {
    intentId: intent.intentId,
    decisionId: intent.decisionId,
    symbol: intent.symbol,
    strategy: intent.strategy,
    regime: intent.regime,
    stopTicks: stopTicksOf(state, intent)!,
    targetTicks: targetTicksOf(state, intent)!,
    horizonMs: intent.horizonMs,
    plannedLots: sizing.lots,
    riskUsdMicros: sizing.lossUsdMicros,
  };
  const terms = {
    plan,
    ceilingTicks: ceilingTicks(state, intent.symbol)!,
    expiresAtMs: turn.nowMs + execution.entryWorkMs,
  };
  emit(turn, { type: "intent.accepted", intent, checks, terms });
  const entry = entryOf(state, intent.symbol)!;
  placeEntry(turn, entry);
  unsettle(turn, intent.symbol);
  turn.effects.push({
    type: "tell.symbol",
    symbol: intent.symbol,
    message: {
      type: "intent.answered",
      intentId: intent.intentId,
      accepted: true,
      checks,
      denial: null,
      clientOrderId: entry.orderId,
    },
  });
}

/** Everything the gate wants to know, as of now. */
function gateInputOf(state: BrokerState, intent: EntryIntent, nowMs: UtcMs): GateInput {
  const { durable, live } = state;
  const { symbol } = intent;
  const at = live.symbolIndex[symbol] * LIVE_STRIDE;
  const now = worth(state);
  const notional = openNotional(state);
  const total = notional && Object.values(notional).reduce((sum, each) => addUsd(sum, each), ZERO_USD);
  const value = (usdMicros: UsdMicros | undefined): UsdMicros | null =>
    usdMicros === undefined ? null : tradingValue(state, usdMicros);
  const peak = now && now.equityUsdMicros > durable.equity.peakUsdMicros
    ? now.equityUsdMicros
    : durable.equity.peakUsdMicros;
  return {
    nowMs,
    intent,
    instrument: instrumentOf(state, symbol),
    killFile: live.killFile,
    stopped: latchOf(state, "STOP") !== undefined,
    paused: durable.pausedSymbols.includes(symbol),
    latches:
      durable.latches.filter(({ cause }) => cause !== "STOP" && cause !== "KILL_FILE" && !UNPROVEN.includes(cause))
        .length,
    booksUnproven: UNPROVEN.some((cause) => latchOf(state, cause) !== undefined),
    ordersUnknown: durable.liveOrderIds.filter((id) => durable.orders[id].state === "unknown").length,
    intentSeen: durable.intentIds.includes(intent.intentId),
    bidUsd: live.market[at + BID],
    askUsd: live.market[at + ASK],
    quoteAtMs: live.market[at + QUOTE_AT],
    quoteSuspect: !Number.isNaN(live.market[at + SUSPECT]),
    marksAgeMs: marksAgeMs(state, nowMs),
    clockSkewMs: live.clockSkewMs,
    feedDivergenceBps: live.feedDivergenceBps,
    entryTicks: ceilingTicks(state, symbol),
    stopTicks: stopTicksOf(state, intent),
    targetTicks: targetTicksOf(state, intent),
    roundTripCostBps: symbolCostBps(state, symbol, nowMs),
    equityUsdMicros: value(now?.equityUsdMicros),
    netEquityUsdMicros: value(now?.netUsdMicros),
    peakUsdMicros: value(peak),
    dayStartUsdMicros: value(durable.day.startUsdMicros),
    weekStartUsdMicros: value(durable.week.startUsdMicros),
    dayRealizedUsdMicros: durable.day.realizedUsdMicros,
    openRiskUsdMicros: openRisk(state),
    cashFreeUsdMicros: subUsd(cashOf(durable.books), reservedCash(state)),
    openNotionalUsdMicros: total,
    symbolNotionalUsdMicros: notional && (notional[symbol] ?? ZERO_USD),
    positions: new Set([
      ...durable.positions.map((p) => p.trade.plan.symbol),
      ...durable.entries.map((e) => e.terms.plan.symbol),
    ]).size,
    symbolBusy: positionOf(state, symbol) !== undefined || entryOf(state, symbol) !== undefined ||
      liveOrders(state, symbol).length > 0 || heldLots(durable.books, symbol) > 0,
    cooldownLeftMs: cooldownLeftMs(durable.streaks, symbol, intent.strategy, nowMs),
    mandateRatio: durable.mandateRatio,
    ordersLastMinute: durable.recentOrdersAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS).length,
    ordersToday: durable.ordersToday,
  };
}

/** Latches that say that the books were not, or could not be, proven against the venue. */
const UNPROVEN = ["RECOVERING", "BOOKS_DIFFER"];

function stopTicksOf(state: BrokerState, { symbol, stopUsd }: EntryIntent): PriceTicks | null {
  return onGrid(stopUsd, instrumentOf(state, symbol), priceTicksDown);
}

function targetTicksOf(state: BrokerState, { symbol, targetUsd }: EntryIntent): PriceTicks | null {
  return onGrid(targetUsd, instrumentOf(state, symbol), priceTicksUp);
}

/** The most that an entry made now may ever pay. */
function ceilingTicks(state: BrokerState, symbol: string): PriceTicks | null {
  const index = state.live.symbolIndex[symbol];
  const chase = 1 + state.config.execution.chaseMaxBps / 10_000;
  if (state.config.execution.entryStyle === "taker") {
    return onGrid(
      askOf(state, index) * (1 + state.config.fees.markupRatio) * chase,
      instrumentOf(state, symbol),
      priceTicksUp,
    );
  }
  return onGrid(bidOf(state, index) * chase, instrumentOf(state, symbol), priceTicksDown);
}

/** Break-even move of a round trip in this symbol at its present spread; `NaN` without a quote. */
export function symbolCostBps(state: BrokerState, symbol: string, nowMs: UtcMs): number {
  const index = state.live.symbolIndex[symbol];
  return costBps(state, symbol, nowMs, bidOf(state, index), askOf(state, index));
}

/** The same at the widest spread that is still traded, for as long as there is no quote. */
export function worstCostBps(state: BrokerState, symbol: string, nowMs: UtcMs): number {
  return costBps(state, symbol, nowMs, 1, 1) + state.durable.limits.spreadMaxBps;
}

function costBps(state: BrokerState, symbol: string, atMs: UtcMs, bidUsd: number, askUsd: number): number {
  const { fees, execution: { entryStyle, slippageBps } } = state.config;
  const { slippage, limits } = state.durable;
  // The largest order there may be: what slips least would flatter the estimate.
  const key = { symbol, atMs, notionalUsd: toUsd(limits.orderNotionalMaxUsdMicros as UsdMicros) };
  return roundTripCostBps({
    bidUsd,
    askUsd,
    fees,
    entryCrosses: entryStyle === "taker",
    slippageBps: expectedSlippageBps(slippage, { ...key, side: "buy", type: "limit" }, slippageBps) +
      expectedSlippageBps(slippage, { ...key, side: "sell", type: "market" }, slippageBps),
  });
}

function placeEntry(turn: Turn, entry: Entry): void {
  const { plan, ceilingTicks } = entry.terms;
  const resting = bidTicks(turn.state, plan.symbol) ?? ceilingTicks;
  const taker = turn.state.config.execution.entryStyle === "taker";
  place(turn, {
    symbol: plan.symbol,
    role: "entry",
    type: "limit",
    lots: remainingLots(entry),
    priceTicks: taker || resting > ceilingTicks ? ceilingTicks : resting,
    plan,
  });
}

const bidTicks = (state: BrokerState, symbol: string): PriceTicks | null =>
  onGrid(bidOf(state, state.live.symbolIndex[symbol]), instrumentOf(state, symbol), priceTicksDown);

/** Moves an entry on: takes it back, re-quotes it, or declares it done. */
export function tendEntry(turn: Turn, symbol: string, symbolIndex: number): void {
  const entry = entryOf(turn.state, symbol);
  if (!entry) return;
  const order = entry.orderId === null ? null : turn.state.durable.orders[entry.orderId];
  const giveUp = reasonToGiveUp(turn, entry, symbolIndex);
  if (order && isLive(order)) {
    if (giveUp) return requestCancel(turn, order, giveUp);
    wakeAt(turn, symbolIndex, entry.terms.expiresAtMs);
    if (turn.nowMs >= requoteDueMs(turn, entry, order)) requestCancel(turn, order, REQUOTE);
    else if (canRequote(turn.state, entry, order)) wakeAt(turn, symbolIndex, requoteWaitEndsMs(turn.state, order));
    return;
  }
  const left = remainingLots(entry);
  const replaced = order?.state === "replaced" && !giveUp && left > 0;
  if (
    replaced && !isBelowMinimum(left, bidTicks(turn.state, symbol) ?? priceTicks(1), instrumentOf(turn.state, symbol))
  ) {
    placeEntry(turn, entry);
    return unsettle(turn, symbol);
  }
  const cause = left === 0 ? "filled" : giveUp ?? order?.cancelCause ?? order?.state ?? "not sent";
  emit(turn, { type: "entry.ended", symbol, intentId: entry.terms.plan.intentId, cause });
  unsettle(turn, symbol);
}

function reasonToGiveUp({ state, nowMs }: Turn, { terms }: Entry, symbolIndex: number): string | null {
  const { symbol, stopTicks } = terms.plan;
  if (state.durable.latches.length > 0) return state.durable.latches[0].cause;
  if (state.durable.pausedSymbols.includes(symbol)) return "paused";
  if (positionOf(state, symbol)?.exit) return "exiting";
  if (nowMs >= terms.expiresAtMs) return "not filled in time";
  if (bidOf(state, symbolIndex) <= ticksToUsd(stopTicks, instrumentOf(state, symbol))) return "stop passed";
  return null;
}

/** True while a better price can still be bid for: rungs are left, and room below the ceiling. */
function canRequote({ config }: BrokerState, entry: Entry, order: OrderRecord): boolean {
  const { entryStyle, requotesMax } = config.execution;
  return entryStyle === "maker" && order.cancelCause === null && entry.orders <= requotesMax &&
    order.priceTicks! < entry.terms.ceilingTicks;
}

const requoteWaitEndsMs = ({ config }: BrokerState, order: OrderRecord): UtcMs =>
  order.createdAtMs + config.execution.requoteAfterMs;

/** When the order is to be moved: now if the bid has run away, after its wait if the bid is just better; else never. */
function requoteDueMs({ state, nowMs }: Turn, entry: Entry, order: OrderRecord): UtcMs {
  if (!canRequote(state, entry, order)) return Infinity;
  const bid = bidTicks(state, order.symbol);
  const quoteAtMs = quoteAtOf(state, state.live.symbolIndex[order.symbol]);
  const stale = nowMs - quoteAtMs > state.durable.limits.quoteAgeMaxMs;
  if (bid === null || stale || bid <= order.priceTicks!) return Infinity;
  return bid >= requoteAt(state, order) ? 0 : requoteWaitEndsMs(state, order);
}

/** Bid in ticks at which an order is moved without waiting. */
function requoteAt({ config }: BrokerState, { priceTicks }: OrderRecord): number {
  return priceTicks! * (1 + config.execution.requoteMoveBps / 10_000);
}

/** Bid in USD from which on a resting entry has to be looked at again; `Infinity` when it stays where it is. */
export function requoteTriggerUsd(state: BrokerState, entry: Entry, nowMs: UtcMs): number {
  const order = entry.orderId === null ? null : state.durable.orders[entry.orderId];
  if (!order || !isLive(order) || !canRequote(state, entry, order)) return Infinity;
  const waited = nowMs >= requoteWaitEndsMs(state, order);
  const ticks = waited ? order.priceTicks! + 1 : Math.ceil(requoteAt(state, order));
  return ticksToUsd(priceTicks(ticks), instrumentOf(state, order.symbol));
}
