/** A broker and a paper venue on one clock, with everything they said kept for inspection. */
import assert from "node:assert/strict";
import type { BrokerEvent, BrokerEventBody } from "../../actors/broker/events.ts";
import { type BrokerInput, rebuild, type SessionStart } from "../../actors/broker/logic.ts";
import { type PaperRun, runFrame, runInput } from "../../actors/broker/paper_loop.ts";
import { BROKER_ROW_STRIDE, type BrokerToSymbol } from "../../actors/broker/protocol.ts";
import { type BrokerConfig, type BrokerState, type Durable, type Position } from "../../actors/broker/state.ts";
import type { Effect, Step } from "../../actors/broker/turn.ts";
import { DEFAULT_EXECUTION, type ExecutionSettings } from "../../core/execution/settings.ts";
import type { EntryIntent, Fill } from "../../core/execution/types.ts";
import { usdMicros } from "../../core/money.ts";
import { check } from "../../core/portfolio/books.ts";
import { presetLimits, type RiskLimits } from "../../core/risk/limits.ts";
import { createPaperVenue, type PaperVenueConfig } from "../../core/sim/paper_venue.ts";
import { fixed, paperConfig } from "./paper.ts";

/** Monday, 12:00 UTC. */
export const START_MS = Date.UTC(2026, 0, 5, 12);
export const NONCE = "0123456789abcdef";

export interface RigOptions {
  readonly limits?: Partial<RiskLimits>;
  readonly execution?: Partial<ExecutionSettings>;
  readonly venue?: Partial<PaperVenueConfig>;
  readonly nonce?: string;
  readonly cashUsd?: number;
}

export const sessionStart = (options: RigOptions = {}): SessionStart => ({
  type: "session.start",
  nonce: options.nonce ?? NONCE,
  configHash: "config",
  limits: { ...presetLimits("balanced"), ...options.limits },
  startCashUsdMicros: usdMicros((options.cashUsd ?? 10_000) * 1e6),
  killFile: false,
  clockSkewMs: 0,
  feedDivergenceBps: 0,
});

export interface Rig {
  run: PaperRun;
  readonly options: RigOptions;
  readonly events: BrokerEvent[];
  readonly effects: Effect[];
  nowMs: number;
}

/** Quick venue by default: 10 ms there, 10 ms back, so that tests can count. */
export function createRig(options: RigOptions = {}): Rig {
  const config = paperConfig({
    requestDelay: fixed(10),
    reportDelay: fixed(10),
    matchDelay: fixed(20),
    cancelDelay: fixed(30),
    startCashUsdMicros: usdMicros((options.cashUsd ?? 10_000) * 1e6),
    ...options.venue,
  });
  const venue = createPaperVenue(config);
  return {
    run: { broker: rebuild(brokerConfig(config, options), null, []), venue },
    options,
    events: [],
    effects: [],
    nowMs: START_MS,
  };
}

export function brokerConfig(
  { symbols, instruments, fees }: PaperVenueConfig,
  { execution }: RigOptions,
): BrokerConfig {
  return { symbols, instruments, fees, execution: { ...DEFAULT_EXECUTION, ...execution } };
}

/** A rig whose session has started and whose recovery is done. */
export function startedRig(options: RigOptions = {}): Rig {
  const rig = createRig(options);
  give(rig, sessionStart(options));
  pass(rig, 100);
  assert.deepEqual(rig.run.broker.durable.latches, []);
  return rig;
}

const sink = (rig: Rig) => (done: Step): void => {
  rig.events.push(...done.events);
  rig.effects.push(...done.effects);
};

/** One input, now. */
export function give(rig: Rig, input: BrokerInput): void {
  runInput(rig.run, input, rig.nowMs, sink(rig));
}

/** Lets time pass without quotes. */
export function pass(rig: Rig, ms: number): void {
  rig.nowMs += ms;
  runFrame(rig.run, new Float64Array(0), rig.nowMs, sink(rig));
}

/** A quote some time from now; the ask is 0.02 % above unless said. */
export function quote(
  rig: Rig,
  bidUsd: number,
  { afterMs = 0, askUsd = bidUsd * 1.0002, volume = NaN, symbol = "BTC-USD" } = {},
): void {
  rig.nowMs += afterMs;
  const index = rig.run.broker.live.symbolIndex[symbol];
  runFrame(
    rig.run,
    Float64Array.of(index, rig.nowMs, bidUsd, Math.round(askUsd * 100) / 100, volume),
    rig.nowMs,
    sink(rig),
  );
}

