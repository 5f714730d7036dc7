/**
 * The words of execution: intent → order → fill → position. An intent is a wish without a quantity; the broker sizes it.
 */
import type { Instrument, PriceTicks, QtyLots, UsdMicros } from "../money.ts";
import type { Regime, StrategyId, Unit } from "../strategy/types.ts";
import type { UtcMs } from "../time.ts";

export type Side = "buy" | "sell";

/** What a symbol actor asks of the broker. Prices are analysis numbers; the broker puts them on the venue's grid. */
export interface EntryIntent {
  readonly kind: "enter";
  readonly intentId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly strategy: StrategyId;
  readonly regime: Regime;
  readonly decidedAtMs: UtcMs;
  readonly referenceUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
  readonly horizonMs: number;
  /** Fused confidence, 0..1. */
  readonly confidence: number;
  /** Distance from reference to target over reference, in bps. */
  readonly expectedMoveBps: number;
}

export interface ExitIntent {
  readonly kind: "exit";
  readonly intentId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly strategy: StrategyId;
  readonly decidedAtMs: UtcMs;
  readonly cause: string;
}

export type Intent = EntryIntent | ExitIntent;

/** One rule's answer, as shown on the decision page. `margin` > 0 is room left; unknown inputs are `null` and never pass. */
export interface Check {
  readonly rule: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly margin: number | null;
  readonly unit: Unit;
  readonly pass: boolean;
}

/**
 * ```
 * new ─submitted─▶ submitted ─acknowledged─▶ acknowledged ─fill─▶ partially_filled ─fill─▶ filled
 *                     │                         │  └─cancel─▶ cancel_pending ─▶ canceled
 *                     ├─doubt─▶ unknown ◀─doubt─┘
 *                     └─▶ rejected          expired | replaced
 * ```
 */
export type OrderState =
  | "new"
  | "submitted"
  | "acknowledged"
  | "partially_filled"
  | "filled"
  | "cancel_pending"
  | "canceled"
  | "replaced"
  | "rejected"
  | "expired"
  | "unknown";

export type OrderRole = "entry" | "take_profit" | "stop_loss" | "exit";

/** What is sent to a venue. `clientOrderId` is a UUID that is never used twice, in any run, ever. */
export interface OrderRequest {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: "limit" | "market" | "stop_loss";
  readonly qtyLots: QtyLots;
  /** Limit price for `limit`, trigger for `stop_loss`, `null` for `market`. */
  readonly priceTicks: PriceTicks | null;
}

/** What happened, in exact ledger units. `executionId` is unique per venue: adding a fill twice changes nothing. */
export interface Fill {
  readonly executionId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly qtyLots: QtyLots;
  /** Price × quantity, rounded against us. */
  readonly grossUsdMicros: UsdMicros;
  readonly feeUsdMicros: UsdMicros;
  /** Analysis copy of the price, for slippage and charts. */
  readonly priceUsd: number;
  readonly atMs: UtcMs;
}

/** What a venue tells us, in its own time. Every adapter turns its venue's answers into these. */
export type VenueEvent =
  | {
    readonly type: "order.acknowledged";
    readonly clientOrderId: string;
    readonly venueOrderId: string;
    readonly atMs: UtcMs;
  }
  | { readonly type: "order.rejected"; readonly clientOrderId: string; readonly reason: string; readonly atMs: UtcMs }
  | { readonly type: "order.filled"; readonly fill: Fill; readonly complete: boolean }
  | { readonly type: "order.canceled"; readonly clientOrderId: string; readonly atMs: UtcMs }
  | { readonly type: "order.expired"; readonly clientOrderId: string; readonly atMs: UtcMs }
  /** The request may or may not have reached the venue. Nothing is known until the venue is asked. */
  | { readonly type: "order.doubtful"; readonly clientOrderId: string; readonly reason: string; readonly atMs: UtcMs }
  /** Evidence: the venue was asked and has no such order. */
  | { readonly type: "order.absent"; readonly clientOrderId: string; readonly atMs: UtcMs }
  | { readonly type: "cancel.rejected"; readonly clientOrderId: string; readonly reason: string; readonly atMs: UtcMs }
  /** All that the account holds, what open orders hold included. Lots by symbol; what is not named is none. */
  | {
    readonly type: "balances.reported";
    readonly cashUsdMicros: UsdMicros;
    readonly holdings: Readonly<Record<string, QtyLots>>;
    /** Client ids of open orders; ones that are not ours were placed by hand. */
    readonly openOrderIds: readonly string[];
    readonly atMs: UtcMs;
  };

export type InstrumentBook = Readonly<Record<string, Instrument>>;
