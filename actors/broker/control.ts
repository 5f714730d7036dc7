/**
 * What people and the supervisor may do. Always true:
 *  - the same key acts once and is answered the same again;
 *  - stopping needs nothing and always works; loosening needs the ritual, its time, and a cause that is gone;
 *  - every answer says in words what was done, or why not and what to do.
 */
import { priceTicksUp, ticksToUsd } from "../../core/money.ts";
import { check, heldLots } from "../../core/portfolio/books.ts";
import { createFaultLog } from "../../core/risk/breakers.ts";
import { planLimitChange } from "../../core/risk/limit_changes.ts";
import { limitProblems, LIMITS } from "../../core/risk/limits.ts";
import { differenceTo } from "./compare.ts";
import type { Latch, LatchCause } from "./events.ts";
import { onGrid } from "./money_view.ts";
import { beginExit } from "./positions.ts";
import type { BrokerMessage, Operator, TradingState } from "./protocol.ts";
import { bidOf, type BrokerState, COMPARE_AT, type Durable, instrumentOf, latchOf, positionOf } from "./state.ts";
import { emit, latch, type Turn, unlatch, unsettle, unsettleAll } from "./turn.ts";

export type ControlMessage = Extract<BrokerMessage, Operator>;

interface Outcome {
  readonly ok: boolean;
  readonly did: string;
}

const done = (did: string): Outcome => ({ ok: true, did });
const refused = (did: string): Outcome => ({ ok: false, did });

/** Latches that end by themselves: with the day, the week, the recovery, or when the supervisor thaws. */
const REDUCING = ["DAY_LOSS", "DAY_REALIZED", "DAY_GOAL", "WEEK_GOAL", "RECOVERING"];

/** `reducing` ends by itself, `halted` needs a person; either way no entry is made and every position keeps its protection. */
export function tradingStateOf({ latches }: Pick<Durable, "latches">): TradingState {
  if (latches.length === 0) return "active";
  return latches.every(endsByItself) ? "reducing" : "halted";
}

const endsByItself = ({ cause }: Latch): boolean => REDUCING.includes(cause) || cause.startsWith("FREEZE ");

/** Performs a command once and reports what it did. */
export function onControl(turn: Turn, message: ControlMessage): void {
  const { durable } = turn.state;
  const key = message.idempotencyKey;
  let record = durable.controls.find((each) => each.key === key);
  if (!record) {
    record = { key, ...perform(turn, message) };
    emit(turn, { type: "control.done", ...record });
  }
  turn.effects.push({
    type: "tell.supervisor",
    message: {
      type: "control.done",
      idempotencyKey: key,
      ok: record.ok,
      did: record.did,
      tradingState: tradingStateOf(durable),
    },
  });
}

function perform(turn: Turn, message: ControlMessage): Outcome {
  switch (message.type) {
    case "trading.stop":
      return stop(turn, message);
    case "trading.resume":
      return resume(turn, message);
    case "positions.flatten":
      return flatten(turn, message);
    case "symbol.pause":
    case "symbol.resume":
      return pause(turn, message);
    case "stop.tighten":
      return tighten(turn, message);
    case "latch.reset":
      return reset(turn, message);
    case "limits.change":
      return changeLimits(turn, message);
    case "books.adopt":
      return adoptBooks(turn, message);
  }
}

function stop(turn: Turn, { who, why }: Operator): Outcome {
  const { durable } = turn.state;
  const [entries, positions] = [durable.entries.length, durable.positions.length];
  if (latchOf(turn.state, "STOP")) return done("Already stopped; nothing changed.");
  latch(turn, "STOP", `stopped by ${who}: ${why}`);
  return done(`No new entries. ${entries} entry orders cancelled, ${positions} positions keep their protection.`);
}

function resume(turn: Turn, { who, why }: Operator): Outcome {
  if (!latchOf(turn.state, "STOP")) return done("It was not stopped; nothing changed.");
  unlatch(turn, "STOP", who, why);
  const left = turn.state.durable.latches.map(({ cause }) => cause);
  return done(
    left.length === 0 ? "Entries are allowed again." : `The stop is lifted; still no entries: ${left.join(", ")}.`,
  );
}

function flatten(turn: Turn, operator: Operator): Outcome {
  stop(turn, operator);
  const { positions } = turn.state.durable;
  for (const position of positions) beginExit(turn, position, "flatten");
  return done(`No new entries. ${positions.length} positions are being sold.`);
}

function pause(turn: Turn, message: Extract<ControlMessage, { type: "symbol.pause" | "symbol.resume" }>): Outcome {
  const { symbol, who, why } = message;
  if (turn.state.live.symbolIndex[symbol] === undefined) return refused(`${symbol} is not traded here.`);
  const paused = turn.state.durable.pausedSymbols.includes(symbol);
  const pausing = message.type === "symbol.pause";
  if (paused === pausing) return done(`${symbol} was ${paused ? "already" : "not"} paused; nothing changed.`);
  emit(turn, { type: pausing ? "symbol.paused" : "symbol.resumed", symbol, who, why });
  unsettle(turn, symbol);
  return done(
    pausing
      ? `No new entries in ${symbol}; a position there keeps its protection.`
      : `Entries in ${symbol} are allowed again.`,
  );
}