/** The same price every second for a while, so that nothing goes stale. */
export function hold(rig: Rig, bidUsd: number, seconds: number, symbol?: string): void {
  for (let n = 0; n < seconds; n++) quote(rig, bidUsd, { afterMs: 1_000, symbol });
}

/** Rows `[symbolIndex, atMs, bid, ask, volume]` as one frame up to `toMs`. */
export function frame(rig: Rig, rows: Float64Array, toMs: number): void {
  assert.equal(rows.length % BROKER_ROW_STRIDE, 0);
  rig.nowMs = toMs;
  runFrame(rig.run, rows, toMs, sink(rig));
}

let intents = 0;
/** An entry intent for now: reference at the bid, stop 1 % below, target 3 % above. */
export function intent(rig: Rig, change: Partial<EntryIntent> = {}): EntryIntent {
  const symbol = change.symbol ?? "BTC-USD";
  const referenceUsd = change.referenceUsd ?? rig.run.broker.live.market[rig.run.broker.live.symbolIndex[symbol] * 11];
  return {
    kind: "enter",
    intentId: `intent-${++intents}`,
    decisionId: `${symbol}@${rig.nowMs}`,
    symbol,
    strategy: "S1",
    regime: "trend",
    decidedAtMs: rig.nowMs,
    referenceUsd,
    stopUsd: referenceUsd * 0.99,
    targetUsd: referenceUsd * 1.03,
    horizonMs: 3_600_000,
    confidence: 0.7,
    expectedMoveBps: 300,
    ...change,
  };
}

export function enter(rig: Rig, change: Partial<EntryIntent> = {}): EntryIntent {
  const wish = intent(rig, change);
  give(rig, { type: "intent.submit", intent: wish });
  return wish;
}

/** A position in BTC at 50,000 with its bracket at rest; the price is 50,000 / 50,010 again. */
export function openPosition(rig: Rig, change: Partial<EntryIntent> = {}): Position {
  quote(rig, 50_000);
  enter(rig, change);
  pass(rig, 50);
  quote(rig, 49_990, { askUsd: 50_000, afterMs: 50 });
  pass(rig, 50);
  quote(rig, 50_000, { afterMs: 50 });
  pass(rig, 100);
  const [position] = rig.run.broker.durable.positions;
  assert.ok(position, `no position: ${JSON.stringify(types(rig))}`);
  return position;
}

export const types = (rig: Rig, from = 0): string[] => rig.events.slice(from).map((event) => event.type);
export const of = <T extends BrokerEventBody["type"]>(rig: Rig, type: T): Extract<BrokerEvent, { type: T }>[] =>
  rig.events.filter((event): event is Extract<BrokerEvent, { type: T }> => event.type === type);
export const fills = (rig: Rig): Fill[] => of(rig, "fill.booked").map((event) => event.fill);
export const told = (rig: Rig): BrokerToSymbol[] =>
  rig.effects.flatMap((effect) => effect.type === "tell.symbol" ? [effect.message] : []);
export const latches = (rig: Rig): string[] => rig.run.broker.durable.latches.map((latch) => latch.cause);

/** The books equal the venue's to the last unit, and prove themselves. */
export function assertBooksEqualVenue({ run: { broker, venue } }: Rig): void {
  const { books } = broker.durable;
  assert.equal(check(books), null);
  assert.equal(books.balances.cash, venue.cashUsdMicros, "cash");
  for (const symbol of broker.config.symbols) {
    const ours = (books.holdings[symbol]?.lots ?? 0) + (books.dust[symbol]?.lots ?? 0);
    assert.equal(ours, venue.holdings[symbol] ?? 0, symbol);
  }
}

/** The broker dies and comes back from its journal (or a snapshot and the events after it); the venue never noticed. */
export function restart(
  rig: Rig,
  { nonce, snapshot = null, from = 0 }: { nonce: string; snapshot?: Durable | null; from?: number },
): void {
  const { broker, venue } = rig.run;
  const events = JSON.parse(JSON.stringify(rig.events.slice(from))) as BrokerEvent[];
  const reborn: BrokerState = rebuild(broker.config, snapshot, events);
  rig.run = { broker: reborn, venue };
  give(rig, sessionStart({ ...rig.options, nonce }));
}
