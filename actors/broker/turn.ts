/**
 * One turn of the broker: what happened, what follows from it. Events change the state as they are emitted; effects wait until
 * the shell has made the events durable. Write ahead, then act.
 */
import type { Surprise } from "../../core/execution/order_machine.ts";
import type { OrderRequest } from "../../core/execution/types.ts";
import type { UtcMs } from "../../core/time.ts";
import type { BrokerEvent, BrokerEventBody, LatchCause } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { TradeClosed } from "../../core/records.ts";
import type { BrokerAlarm, BrokerToSymbol, StopReport } from "./protocol.ts";
import { type BrokerState, latchOf, LIVE_STRIDE, WAKE_AT } from "./state.ts";

export type Effect =
  | { readonly type: "venue.submit"; readonly request: OrderRequest }
  | { readonly type: "venue.cancel"; readonly clientOrderId: string; readonly venueOrderId: string | null }
  /** Answer with all that the venue knows of the order, or that it knows none. */
  | { readonly type: "venue.query"; readonly clientOrderId: string; readonly submittedAtMs: UtcMs }
  /** Answer with `balances.reported`. */
  | { readonly type: "venue.snapshot" }
  | { readonly type: "tell.symbol"; readonly symbol: string; readonly message: BrokerToSymbol }
  | { readonly type: "tell.recorder"; readonly message: TradeClosed }
  | { readonly type: "tell.supervisor"; readonly message: StopReport | BrokerAlarm };

export interface Step {
  readonly state: BrokerState;
  /** In journal order, already applied to the state. */
  readonly events: readonly BrokerEvent[];
  /** To be performed in order, once the events are durable. */
  readonly effects: readonly Effect[];
}

export interface Turn {
  readonly state: BrokerState;
  nowMs: UtcMs;
  readonly events: BrokerEvent[];
  readonly effects: Effect[];
  /** Symbols whose orders, entry and position are to be looked at again before the turn ends. */
  readonly unsettled: Set<number>;
}

export function beginTurn(state: BrokerState, nowMs: UtcMs): Turn {
  return { state, nowMs, events: [], effects: [], unsettled: new Set() };
}

/** Journals an event and applies it. */
export function emit(turn: Turn, body: BrokerEventBody): Surprise | null {
  const { durable } = turn.state;
  const event: BrokerEvent = { ...body, seq: durable.journalSeq + 1, atMs: turn.nowMs };
  turn.events.push(event);
  return evolve(durable, event);
}

/** Looks at a symbol again before the turn ends. */
export function unsettle(turn: Turn, symbol: string): void {
  const index = turn.state.live.symbolIndex[symbol];
  if (index !== undefined) turn.unsettled.add(index);
}

export function unsettleAll(turn: Turn): void {
  for (let i = 0; i < turn.state.config.symbols.length; i++) turn.unsettled.add(i);
}

/** Looks at a symbol again at an instant, at the latest. */
export function wakeAt(turn: Turn, symbolIndex: number, atMs: UtcMs): void {
  const { market } = turn.state.live;
  const slot = symbolIndex * LIVE_STRIDE + WAKE_AT;
  // What is due now and still not done gets another try, but never spins within one instant.
  market[slot] = Math.min(market[slot], Math.max(atMs, turn.nowMs + 1));
}

export function alarm(turn: Turn, cause: string, text: string): void {
  turn.effects.push({ type: "tell.supervisor", message: { type: "alarm", atMs: turn.nowMs, cause, text } });
}

/** Sets a latch once, sounds the alarm and has every entry taken back. */
export function latch(turn: Turn, cause: LatchCause, text: string): void {
  if (latchOf(turn.state, cause)) return;
  emit(turn, { type: "latch.set", cause, text });
  alarm(turn, cause, text);
  unsettleAll(turn);
}

export function unlatch(turn: Turn, cause: LatchCause, who: string, why: string): void {
  if (!latchOf(turn.state, cause)) return;
  emit(turn, { type: "latch.reset", cause, who, why });
  unsettleAll(turn);
}