function tighten(turn: Turn, { symbol, stopUsd, who }: Extract<ControlMessage, { type: "stop.tighten" }>): Outcome {
  const position = positionOf(turn.state, symbol);
  if (!position) return refused(`There is no position in ${symbol}.`);
  if (position.exit) return refused(`The position in ${symbol} is already being sold (${position.exit.cause}).`);
  const instrument = instrumentOf(turn.state, symbol);
  const stopTicks = onGrid(stopUsd, instrument, priceTicksUp);
  const nowUsd = ticksToUsd(position.stopTicks, instrument);
  const bidUsd = bidOf(turn.state, turn.state.live.symbolIndex[symbol]);
  if (stopTicks === null || stopTicks <= position.stopTicks) {
    return refused(`A stop only moves up: ${stopUsd} is not above ${nowUsd}.`);
  }
  if (!(ticksToUsd(stopTicks, instrument) < bidUsd)) {
    return refused(`The stop must stay below the bid of ${bidUsd}, not at ${stopUsd}.`);
  }
  emit(turn, { type: "bracket.changed", symbol, stopTicks, who });
  unsettle(turn, symbol);
  return done(`The stop of ${symbol} moved from ${nowUsd} to ${ticksToUsd(stopTicks, instrument)}.`);
}

function reset(turn: Turn, { cause, confirm, who, why }: Extract<ControlMessage, { type: "latch.reset" }>): Outcome {
  const { state, nowMs } = turn;
  const found = latchOf(state, cause);
  if (!found) return refused(`There is no latch ${cause}.`);
  if (cause === "STOP") return refused("The stop is lifted by resume, not by a reset.");
  if (endsByItself(found)) return refused(`${cause} ends by itself.`);
  if (confirm !== cause) return refused(`Type ${cause} to reset it.`);
  const waitMs = found.sinceMs + state.durable.limits.breakerHoldMs - nowMs;
  if (waitMs > 0) return refused(`${cause} has to hold for another ${Math.ceil(waitMs / 1_000)} s: ${found.text}`);
  const still = stillWrong(state, found.cause);
  if (still) return refused(`${cause} cannot be reset yet: ${still}`);
  state.live.faults[FAULTS[found.cause] ?? "api"] = createFaultLog().api;
  unlatch(turn, found.cause, who, why);
  return done(`${cause} is reset.`);
}

const FAULTS: Partial<Record<LatchCause, "latency" | "api" | "model" | "feed" | "clock">> = {
  LATENCY: "latency",
  API_FAILURES: "api",
  MODEL_FAILURES: "model",
  FEED_DESYNC: "feed",
  CLOCK_SKEW: "clock",
};

/** What keeps a latch from being reset, in words; `null` when its cause is gone. */
function stillWrong({ live, durable }: BrokerState, cause: LatchCause): string | null {
  const within = (value: number | null, max: number): boolean => value !== null && Math.abs(value) <= max;
  switch (cause) {
    case "KILL_FILE":
      return live.killFile === false ? null : "the kill file is still there.";
    case "CLOCK_SKEW":
      return within(live.clockSkewMs, durable.limits.clockSkewMaxMs) ? null : "the clock is still off.";
    case "FEED_DESYNC":
      return within(live.feedDivergenceBps, durable.limits.feedDivergenceMaxBps) ? null : "the sources still disagree.";
    case "UNPROTECTED":
      return durable.positions.every((each) => each.unprotectedSinceMs === null)
        ? null
        : "a position is still unprotected.";
    case "EXIT_REFUSED":
      return durable.positions.every((each) => each.exit === null) ? null : "a position is still to be sold.";
    case "ORDER_SURPRISE":
      return durable.liveOrderIds.every((id) => durable.orders[id].state !== "unknown")
        ? null
        : "an order is still unknown.";
    case "BOOKS_DIFFER":
      return live.reported !== null && live.difference === null ? null : "the venue and our books still differ.";
    case "BOOKS_BROKEN":
      return check(durable.books);
    default:
      return null;
  }
}

function changeLimits(turn: Turn, { values, who }: Extract<ControlMessage, { type: "limits.change" }>): Outcome {
  const { limits, queuedLimits } = turn.state.durable;
  const problems = limitProblems({ ...limits, ...values });
  if (problems.length > 0) return refused(problems.map(({ key, says }) => `${key} ${says}`).join("; "));
  const { now, queue } = planLimitChange(limits, queuedLimits, values, turn.nowMs);
  emit(turn, { type: "limits.changed", values: now, queue, who });
  unsettleAll(turn);
  const acted = Object.keys(now).map((key) => LIMITS[key as keyof typeof LIMITS].label);
  const waiting = queue.filter(({ key }) => values[key] !== undefined).map(({ key }) => LIMITS[key].label);
  return done(`In force: ${acted.join(", ") || "nothing"}. Waiting: ${waiting.join(", ") || "nothing"}.`);
}

function adoptBooks(turn: Turn, { who, why }: Extract<ControlMessage, { type: "books.adopt" }>): Outcome {
  const { state } = turn;
  const { live, durable } = state;
  if (!latchOf(state, "BOOKS_DIFFER")) return refused("The books are not known to differ; there is nothing to adopt.");
  if (live.reported === null) return refused("The venue has not reported its balances yet.");
  if (durable.liveOrderIds.length > 0) {
    return refused(`${durable.liveOrderIds.length} orders have not ended; adopt when nothing is on its way.`);
  }
  const { cashUsdMicros, lotsBySymbol } = differenceTo(state, live.reported);
  emit(turn, { type: "books.adopted", cashUsdMicros, lotsBySymbol, who, why });
  for (const position of durable.positions) {
    if (heldLots(durable.books, position.trade.plan.symbol) === 0) beginExit(turn, position, "adopted");
  }
  live.difference = null;
  live.clock[COMPARE_AT] = turn.nowMs;
  unlatch(turn, "BOOKS_DIFFER", who, why);
  unsettleAll(turn);
  return done("The books now say what the venue says; the difference stands in adjustments.");
}
