/**
 * The life of an order. Arrows carry the event and are drawn by the function of that name below.
 *
 * ```
 * new ─submitted─▶ submitted ─acknowledged─▶ acknowledged ─filled─▶ partially_filled ─filled─▶ filled
 *                      │                          │                        │
 *                      │                          └──── cancelRequested ───┴─▶ cancel_pending ─canceled─▶ canceled
 *                      │                                                          │       └─(re-quote)─▶ replaced
 *                      ├─rejected─▶ rejected            ◀────── cancelRejected ───┘    expired ─▶ expired
 *                      └─doubted──▶ unknown ─acknowledged, filled, canceled, expired, rejected─▶ as said
 *                                      └─absent, proven─▶ rejected
 * ```
 *
 * Always true:
 *  - every event has an answer in every state; what cannot be is named as a surprise, never dropped;
 *  - only a statement of the venue ends an order. Time, errors and silence lead to `unknown`, which keeps its money reserved
 *    and ends by evidence alone;
 *  - a fill always counts, also after the end; an order taken for absent that turns up again lives again.
 */
import type { OrderState } from "./types.ts";

export const ORDER_EVENTS = [
  "submitted",
  "acknowledged",
  "filled",
  "cancelRequested",
  "canceled",
  "expired",
  "rejected",
  "cancelRejected",
  "doubted",
  "absent",
] as const;
export type OrderEvent = typeof ORDER_EVENTS[number];

/** What the transition depends on besides state and event. Quantities are those after the event. */
export interface OrderFacts {
  readonly state: OrderState;
  readonly qtyLots: number;
  readonly filledLots: number;
  readonly cancelRequested: boolean;
  /** The cancel makes room for a re-quote. */
  readonly replacing: boolean;
  /** It was ended because the venue did not know it. */
  readonly endedByAbsence: boolean;
  /** The venue said so often and late enough that no request can still be on its way. */
  readonly absenceProven: boolean;
}

/**
 * What should not have happened, but is booked all the same: `late_fill` after the end, `overfilled` beyond what was asked,
 * `alive_after_end` although the venue had not known it, `contradiction` between two statements, `illegal` by our own defect.
 */
export type Surprise = "late_fill" | "overfilled" | "alive_after_end" | "contradiction" | "illegal";

export interface Transition {
  readonly next: OrderState;
  readonly surprise: Surprise | null;
}

export const isEnded = (state: OrderState): boolean =>
  state === "filled" || state === "canceled" || state === "replaced" || state === "rejected" || state === "expired";

/** The state after an event. Total: defined for each pair of state and event. */
export function transition(event: OrderEvent, facts: OrderFacts): Transition {
  return ARROWS[event](facts);
}

const to = (next: OrderState, surprise: Surprise | null = null): Transition => ({ next, surprise });

/** Where an order stands that the venue has, given what was filled and asked for. */
function working({ qtyLots, filledLots, cancelRequested }: OrderFacts): OrderState {
  if (filledLots >= qtyLots) return "filled";
  if (cancelRequested) return "cancel_pending";
  return filledLots > 0 ? "partially_filled" : "acknowledged";
}

function submitted({ state }: OrderFacts): Transition {
  return state === "new" ? to("submitted") : to(state, "illegal");
}

function acknowledged(facts: OrderFacts): Transition {
  if (facts.endedByAbsence && facts.state === "rejected") return to(working(facts), "alive_after_end");
  return to(isEnded(facts.state) ? facts.state : working(facts)); // a late repeat says nothing new
}

function filled(facts: OrderFacts): Transition {
  const { state, filledLots, qtyLots } = facts;
  if (filledLots > qtyLots) return to("filled", "overfilled");
  if (state === "rejected" && facts.endedByAbsence) return to(working(facts), "alive_after_end");
  if (filledLots === qtyLots) return to("filled", isEnded(state) ? "late_fill" : null);
  if (isEnded(state)) return to(state, "late_fill");
  // A fill proves that the order was there, not that the rest of it still is.
  return to(state === "unknown" ? "unknown" : working(facts));
}

function cancelRequested({ state }: OrderFacts): Transition {
  if (state === "new") return to("canceled"); // it never left the house
  // Without acknowledgement there is nothing yet that could be cancelled; the request follows it.
  return to(state === "acknowledged" || state === "partially_filled" ? "cancel_pending" : state);
}

function canceled(facts: OrderFacts): Transition {
  if (facts.state === "new") return to("canceled", "contradiction");
  if (isEnded(facts.state) && !facts.endedByAbsence) return to(facts.state);
  return to(facts.replacing ? "replaced" : "canceled");
}

function expired(facts: OrderFacts): Transition {
  if (facts.state === "new") return to("expired", "contradiction");
  return to(isEnded(facts.state) && !facts.endedByAbsence ? facts.state : "expired");
}

function rejected({ state }: OrderFacts): Transition {
  if (state === "new") return to("rejected", "contradiction");
  return to(isEnded(state) ? state : "rejected");
}

function cancelRejected(facts: OrderFacts): Transition {
  return to(facts.state === "cancel_pending" ? working({ ...facts, cancelRequested: false }) : facts.state);
}

function doubted({ state }: OrderFacts): Transition {
  return to(isEnded(state) ? state : "unknown");
}

function absent({ state, filledLots, absenceProven }: OrderFacts): Transition {
  if (isEnded(state)) return to(state);
  if (filledLots > 0) return to("unknown", "contradiction"); // it has fills: the venue did know it
  if (state === "unknown" || state === "submitted") return to(absenceProven ? "rejected" : "unknown");
  return to("unknown", "contradiction");
}

const ARROWS: Readonly<Record<OrderEvent, (facts: OrderFacts) => Transition>> = {
  submitted,
  acknowledged,
  filled,
  cancelRequested,
  canceled,
  expired,
  rejected,
  cancelRejected,
  doubted,
  absent,
};
