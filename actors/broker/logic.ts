/**
 * The broker's pure step: the one door through which orders go. Always true:
 *  - durable state changes by journal events alone, and events come before the effects that they announce;
 *  - what is due happens at its own instant and in order of time, before anything later is looked at: quotes of an instant first,
 *    then what the venue says, then what is due, then intents. How time is cut into frames changes nothing;
 *  - a quote that changes nothing allocates nothing.
 * A state that is passed in is moved in: use the one that comes back.
 *
 * Start-up and recovery are one path: `rebuild` folds the journal, `session.start` begins, and no entry is allowed until the
 * venue has accounted for every order and its balances equal the books.
 */
import type { ExitIntent, Intent, VenueEvent } from "../../core/execution/types.ts";
import { lotsToBase, type UsdMicros } from "../../core/money.ts";
import { cashOf, heldLots } from "../../core/portfolio/books.ts";
import { toUsd } from "../../core/money.ts";
import { planLimitChange } from "../../core/risk/limit_changes.ts";
import type { RiskLimits } from "../../core/risk/limits.ts";
import { utcDayStart, type UtcMs } from "../../core/time.ts";
import { compareBooks } from "./compare.ts";
import { type ControlMessage, onControl } from "./control.ts";
import { onEntryIntent, requoteTriggerUsd, tendEntry } from "./entries.ts";
import type { BrokerEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { checkCaps, markEquity, netFloorUsd, nextDayMs, nextMarkMs, rollDay } from "./marks.ts";
import { doubt, fault, onOrderEvent, tendOrders } from "./orders.ts";
import { beginExit, onExitRefused, targetTriggerUsd, tendPosition } from "./positions.ts";
import type { BrokerMessage } from "./protocol.ts";
import {
  ALWAYS,
  ASK,
  ATTENTION,
  BID,
  type BrokerConfig,
  type BrokerState,
  CASH_USD,
  COMPARE_AT,
  createDurable,
  createLive,
  type Durable,
  entryOf,
  HELD,
  HIGH_SEEN,
  HIGH_TRIGGER,
  instrumentOf,
  JUMP_DOWN,
  JUMP_UP,
  LIVE_STRIDE,
  LOW_SEEN,
  LOW_TRIGGER,
  NET_FLOOR_USD,
  NET_PER_BID,
  NEXT_DUE,
  NOW,
  positionOf,
  QUIET,
  QUOTE_AT,
  SUSPECT,
  WAKE_AT,
  WATCHED,
} from "./state.ts"; // deno-fmt-ignore
import { tellCosts, tellSymbol } from "./tell.ts";
import { beginTurn, emit, latch, type Step, type Turn, unlatch, unsettleAll } from "./turn.ts";
import { ticksToUsd } from "../../core/money.ts";

/** The first input of every life of the broker, after `rebuild`. */
export interface SessionStart {
  readonly type: "session.start";
  /** Fresh and random, or drawn from the run's seed; at least 16 characters. Order ids are made from it. */
  readonly nonce: string;
  readonly configHash: string;
  /** As configured. They are in force in the first session; later, looser ones wait like any other change. */
  readonly limits: RiskLimits;
  /** Money to begin with; counts in the first session only. */
  readonly startCashUsdMicros: UsdMicros;
  readonly killFile: boolean | null;
  readonly clockSkewMs: number | null;
  readonly feedDivergenceBps: number | null;
}

export type BrokerInput =
  | SessionStart
  | { readonly type: "venue.event"; readonly event: VenueEvent }
  /** The market has nothing more to say up to and including this instant. */
  | { readonly type: "time.advanced" }
  | { readonly type: "intent.submit"; readonly intent: Intent }
  | ControlMessage
  | Extract<
    BrokerMessage,
    {
      type:
        | "entries.freeze"
        | "entries.thaw"
        | "mandate.changed"
        | "kill_file.changed"
        | "health.reported"
        | "fault.noted";
    }
  >;

/** State from a snapshot (or nothing) and the events after it. It does nothing until its session starts. */
export function rebuild(config: BrokerConfig, snapshot: Durable | null, events: Iterable<BrokerEvent>): BrokerState {
  const durable = snapshot ?? createDurable();
  for (const event of events) evolve(durable, event);
  return { config, durable, live: createLive(config) };
}

/** When something is due; the caller lets time pass up to there at the latest. */
export const nextDueMs = ({ live }: BrokerState): UtcMs => live.clock[NEXT_DUE];

/** One input at one instant. Time never goes back: an earlier instant counts as the newest seen. */
export function step(state: BrokerState, input: BrokerInput, nowMs: UtcMs): Step {
  const turn = beginTurn(state, nowMs);
  const starting = input.type === "session.start";
  if (!starting && !state.live.started) {
    throw new Error(`${input.type} came before session.start: start the session first.`);
  }
  if (!starting) runDue(turn, nowMs, input.type !== "venue.event");
  turn.nowMs = Math.max(nowMs, state.live.clock[NOW]);
  handle(turn, input);
  return endTurn(turn);
}

/**
 * A row `[symbolIndex, atMs, bidUsd, askUsd, volumeBase]` at `offset` of a frame. `null` when nothing follows from it, which is
 * nearly always and costs a few comparisons.
 */
export function onQuote(state: BrokerState, rows: Float64Array, offset: number): Step | null {
  const { market, clock } = state.live;
  const at = rows[offset] * LIVE_STRIDE;
  const atMs = rows[offset + 1];
  const bidUsd = rows[offset + 2];
  const last = market[at + BID];
  const usual = bidUsd >= last * clock[JUMP_DOWN] && bidUsd <= last * clock[JUMP_UP] && atMs >= market[at + QUOTE_AT];
  if (!usual || atMs > clock[NEXT_DUE] || market[at + ATTENTION] === ALWAYS) return lookClosely(state, rows, offset);
  market[at + BID] = bidUsd;
  market[at + ASK] = rows[offset + 3];
  market[at + QUOTE_AT] = atMs;
  if (atMs > clock[NOW]) clock[NOW] = atMs;
  if (market[at + ATTENTION] === QUIET) return null;
  if (!(bidUsd >= market[at + LOW_SEEN])) market[at + LOW_SEEN] = bidUsd;
  if (!(bidUsd <= market[at + HIGH_SEEN])) market[at + HIGH_SEEN] = bidUsd;
  const inside = bidUsd > market[at + LOW_TRIGGER] && bidUsd < market[at + HIGH_TRIGGER];
  return inside && netWorthUsd(state) > clock[NET_FLOOR_USD] ? null : react(state, rows[offset]);
}

/** Worth of the account after selling, as floating point: near enough to know when to look exactly. */
function netWorthUsd({ live: { market, clock, held } }: BrokerState): number {
  let sum = clock[CASH_USD];
  for (let k = 0; k < clock[HELD]; k++) {
    const at = held[k] * LIVE_STRIDE;
    sum += market[at + BID] * market[at + NET_PER_BID];
  }
  return sum;
}

/** A quote that is not usual: first of its symbol, a jump, no price at all, or something is due before it. */
function lookClosely(state: BrokerState, rows: Float64Array, offset: number): Step | null {
  const { market, clock } = state.live;
  const symbolIndex = rows[offset];
  const at = symbolIndex * LIVE_STRIDE;
  const atMs = rows[offset + 1];
  const bidUsd = rows[offset + 2];
  const turn = beginTurn(state, atMs);
  if (state.live.started) runDue(turn, atMs, false);
  turn.nowMs = Math.max(atMs, clock[NOW]);
  clock[NOW] = turn.nowMs;
  if (atMs < market[at + QUOTE_AT]) return endTurn(turn); // older than what we know
  const last = market[at + BID];
  const near = (from: number): boolean => bidUsd >= from * clock[JUMP_DOWN] && bidUsd <= from * clock[JUMP_UP];
  const instrument = instrumentOf(state, state.config.symbols[symbolIndex]);
  const possible = bidUsd > 0 && bidUsd * 10 ** instrument.priceIncrement.decimals < 2 ** 50;
  if (!possible || !(Number.isNaN(last) || near(last) || near(market[at + SUSPECT]))) {
    market[at + SUSPECT] = possible ? bidUsd : 0; // waits for a second tick like it
    return endTurn(turn);
  }
  market[at + SUSPECT] = NaN;
  market[at + BID] = bidUsd;
  market[at + ASK] = rows[offset + 3];
  market[at + QUOTE_AT] = atMs;
  if (market[at + ATTENTION] !== QUIET) {
    if (!(bidUsd >= market[at + LOW_SEEN])) market[at + LOW_SEEN] = bidUsd;
    if (!(bidUsd <= market[at + HIGH_SEEN])) market[at + HIGH_SEEN] = bidUsd;
    turn.unsettled.add(symbolIndex);
  }
  return endTurn(turn);
}

function react(state: BrokerState, symbolIndex: number): Step {
  const turn = beginTurn(state, state.live.clock[NOW]);
  turn.unsettled.add(symbolIndex);
  return endTurn(turn);
}

function handle(turn: Turn, input: BrokerInput): void {
  const { live, durable } = turn.state;
  switch (input.type) {
    case "session.start":
      return startSession(turn, input);
    case "time.advanced":
      return;
    case "venue.event":
      return onVenueEvent(turn, input.event);
    case "intent.submit":
      if (live.symbolIndex[input.intent.symbol] === undefined) return; // nobody is there who could be answered
      return input.intent.kind === "enter" ? onEntryIntent(turn, input.intent) : onExitIntent(turn, input.intent);
    case "entries.freeze":
      return latch(turn, `FREEZE ${input.cause}`, `entries are frozen by the supervisor: ${input.cause}`);
    case "entries.thaw":
      return unlatch(turn, `FREEZE ${input.cause}`, "supervisor", "thawed");
    case "mandate.changed": {
      const ratio = input.ratio > 0 ? Math.min(1, input.ratio) : 0; // NaN is no mandate
      if (ratio !== durable.mandateRatio) emit(turn, { type: "mandate.changed", ratio });
      return;
    }
    case "kill_file.changed":
      live.killFile = input.present;
      if (input.present) latch(turn, "KILL_FILE", "the kill file lies in the state directory; remove it, then reset");
      return;
    case "health.reported":
      return onHealth(turn, input);
    case "fault.noted":
      return fault(turn, input.kind, input.text);
    default:
      return onControl(turn, input);
  }
}

function startSession(turn: Turn, input: SessionStart): void {
  const { state, nowMs } = turn;
  const { live, durable } = state;
  const first = durable.session === null;
  if (durable.session?.nonce === input.nonce) throw new Error("The session nonce was used before: draw a fresh one.");
  const awaySinceMs = durable.atMs;
  emit(turn, { type: "session.started", nonce: input.nonce, configHash: input.configHash });
  live.started = true;
  live.killFile = input.killFile;
  live.clockSkewMs = input.clockSkewMs;
  live.feedDivergenceBps = input.feedDivergenceBps;
  if (first) {
    emit(turn, { type: "funds.moved", usdMicros: input.startCashUsdMicros, why: "start" });
    emit(turn, { type: "limits.changed", values: input.limits, queue: [], who: "configuration" });
  } else {
    const { now, queue } = planLimitChange(durable.limits, durable.queuedLimits, input.limits, nowMs);
    if (Object.keys(now).length > 0 || queue.length !== durable.queuedLimits.length) {
      emit(turn, { type: "limits.changed", values: now, queue, who: "configuration" });
    }
  }
  const day = utcDayStart(nowMs);
  if (day !== durable.day.startedAtMs) rollDay(turn, day);
  latch(turn, "RECOVERING", "waiting until the venue has accounted for every order and its balances equal the books");
  if (input.killFile) latch(turn, "KILL_FILE", "the kill file lies in the state directory; remove it, then reset");
  for (const id of [...durable.liveOrderIds]) doubt(turn, durable.orders[id], "we were away");
  for (const position of durable.positions) {
    if (position.unprotectedSinceMs !== null) continue;
    emit(turn, {
      type: "protection.lost",
      symbol: position.trade.plan.symbol,
      cause: "we were away",
      sinceMs: awaySinceMs,
    });
  }
  live.clock[COMPARE_AT] = nowMs + state.config.execution.compareEveryMs;
  turn.effects.push({ type: "venue.snapshot" });
  unsettleAll(turn);
}

function onVenueEvent(turn: Turn, event: VenueEvent): void {
  if (event.type === "balances.reported") return compareBooks(turn, event);
  onOrderEvent(turn, event);
  const order = event.type === "order.rejected" ? turn.state.durable.orders[event.clientOrderId] : undefined;
  if (order && event.type === "order.rejected") onExitRefused(turn, order, event.reason);
}

function onExitIntent(turn: Turn, intent: ExitIntent): void {
  const { state } = turn;
  const { symbol, intentId } = intent;
  const position = positionOf(state, symbol);
  const denial = position ? null : { code: "NO_POSITION", value: 0, limit: 1, unit: "count" as const };
  if (position) beginExit(turn, position, `signal ${intent.cause}`);
  else if (!state.durable.intentIds.includes(intentId)) {
    emit(turn, { type: "intent.denied", intent, checks: [], denial: denial! });
  }
  turn.effects.push({
    type: "tell.symbol",
    symbol,
    message: {
      type: "intent.answered",
      intentId,
      accepted: position !== undefined,
      checks: [],
      denial,
      clientOrderId: null,
    },
  });
}

function onHealth(
  turn: Turn,
  { clockSkewMs, feedDivergenceBps }: Extract<BrokerInput, { type: "health.reported" }>,
): void {
  const { live, durable: { limits } } = turn.state;
  live.clockSkewMs = clockSkewMs;
  live.feedDivergenceBps = feedDivergenceBps;
  const beyond = (value: number | null, max: number): boolean => value !== null && !(Math.abs(value) <= max);
  if (beyond(clockSkewMs, limits.clockSkewMaxMs)) fault(turn, "clock", `our clock is off by ${clockSkewMs} ms`);
  if (beyond(feedDivergenceBps, limits.feedDivergenceMaxBps)) {
    fault(turn, "feed", `the price sources are ${feedDivergenceBps} bps apart`);
  }
}

/** Does what came due up to an instant, each at its own; at that instant itself only when all of it was seen. */
function runDue(turn: Turn, untilMs: UtcMs, inclusive: boolean): void {
  const { live } = turn.state;
  for (;;) {
    const dueMs = live.clock[NEXT_DUE];
    if (!(inclusive ? dueMs <= untilMs : dueMs < untilMs)) return;
    turn.nowMs = live.clock[NOW] = Math.max(dueMs, live.clock[NOW]);
    doDue(turn);
    settle(turn);
  }
}

function doDue(turn: Turn): void {
  const { state, nowMs } = turn;
  const { market, clock } = state.live;
  if (nowMs >= nextMarkMs(state)) {
    markEquity(turn);
    tellCosts(turn);
  }
  if (nowMs >= nextDayMs(state)) rollDay(turn, nextDayMs(state));
  if (nowMs >= clock[COMPARE_AT]) {
    clock[COMPARE_AT] = nowMs + state.config.execution.compareEveryMs;
    turn.effects.push({ type: "venue.snapshot" });
  }
  for (let i = 0; i < state.config.symbols.length; i++) {
    if (market[i * LIVE_STRIDE + WAKE_AT] <= nowMs) turn.unsettled.add(i);
  }
}

/** More looks than this at one instant mean that two rules undo each other. */
const LOOKS_MAX = 10_000;

/** Looks at every symbol that something happened to, until nothing follows any more. */
function settle(turn: Turn): void {
  const { state } = turn;
  const { live, config } = state;
  let seen = -1;
  for (let looks = 0;; looks++) {
    if (looks > LOOKS_MAX) {
      throw new Error(`The broker does not come to rest at ${turn.nowMs}: ${JSON.stringify(turn.events.slice(-4))}`);
    }
    if (turn.unsettled.size === 0) {
      if (turn.events.length === seen) break;
      seen = turn.events.length;
      checkCaps(turn);
      continue;
    }
    const index = Math.min(...turn.unsettled);
    turn.unsettled.delete(index);
    const symbol = config.symbols[index];
    live.market[index * LIVE_STRIDE + WAKE_AT] = Infinity;
    tendEntry(turn, symbol, index);
    tendPosition(turn, symbol, index);
    tendOrders(turn, symbol, index);
    arm(turn, symbol, index);
    tellSymbol(turn, symbol, index);
  }
  refresh(state);
}

function endTurn(turn: Turn): Step {
  const { state } = turn;
  state.live.clock[NOW] = turn.nowMs;
  if (state.live.started && (turn.events.length > 0 || turn.unsettled.size > 0)) settle(turn);
  return { state, events: turn.events, effects: turn.effects };
}

/** Says which bids of a symbol have to be looked at, from what it now has. */
function arm({ state, nowMs }: Turn, symbol: string, index: number): void {
  const { market } = state.live;
  const at = index * LIVE_STRIDE;
  const position = positionOf(state, symbol);
  const entry = entryOf(state, symbol);
  const instrument = instrumentOf(state, symbol);
  let low = -Infinity;
  let high = Infinity;
  if (position && !position.exit) {
    low = ticksToUsd(position.stopTicks, instrument);
    high = targetTriggerUsd(state, position);
  }
  if (entry) {
    low = Math.max(low, ticksToUsd(entry.terms.plan.stopTicks, instrument));
    high = Math.min(high, requoteTriggerUsd(state, entry, nowMs));
  }
  market[at + LOW_TRIGGER] = low;
  market[at + HIGH_TRIGGER] = high;
  const unwatched = position !== undefined && position.unprotectedSinceMs !== null && !position.exit;
  market[at + ATTENTION] = unwatched ? ALWAYS : position || entry ? WATCHED : QUIET;
  if (!position) market[at + LOW_SEEN] = market[at + HIGH_SEEN] = NaN;
  else if (Number.isNaN(market[at + LOW_SEEN])) market[at + LOW_SEEN] = market[at + HIGH_SEEN] = market[at + BID];
}

/** Brings the numbers of the fast path up to date. */
function refresh(state: BrokerState): void {
  const { live, durable, config } = state;
  const { clock, market, held } = live;
  const { jumpMaxRatio } = durable.limits;
  clock[JUMP_DOWN] = 1 - jumpMaxRatio;
  clock[JUMP_UP] = 1 / (1 - jumpMaxRatio);
  clock[CASH_USD] = toUsd(cashOf(durable.books));
  // A cent early, so that floating point never comes late.
  clock[NET_FLOOR_USD] = netFloorUsd(state) + 0.01;
  let count = 0;
  for (const { trade: { plan: { symbol } } } of durable.positions) {
    const index = live.symbolIndex[symbol];
    const base = lotsToBase(heldLots(durable.books, symbol), instrumentOf(state, symbol));
    market[index * LIVE_STRIDE + NET_PER_BID] = base * (1 - config.fees.markupRatio) * (1 - config.fees.takerRatio);
    held[count++] = index;
  }
  clock[HELD] = count;
  let due = Math.min(nextMarkMs(state), nextDayMs(state), clock[COMPARE_AT]);
  for (let i = 0; i < config.symbols.length; i++) due = Math.min(due, market[i * LIVE_STRIDE + WAKE_AT]);
  clock[NEXT_DUE] = due;
}

/** Intents of one instant in the order in which they are answered: by time, symbol, then the symbol's own count. */
export function sortIntents<T extends { readonly intent: Intent; readonly seq: number }>(messages: readonly T[]): T[] {
  return messages.toSorted((a, b) =>
    a.intent.decidedAtMs - b.intent.decidedAtMs ||
    (a.intent.symbol < b.intent.symbol ? -1 : a.intent.symbol > b.intent.symbol ? 1 : a.seq - b.seq)
  );
}
