/**
 * One order as we know it: what was asked, what the venue said about it, and the evidence. Plain data, changed only by
 * `applyToOrder`. Money stays reserved for it until it has ended.
 */
import {
  addLots,
  addUsd,
  type PriceTicks,
  type QtyLots,
  subLots,
  type UsdMicros,
  ZERO_LOTS,
  ZERO_USD,
} from "../money.ts";
import type { TradePlan } from "../portfolio/trade.ts";
import type { UtcMs } from "../time.ts";
import { isEnded, type OrderEvent, type Surprise, transition } from "./order_machine.ts";
import type { Fill, OrderRequest, OrderRole, OrderState, Side } from "./types.ts";

/** What was said about an order, by whom it matters: the trail shown while it is unknown. */
export interface Evidence {
  readonly atMs: UtcMs;
  readonly says: string;
}

export interface OrderRecord {
  readonly clientOrderId: string;
  readonly intentId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly role: OrderRole;
  readonly type: OrderRequest["type"];
  readonly qtyLots: QtyLots;
  readonly priceTicks: PriceTicks | null;
  readonly createdAtMs: UtcMs;
  /** Middle of the quote when the order was made; slippage is measured from it. `null` when there was no quote. */
  readonly arrivalMidUsd: number | null;
  /** Set on entries: what to do with the position that a fill makes, however late it comes. */
  readonly plan: TradePlan | null;
  state: OrderState;
  filledLots: QtyLots;
  grossUsdMicros: UsdMicros;
  feeUsdMicros: UsdMicros;
  venueOrderId: string | null;
  submittedAtMs: UtcMs | null;
  endedAtMs: UtcMs | null;
  cancelRequestedAtMs: UtcMs | null;
  /** Why we want it cancelled, for example `requote`; `null` when we do not. */
  cancelCause: string | null;
  endedByAbsence: boolean;
  absences: number;
  doubtedAtMs: UtcMs | null;
  queriedAtMs: UtcMs | null;
  evidence: Evidence[];
}

/** The cause of a cancel that makes room for a new price. */
export const REQUOTE = "requote";
/** Evidence kept per order: its first lines are in the journal. */
const EVIDENCE_MAX = 20;
/** Statements of absence that are needed, and how long after the submit the last has to be: a request may travel that long. */
export const ABSENCES_MIN = 2;
export const ABSENCE_GRACE_MS = 30_000;

export type NewOrder =
  & Pick<
    OrderRecord,
    "intentId" | "decisionId" | "role" | "createdAtMs" | "arrivalMidUsd" | "plan"
  >
  & { readonly request: OrderRequest };

export function createOrder({ request, ...about }: NewOrder): OrderRecord {
  return {
    ...request,
    ...about,
    state: "new",
    filledLots: ZERO_LOTS,
    grossUsdMicros: ZERO_USD,
    feeUsdMicros: ZERO_USD,
    venueOrderId: null,
    submittedAtMs: null,
    endedAtMs: null,
    cancelRequestedAtMs: null,
    cancelCause: null,
    endedByAbsence: false,
    absences: 0,
    doubtedAtMs: null,
    queriedAtMs: null,
    evidence: [],
  };
}

/** What the event says beyond its name. */
export interface OrderNews {
  readonly atMs: UtcMs;
  readonly says?: string;
  readonly fill?: Fill;
  readonly venueOrderId?: string;
}

/** Moves an order by one event, in place, and answers what was surprising about it. */
export function applyToOrder(order: OrderRecord, event: OrderEvent, news: OrderNews): Surprise | null {
  note(order, event, news);
  const { next, surprise } = transition(event, {
    state: order.state,
    qtyLots: order.qtyLots,
    filledLots: order.filledLots,
    cancelRequested: order.cancelCause !== null,
    replacing: order.cancelCause === REQUOTE,
    endedByAbsence: order.endedByAbsence,
    absenceProven: order.absences >= ABSENCES_MIN && news.atMs - (order.submittedAtMs ?? news.atMs) >= ABSENCE_GRACE_MS,
  });
  const wasEnded = isEnded(order.state);
  order.state = next;
  if (isEnded(next)) order.endedAtMs = wasEnded ? order.endedAtMs : news.atMs;
  else order.endedAtMs = null;
  order.endedByAbsence = next === "rejected" && (order.endedByAbsence || event === "absent");
  return surprise;
}

function note(order: OrderRecord, event: OrderEvent, { atMs, says, fill, venueOrderId }: OrderNews): void {
  if (order.evidence.length < EVIDENCE_MAX) order.evidence.push({ atMs, says: says ? `${event}: ${says}` : event });
  if (venueOrderId !== undefined) order.venueOrderId = venueOrderId;
  if (fill) {
    order.filledLots = addLots(order.filledLots, fill.qtyLots);
    order.grossUsdMicros = addUsd(order.grossUsdMicros, fill.grossUsdMicros);
    order.feeUsdMicros = addUsd(order.feeUsdMicros, fill.feeUsdMicros);
  }
  if (event === "submitted") order.submittedAtMs = atMs;
  if (event === "doubted") order.doubtedAtMs = atMs;
  if (event === "absent") order.absences++;
  if (event === "acknowledged") order.absences = 0;
  if (event === "cancelRequested") order.cancelRequestedAtMs = atMs;
  if (event === "cancelRejected") order.cancelCause = null;
}

export const isLive = (order: OrderRecord): boolean => !isEnded(order.state);

/** What may still be filled: nothing once it has ended, all of it while that is not proven. */
export const openLots = (order: OrderRecord): QtyLots =>
  isLive(order) && order.filledLots < order.qtyLots ? subLots(order.qtyLots, order.filledLots) : ZERO_LOTS;
