/**
 * What the broker hears and says. It is the only actor that can send orders; everything that wants one asks here and is
 * answered with every check.
 *
 * Under a virtual clock the broker is the barrier of each frame: it works through the frame's quotes in time order, lets the
 * symbols decide on what it told them, waits until each has settled, sorts what they asked by (time, symbol, sequence),
 * answers, and tells the feed that the frame is done. Threads may race, results may not.
 */
import type { Check, Intent } from "../../core/execution/types.ts";
import type { OrderView } from "../../core/records.ts";
import type { HeldPosition, Unit } from "../../core/strategy/types.ts";
import type { LimitValues } from "../../core/risk/limit_changes.ts";
import type { UtcMs } from "../../core/time.ts";

/** Everything of one frame that a venue or a mark could need, all symbols, oldest first. */
export interface BrokerFrame {
  readonly type: "frame";
  readonly seq: number;
  /** Virtual or real time up to which the frame is complete. */
  readonly toMs: UtcMs;
  /** Rows of `[symbolIndex, atMs, bidUsd, askUsd, volumeBase]`, sorted by time, then symbol. */
  readonly rows: Float64Array;
  /** Under a virtual clock: the symbols that must settle before the frame is done; `null` in real time. */
  readonly settledBy: readonly string[] | null;
  /** Wall time that the frame waits for a straggler; `null` waits until the supervisor declares it gone. */
  readonly patienceMs: number | null;
}
export const BROKER_ROW_STRIDE = 5;

/** A symbol has said all it will say about this frame. */
export interface FrameSettled {
  readonly type: "frame.settled";
  readonly seq: number;
  readonly symbol: string;
}

export type Operator = { readonly who: string; readonly why: string; readonly idempotencyKey: string };

export type BrokerMessage =
  | BrokerFrame
  | FrameSettled
  | { readonly type: "intent.submit"; readonly intent: Intent; readonly seq: number }
  /** One click, no questions: no new entries, entry orders cancelled, protection keeps working. Latched. */
  | ({ readonly type: "trading.stop" } & Operator)
  | ({ readonly type: "trading.resume" } & Operator)
  | ({ readonly type: "symbol.pause"; readonly symbol: string } & Operator)
  | ({ readonly type: "symbol.resume"; readonly symbol: string } & Operator)
  /** STOP, and every position is sold at once. */
  | ({ readonly type: "positions.flatten" } & Operator)
  /** A stop moves up, never down. */
  | ({ readonly type: "stop.tighten"; readonly symbol: string; readonly stopUsd: number } & Operator)
  /** The reset ritual of a breaker: its name typed again, after its hold time, once its cause is gone. */
  | ({ readonly type: "latch.reset"; readonly cause: string; readonly confirm: string } & Operator)
  /** Tighter limits act now, looser ones wait. */
  | ({ readonly type: "limits.change"; readonly values: LimitValues } & Operator)
  /** The owner decides that the venue is right and our books are wrong. */
  | ({ readonly type: "books.adopt" } & Operator)
  /** Share of the risk budget that the owner's absence leaves, 0..1. */
  | { readonly type: "mandate.changed"; readonly ratio: number }
  | { readonly type: "kill_file.changed"; readonly present: boolean }
  /** Measured from outside: our clock against a trusted one, our prices against a second source; `null` is not known. */
  | {
    readonly type: "health.reported";
    readonly clockSkewMs: number | null;
    readonly feedDivergenceBps: number | null;
  }
  /** A request to the venue or the model failed, whether or not it concerned an order. */
  | { readonly type: "fault.noted"; readonly kind: "api" | "model"; readonly text: string }
  /** The supervisor's own latch, for example after too many restarts. */
  | { readonly type: "entries.freeze"; readonly cause: string }
  | { readonly type: "entries.thaw"; readonly cause: string }
  /** A symbol actor is gone: do not wait for it in the frame at hand. */
  | { readonly type: "symbol.gone"; readonly symbol: string }
  | { readonly type: "portfolio.get" }
  /** What the whole run came to. Answered with `RunTotals`. */
  | { readonly type: "totals.get" }
  /** How far the broker's books are on disk. Answered with `BrokerCursor`. */
  | { readonly type: "cursor.get" }
  /** A symbol's own position, asked when it starts. Answered with `PositionChanged`. */
  | { readonly type: "position.get"; readonly symbol: string };

