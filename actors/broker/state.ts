/**
 * The broker's state in two halves that never mix:
 *  - `durable` is the fold of the journal (`evolve.ts`) and survives everything: books, orders, limits, latches, streaks;
 *  - `live` is what only the present knows: quotes, what each symbol waits for, what was told to whom. Lost on a restart, and
 *    nothing may be allowed that needs it until it is known again.
 * Both are plain data. Prices and due times sit in typed arrays, so that a quote that changes nothing allocates nothing.
 */
import type { FeeProfile } from "../../core/execution/fees.ts";
import type { OrderRecord } from "../../core/execution/order.ts";
import type { ExecutionSettings } from "../../core/execution/settings.ts";
import type { SlippageBook } from "../../core/execution/slippage.ts";
import type { InstrumentBook } from "../../core/execution/types.ts";
import { type Instrument, type PriceTicks, type QtyLots, type UsdMicros, ZERO_USD } from "../../core/money.ts";
import { type Books, createBooks } from "../../core/portfolio/books.ts";
import { type EquityTrack, type Period, startPeriod } from "../../core/portfolio/equity.ts";
import type { OpenTrade } from "../../core/portfolio/trade.ts";
import { createFaultLog, type FaultLog } from "../../core/risk/breakers.ts";
import type { Streaks } from "../../core/risk/cooldown.ts";
import type { QueuedLimit } from "../../core/risk/limit_changes.ts";
import { presetLimits, type RiskLimits } from "../../core/risk/limits.ts";
import type { UtcMs } from "../../core/time.ts";
import type { EntryTerms, Latch } from "./events.ts";
import type { PositionChanged } from "./protocol.ts";

export interface BrokerConfig {
  /** Their order is that of `symbolIndex` in quote rows. */
  readonly symbols: readonly string[];
  readonly instruments: InstrumentBook;
  readonly fees: FeeProfile;
  readonly execution: ExecutionSettings;
}

/** An accepted intent whose order works or waits for a new price. */
export interface Entry {
  readonly terms: EntryTerms;
  readonly acceptedAtMs: UtcMs;
  orders: number;
  filledLots: QtyLots;
  /** Its newest order; `null` before the first. */
  orderId: string | null;
}

/** A sale of the whole position that has begun and ends only with it. */
export interface Exit {
  readonly cause: string;
  readonly beganAtMs: UtcMs;
  /** Step of the exit ladder; beyond its end the rest goes at market. */
  rung: number;
  refusals: number;
  refusedAtMs: UtcMs;
}

export interface Position {
  readonly trade: OpenTrade;
  stopTicks: PriceTicks;
  targetTicks: PriceTicks;
  readonly horizonEndsAtMs: UtcMs;
  exit: Exit | null;
  /** How often the venue refused the resting leg; it is then watched by us instead. */
  restingRefusals: number;
  unprotectedSinceMs: UtcMs | null;
}

export interface ControlRecord {
  readonly key: string;
  readonly ok: boolean;
  readonly did: string;
}

export interface Durable {
  /** Version of this shape, for stored snapshots. */
  readonly schema: 1;
  journalSeq: number;
  /** Instant of the newest event. */
  atMs: UtcMs;
  session: { nonce: string; configHash: string; startedAtMs: UtcMs; orderSeq: number } | null;
  limits: RiskLimits;
  queuedLimits: readonly QueuedLimit[];
  /** Equity when the bankroll was set: its results count from there. */
  bankrollBaseUsdMicros: UsdMicros;
  mandateRatio: number;
  readonly books: Books;
  readonly orders: Record<string, OrderRecord>;
  /** Orders that have not ended. */
  liveOrderIds: string[];
  entries: Entry[];
  positions: Position[];
  readonly equity: EquityTrack;
  day: Period;
  week: Period;
  ordersToday: number;
  /** Instants of the orders of the last minute. */
  recentOrdersAtMs: UtcMs[];
  readonly trades: { count: number; wins: number; losses: number };
  readonly streaks: Streaks;
  latches: Latch[];
  pausedSymbols: string[];
  readonly slippage: SlippageBook;
  /** Newest intents, so that none is answered twice. */
  intentIds: string[];
  /** Newest commands by key, so that none acts twice. */
  controls: ControlRecord[];
  readonly unprotected: { count: number; totalMs: number; worstMs: number };
}

/** Per symbol in `Live.market`. */
export const BID = 0, ASK = 1, QUOTE_AT = 2, LOW_TRIGGER = 3, HIGH_TRIGGER = 4, LOW_SEEN = 5, HIGH_SEEN = 6;
/** How closely its quotes are looked at (`QUIET`, `WATCHED`, `ALWAYS`), and what one dollar of its bid is worth to us net. */
export const ATTENTION = 7, NET_PER_BID = 8, SUSPECT = 9, WAKE_AT = 10;
export const LIVE_STRIDE = 11;
export const QUIET = 0, WATCHED = 1, ALWAYS = 2;

