/** Record shapes that several parts keep and show: what happened to a decision after it was made. */
import type { DecisionRecord } from "./decision.ts";
import type { OrderRole, OrderState, Side } from "./execution/types.ts";
import type { UtcMs } from "./time.ts";

/** An order as people see it. */
export interface OrderView {
  readonly clientOrderId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly role: OrderRole;
  readonly state: OrderState;
  readonly type: "limit" | "market" | "stop_loss";
  readonly priceUsd: number | null;
  readonly qtyBase: number;
  readonly filledBase: number;
  readonly createdAtMs: UtcMs;
}

export interface FillView {
  readonly executionId: string;
  readonly atMs: UtcMs;
  readonly qtyBase: number;
  readonly priceUsd: number;
  readonly feeUsd: number;
}

/** A finished round trip, joined to the decision that opened it. */
export interface TradeClosed {
  readonly type: "trade.closed";
  readonly tradeId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly regime: string;
  readonly openedAtMs: UtcMs;
  readonly closedAtMs: UtcMs;
  readonly qtyBase: number;
  readonly entryUsd: number;
  readonly exitUsd: number;
  readonly feesUsd: number;
  readonly pnlUsd: number;
  readonly rMultiple: number;
  readonly maeR: number;
  readonly mfeR: number;
  readonly exitCause: string;
}

/** A fill on a chart. */
export interface FillMark {
  readonly atMs: UtcMs;
  readonly side: Side;
  readonly priceUsd: number;
  readonly decisionId: string;
}

export interface StoredOrder {
  readonly order: OrderView;
  readonly fills: readonly FillView[];
}

/** A decision with all that followed from it. */
export interface StoredDecision {
  readonly record: DecisionRecord;
  readonly orders: readonly StoredOrder[];
  readonly outcome: TradeClosed | null;
}

export interface ListedDecision {
  readonly record: DecisionRecord;
  /** R multiple of the trade it led to; `null` while there is none. */
  readonly outcomeR: number | null;
}