/** Everything up to here is in the books; the market goes on from here after a restart. */
export interface BrokerCursor {
  readonly seq: number;
  /** `null` before the first frame. */
  readonly toMs: UtcMs | null;
}

export interface IntentAnswer {
  readonly type: "intent.answered";
  readonly intentId: string;
  readonly accepted: boolean;
  /** Every check that was made, in order, passed or not. */
  readonly checks: readonly Check[];
  /** First check that failed, as a code for the decision; `null` when accepted. */
  readonly denial: {
    readonly code: string;
    readonly value: number | null;
    readonly limit: number | null;
    readonly unit: Unit;
  } | null;
  readonly clientOrderId: string | null;
}

/** What the symbol actor needs to know of its own position, and no more. */
export interface PositionChanged {
  readonly type: "position.changed";
  readonly symbol: string;
  readonly position: HeldPosition | null;
  /** An entry order is working; no second one is wanted. */
  readonly entryWorking: boolean;
  /** Break-even move of a round trip in this symbol, for the cost gate ahead of the scorer. */
  readonly roundTripCostBps: number;
}

export type BrokerToSymbol = IntentAnswer | PositionChanged;

/** The broker has worked through the quotes of a frame; what they led to has been told. */
export interface FrameSeen {
  readonly type: "frame.seen";
  readonly seq: number;
  /** How many messages each symbol has been sent so far; it reads as many before it decides on this frame. */
  readonly sentToSymbol: Readonly<Record<string, number>>;
}

/** Everything that follows from a frame is in the books. */
export interface FrameDone {
  readonly type: "frame.done";
  readonly seq: number;
}

export type TradingState = "active" | "reducing" | "halted";

export interface StopReport {
  readonly type: "control.done";
  readonly idempotencyKey: string;
  readonly ok: boolean;
  /** What it did, in words, for example `2 entry orders cancelled, 1 position keeps its stop`. */
  readonly did: string;
  readonly tradingState: TradingState;
}

/** Something that a person should hear of now: a latch, a lost protection, a refused exit. */
export interface BrokerAlarm {
  readonly type: "alarm";
  readonly atMs: UtcMs;
  readonly cause: string;
  readonly text: string;
}

/** The broker's state for people. Sent to the supervisor at most four times a second, and on each money event. */
export interface PortfolioView {
  readonly atMs: UtcMs;
  readonly tradingState: TradingState;
  readonly latches: readonly { readonly cause: string; readonly sinceMs: UtcMs; readonly text: string }[];
  readonly pausedSymbols: readonly string[];
  readonly startUsd: number;
  readonly cashUsd: number;
  readonly equityUsd: number;
  readonly peakUsd: number;
  readonly drawdownRatio: number;
  readonly dayStartedAtMs: UtcMs;
  readonly dayStartUsd: number;
  readonly dayPnlUsd: number;
  /** Profit taken today, after all fees of the day. */
  readonly dayRealizedUsd: number;
  readonly dayFeesUsd: number;
  readonly openPnlUsd: number;
  readonly exposureRatio: number;
  readonly limits: readonly LimitUse[];
  readonly positions: readonly PositionView[];
  readonly orders: readonly OrderView[];
  readonly trades: { readonly count: number; readonly wins: number; readonly losses: number };
  readonly unprotectedMs: number;
  readonly journalSeq: number;
}

export interface LimitUse {
  readonly rule: string;
  readonly label: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Unit;
}

export interface PositionView {
  readonly symbol: string;
  readonly strategy: string;
  readonly decisionId: string;
  readonly qtyBase: number;
  readonly entryUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
  readonly bidUsd: number | null;
  readonly unrealizedUsd: number | null;
  readonly rMultiple: number | null;
  readonly maeR: number;
  readonly mfeR: number;
  readonly openedAtMs: UtcMs;
  readonly stopHeldBy: "venue" | "us" | "nobody";
}

/** What a run came to, for its summary. */
export interface RunTotals {
  readonly view: PortfolioView;
  /** Books against themselves and against the venue's own. */
  readonly ledger: { readonly ok: boolean; readonly problem: string | null };
  readonly journal: { readonly entries: number; readonly sha256: string };
  readonly openOrders: number;
  readonly feesUsd: number;
}
