/**
 * What the recorder keeps and what it can be asked. It owns `record.kv` and writes everything that is not money: candles,
 * decisions, outcomes, equity, snapshots. Writes arrive numbered and are acknowledged once they are on disk.
 */
import type { DecisionRecord } from "../../core/decision.ts";
import type { Side } from "../../core/execution/types.ts";
import type { CandleRows } from "../../core/market/types.ts";
import type { UtcMs } from "../../core/time.ts";
import type { FillView, OrderView, TradeClosed } from "../../core/records.ts";
import type { ActorId } from "../shared/envelope.ts";

/** Opaque state of a symbol or of a market source: plain data, typed arrays included. */
export type Snapshot = unknown;

export interface OrderChanged {
  readonly type: "order.changed";
  readonly order: OrderView;
}

export interface FillBooked {
  readonly type: "fill.booked";
  readonly symbol: string;
  readonly side: Side;
  readonly decisionId: string;
  readonly clientOrderId: string;
  readonly fill: FillView;
}

/** What symbol, broker, feed and supervisor give into safe keeping. */
export type RecordBody =
  | { readonly type: "candle.closed"; readonly symbol: string; readonly intervalMs: number; readonly rows: CandleRows }
  | { readonly type: "decision.made"; readonly record: DecisionRecord }
  | {
    readonly type: "symbol.snapshot";
    readonly symbol: string;
    readonly closedAtMs: UtcMs;
    readonly snapshot: Snapshot;
  }
  | { readonly type: "market.checkpoint"; readonly atMs: UtcMs; readonly checkpoint: Snapshot }
  | { readonly type: "equity.marked"; readonly atMs: UtcMs; readonly equityUsd: number; readonly halted: boolean }
  | OrderChanged
  | FillBooked
  | TradeClosed
  | { readonly type: "actor.restarted"; readonly id: ActorId; readonly atMs: UtcMs };

/** Questions, each answered once. */
export type RecorderQuery =
  /** A (re)started symbol: its newest snapshot at or before `atOrBeforeMs` and the candles that closed after it. */
  | {
    readonly type: "symbol.resume";
    readonly symbol: string;
    readonly intervalMs: number;
    readonly atOrBeforeMs: UtcMs;
  }
  | { readonly type: "market.resume"; readonly atOrBeforeMs: UtcMs }
  | {
    readonly type: "candles.get";
    readonly symbol: string;
    readonly intervalMs: number;
    readonly fromMs: UtcMs;
    readonly toMs: UtcMs;
  }
  | { readonly type: "fills.get"; readonly symbol: string; readonly fromMs: UtcMs; readonly toMs: UtcMs }
  | { readonly type: "decisions.get"; readonly symbol?: string; readonly beforeMs?: UtcMs; readonly limit: number }
  | { readonly type: "decision.get"; readonly decisionId: string }
  | { readonly type: "curve.get"; readonly points: number }
  /** How many of everything, over the whole run. Answered with `RunCounts`. */
  | { readonly type: "counts.get" }
  | { readonly type: "restarts.get" }
  /** Resolves when everything received so far is on disk. */
  | { readonly type: "flush" };

export interface SymbolResume {
  readonly snapshot: Snapshot | null;
  readonly snapshotAtMs: UtcMs | null;
  readonly candles: CandleRows;
  /** Close of the newest candle that has a decision on record. */
  readonly decidedToMs: UtcMs | null;
}

export interface RunCounts {
  readonly candles: number;
  readonly decisions: number;
  /** By stage, then by code. */
  readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Orders by their state, and how many there were. */
  readonly orders: Readonly<Record<string, number>>;
  readonly fills: number;
  /** Finished trades by `strategy/regime`. */
  readonly trades: Readonly<Record<string, number>>;
  /** Largest fall of the marked equity from its peak so far. */
  readonly maxDrawdownRatio: number;
}
