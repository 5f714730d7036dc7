/**
 * What the broker's journal holds: everything that must survive. The state is the fold of these events by `evolve` and nothing
 * else, so an event carries what it needs and never what it could know from the state. Numbered without gaps.
 */
import type { NewOrder } from "../../core/execution/order.ts";
import type { Surprise } from "../../core/execution/order_machine.ts";
import type { Check, EntryIntent, Fill, Intent } from "../../core/execution/types.ts";
import type { PriceTicks, QtyLots, UsdMicros } from "../../core/money.ts";
import type { TradePlan } from "../../core/portfolio/trade.ts";
import type { Denial } from "../../core/risk/gate.ts";
import type { LimitValues, QueuedLimit } from "../../core/risk/limit_changes.ts";
import type { UtcMs } from "../../core/time.ts";
import type { TradeClosed } from "../../core/records.ts";

export type LatchCause =
  | "STOP"
  | "KILL_FILE"
  | `FREEZE ${string}`
  | "RECOVERING"
  | "DAY_LOSS"
  | "DAY_REALIZED"
  | "DAY_GOAL"
  | "WEEK_GOAL"
  | "DRAWDOWN"
  | "SLIPPAGE"
  | "LATENCY"
  | "API_FAILURES"
  | "MODEL_FAILURES"
  | "FEED_DESYNC"
  | "CLOCK_SKEW"
  | "UNPROTECTED"
  | "EXIT_REFUSED"
  | "ORDER_SURPRISE"
  | "BOOKS_DIFFER"
  | "BOOKS_BROKEN";

export interface Latch {
  readonly cause: LatchCause;
  readonly sinceMs: UtcMs;
  readonly text: string;
}

/** Lowest and highest bid of a held symbol since the last mark. */
export interface SymbolMark {
  readonly symbol: string;
  readonly lowBidUsd: number;
  readonly highBidUsd: number;
}

export interface EntryTerms {
  readonly plan: TradePlan;
  /** The most it may pay, after all re-quotes; sized and reserved at this price. */
  readonly ceilingTicks: PriceTicks;
  readonly expiresAtMs: UtcMs;
}

export type BrokerEventBody =
  // The session and its rules.
  | { readonly type: "session.started"; readonly nonce: string; readonly configHash: string }
  | { readonly type: "funds.moved"; readonly usdMicros: UsdMicros; readonly why: string }
  | {
    readonly type: "limits.changed";
    readonly values: LimitValues;
    readonly queue: readonly QueuedLimit[];
    readonly who: string;
  }
  | { readonly type: "mandate.changed"; readonly ratio: number }
  | { readonly type: "symbol.paused"; readonly symbol: string; readonly who: string; readonly why: string }
  | { readonly type: "symbol.resumed"; readonly symbol: string; readonly who: string; readonly why: string }
  | { readonly type: "latch.set"; readonly cause: LatchCause; readonly text: string }
  | { readonly type: "latch.reset"; readonly cause: LatchCause; readonly who: string; readonly why: string }
  | { readonly type: "control.done"; readonly key: string; readonly ok: boolean; readonly did: string }
  // Intents and entries.
  | {
    readonly type: "intent.accepted";
    readonly intent: EntryIntent;
    readonly checks: readonly Check[];
    readonly terms: EntryTerms;
  }
  | {
    readonly type: "intent.denied";
    readonly intent: Intent;
    readonly checks: readonly Check[];
    readonly denial: Denial;
  }
  | { readonly type: "entry.ended"; readonly symbol: string; readonly intentId: string; readonly cause: string }
  // Orders, as the venue's statements move them.
  | { readonly type: "order.created"; readonly order: NewOrder }
  | { readonly type: "order.submitted"; readonly clientOrderId: string }
  | { readonly type: "order.acknowledged"; readonly clientOrderId: string; readonly venueOrderId: string }
  | { readonly type: "order.cancel_requested"; readonly clientOrderId: string; readonly cause: string }
  | { readonly type: "order.cancel_rejected"; readonly clientOrderId: string; readonly reason: string }
  | { readonly type: "order.canceled"; readonly clientOrderId: string }
  | { readonly type: "order.expired"; readonly clientOrderId: string }
  | { readonly type: "order.rejected"; readonly clientOrderId: string; readonly reason: string }
  | { readonly type: "order.doubted"; readonly clientOrderId: string; readonly reason: string }
  | { readonly type: "order.queried"; readonly clientOrderId: string }
  | { readonly type: "order.absent"; readonly clientOrderId: string }
  | { readonly type: "order.surprised"; readonly clientOrderId: string; readonly surprise: Surprise }
  // Money and positions.
  | { readonly type: "fill.booked"; readonly fill: Fill }
  | { readonly type: "fill.refused"; readonly fill: Fill; readonly problem: string }
  | { readonly type: "position.opened"; readonly tradeId: string; readonly plan: TradePlan }
  | { readonly type: "bracket.changed"; readonly symbol: string; readonly stopTicks: PriceTicks; readonly who: string }
  | { readonly type: "exit.began"; readonly symbol: string; readonly cause: string }
  | { readonly type: "exit.escalated"; readonly symbol: string; readonly rung: number }
  | { readonly type: "dust.kept"; readonly symbol: string; readonly lots: QtyLots }
  | { readonly type: "position.closed"; readonly trade: TradeClosed }
  | { readonly type: "cooldown.started"; readonly scope: string; readonly untilMs: UtcMs }
  | {
    readonly type: "protection.lost";
    readonly symbol: string;
    readonly cause: string;
    /** May lie before the event: what happened while we were away is found out afterwards. */
    readonly sinceMs: UtcMs;
  }
  | { readonly type: "protection.restored"; readonly symbol: string; readonly lostMs: number }
  // Time and truth.
  | {
    readonly type: "equity.marked";
    /** `null` while a held symbol has no price. */
    readonly equityUsdMicros: UsdMicros | null;
    readonly marks: readonly SymbolMark[];
  }
  | { readonly type: "day.rolled"; readonly dayStartedAtMs: UtcMs; readonly startUsdMicros: UsdMicros }
  | {
    readonly type: "books.adopted";
    readonly cashUsdMicros: UsdMicros;
    readonly lotsBySymbol: Readonly<Record<string, QtyLots>>;
    readonly who: string;
    readonly why: string;
  };

export type BrokerEvent = BrokerEventBody & { readonly seq: number; readonly atMs: UtcMs };