/** In `Live.clock`. */
export const NEXT_DUE = 0,
  NOW = 1,
  JUMP_DOWN = 2,
  JUMP_UP = 3,
  CASH_USD = 4,
  NET_FLOOR_USD = 5,
  COMPARE_AT = 6,
  HELD = 7;
const CLOCK_SLOTS = 8;

export interface Live {
  readonly market: Float64Array;
  readonly clock: Float64Array;
  /** Indices of symbols that are held; the first `clock[HELD]` count. */
  readonly held: Int32Array;
  readonly symbolIndex: Readonly<Record<string, number>>;
  /** Its session has started; before that it only listens to quotes. */
  started: boolean;
  killFile: boolean | null;
  clockSkewMs: number | null;
  feedDivergenceBps: number | null;
  readonly faults: FaultLog;
  /** How the books last differed from the venue's, and for how many comparisons in a row it was exactly this. */
  difference: { text: string; times: number } | null;
  /** What the venue said it holds, as of the newest comparison. */
  reported: { readonly cashUsdMicros: UsdMicros; readonly holdings: Readonly<Record<string, QtyLots>> } | null;
  /** Open orders of ours that the last comparison did not find. */
  missing: readonly string[];
  /** What each symbol was told last. */
  readonly told: (PositionChanged | null)[];
}

export interface BrokerState {
  readonly config: BrokerConfig;
  readonly durable: Durable;
  readonly live: Live;
}

export function createDurable(): Durable {
  return {
    schema: 1,
    journalSeq: 0,
    atMs: 0,
    session: null,
    limits: presetLimits("balanced"),
    queuedLimits: [],
    bankrollBaseUsdMicros: ZERO_USD,
    mandateRatio: 1,
    books: createBooks(),
    orders: {},
    liveOrderIds: [],
    entries: [],
    positions: [],
    equity: { usdMicros: ZERO_USD, peakUsdMicros: ZERO_USD, markedAtMs: 0 },
    day: startPeriod(0, ZERO_USD),
    week: startPeriod(0, ZERO_USD),
    ordersToday: 0,
    recentOrdersAtMs: [],
    trades: { count: 0, wins: 0, losses: 0 },
    streaks: {},
    latches: [],
    pausedSymbols: [],
    slippage: {},
    intentIds: [],
    controls: [],
    unprotected: { count: 0, totalMs: 0, worstMs: 0 },
  };
}

export function createLive({ symbols }: BrokerConfig): Live {
  const market = new Float64Array(symbols.length * LIVE_STRIDE).fill(NaN);
  for (let i = 0; i < symbols.length; i++) {
    market[i * LIVE_STRIDE + ATTENTION] = QUIET;
    market[i * LIVE_STRIDE + NET_PER_BID] = 0;
    market[i * LIVE_STRIDE + WAKE_AT] = Infinity;
  }
  const clock = new Float64Array(CLOCK_SLOTS);
  clock[NEXT_DUE] = Infinity;
  clock[NET_FLOOR_USD] = -Infinity;
  clock[COMPARE_AT] = Infinity;
  return {
    market,
    clock,
    held: new Int32Array(symbols.length),
    symbolIndex: Object.fromEntries(symbols.map((symbol, n) => [symbol, n])),
    started: false,
    killFile: null,
    clockSkewMs: null,
    feedDivergenceBps: null,
    faults: createFaultLog(),
    difference: null,
    reported: null,
    missing: [],
    told: symbols.map(() => null),
  };
}

export const instrumentOf = ({ config }: BrokerState, symbol: string): Instrument => config.instruments[symbol];
export const positionOf = ({ durable }: BrokerState, symbol: string): Position | undefined =>
  durable.positions.find((position) => position.trade.plan.symbol === symbol);
export const entryOf = ({ durable }: BrokerState, symbol: string): Entry | undefined =>
  durable.entries.find((entry) => entry.terms.plan.symbol === symbol);

/** Orders of a symbol that have not ended, oldest first. */
export const liveOrders = ({ durable }: BrokerState, symbol: string): OrderRecord[] =>
  durable.liveOrderIds.map((id) => durable.orders[id]).filter((order) => order.symbol === symbol);

/** Newest bid of a symbol in USD; `NaN` when there is none yet. */
export const bidOf = ({ live }: BrokerState, symbolIndex: number): number =>
  live.market[symbolIndex * LIVE_STRIDE + BID];
export const askOf = ({ live }: BrokerState, symbolIndex: number): number =>
  live.market[symbolIndex * LIVE_STRIDE + ASK];
export const quoteAtOf = ({ live }: BrokerState, symbolIndex: number): number =>
  live.market[symbolIndex * LIVE_STRIDE + QUOTE_AT];

export const latchOf = ({ durable }: BrokerState, cause: string): Latch | undefined =>
  durable.latches.find((latch) => latch.cause === cause);
