import assert from "node:assert/strict";
import { priceTicks, qtyLots, usdMicros } from "../money.ts";
import { ABSENCE_GRACE_MS, applyToOrder, createOrder, isLive, openLots, type OrderRecord, REQUOTE } from "./order.ts";
import { isEnded, ORDER_EVENTS, type OrderEvent, type OrderFacts, transition } from "./order_machine.ts";
import type { OrderState } from "./types.ts";

const STATES: readonly OrderState[] = [
  "new",
  "submitted",
  "acknowledged",
  "partially_filled",
  "cancel_pending",
  "unknown",
  "filled",
  "canceled",
  "replaced",
  "rejected",
  "expired",
]; // deno-fmt-ignore

/**
 * The whole table for an order of 10 lots: one row per event, one column per state in the order above. A part fill leaves 4
 * filled. `!` marks a surprise.
 */
// deno-fmt-ignore
const TABLE: Readonly<Record<OrderEvent, string>> = {
  //                new         submitted         acknowledged     partially_filled  cancel_pending   unknown      filled      canceled    replaced    rejected    expired
  submitted:       "submitted   submitted!        acknowledged!    partially_filled! cancel_pending!  unknown!     filled!     canceled!   replaced!   rejected!   expired!",
  acknowledged:    "acknowledged acknowledged     acknowledged     partially_filled  cancel_pending   acknowledged filled      canceled    replaced    rejected    expired",
  filled:          "partially_filled partially_filled partially_filled partially_filled cancel_pending unknown     filled!     canceled!   replaced!   rejected!   expired!",
  cancelRequested: "canceled    submitted         cancel_pending   cancel_pending    cancel_pending   unknown      filled      canceled    replaced    rejected    expired",
  canceled:        "canceled!   canceled          canceled         canceled          canceled         canceled     filled      canceled    replaced    rejected    expired",
  expired:         "expired!    expired           expired          expired           expired          expired      filled      canceled    replaced    rejected    expired",
  rejected:        "rejected!   rejected          rejected         rejected          rejected         rejected     filled      canceled    replaced    rejected    expired",
  cancelRejected:  "new         submitted         acknowledged     partially_filled  acknowledged     unknown      filled      canceled    replaced    rejected    expired",
  doubted:         "unknown     unknown           unknown          unknown           unknown          unknown      filled      canceled    replaced    rejected    expired",
  absent:          "unknown!    unknown           unknown!         unknown!          unknown!         unknown      filled      canceled    replaced    rejected    expired",
};

function facts(state: OrderState, event: OrderEvent, change: Partial<OrderFacts> = {}): OrderFacts {
  const before = state === "filled" ? 10 : state === "partially_filled" ? 4 : 0;
  return {
    state,
    qtyLots: 10,
    filledLots: event === "filled" ? Math.max(4, before + 1) : before,
    cancelRequested: state === "cancel_pending",
    replacing: false,
    endedByAbsence: false,
    absenceProven: false,
    ...change,
  };
}

Deno.test("every event has an answer in every state, as in the table", () => {
  for (const event of ORDER_EVENTS) {
    const row = TABLE[event].trim().split(/\s+/);
    assert.equal(row.length, STATES.length, event);
    STATES.forEach((state, n) => {
      const { next, surprise } = transition(event, facts(state, event));
      assert.equal(next + (surprise ? "!" : ""), row[n], `${state} on ${event}`);
    });
  }
});

// deno-fmt-ignore
const SPECIAL: readonly { name: string; event: OrderEvent; facts: OrderFacts; next: OrderState; surprise: string | null }[] = [
  { name: "the last fill fills", event: "filled", facts: facts("acknowledged", "filled", { filledLots: 10 }), next: "filled", surprise: null },
  { name: "the last fill fills a cancel in flight", event: "filled", facts: facts("cancel_pending", "filled", { filledLots: 10 }), next: "filled", surprise: null },
  { name: "the last fill settles an unknown", event: "filled", facts: facts("unknown", "filled", { filledLots: 10 }), next: "filled", surprise: null },
  { name: "the last fill after a cancel", event: "filled", facts: facts("canceled", "filled", { filledLots: 10 }), next: "filled", surprise: "late_fill" },
  { name: "one lot too many", event: "filled", facts: facts("acknowledged", "filled", { filledLots: 11 }), next: "filled", surprise: "overfilled" },
  { name: "a cancel for a re-quote", event: "canceled", facts: facts("cancel_pending", "canceled", { replacing: true }), next: "replaced", surprise: null },
  { name: "an unknown part fill that is cancelled in part", event: "acknowledged", facts: facts("unknown", "acknowledged", { filledLots: 4, cancelRequested: true }), next: "cancel_pending", surprise: null },
  { name: "an unknown that was filled", event: "acknowledged", facts: facts("unknown", "acknowledged", { filledLots: 10 }), next: "filled", surprise: null },
  { name: "a refused cancel of a part fill", event: "cancelRejected", facts: facts("cancel_pending", "cancelRejected", { filledLots: 4 }), next: "partially_filled", surprise: null },
  { name: "absence that is proven", event: "absent", facts: facts("unknown", "absent", { absenceProven: true }), next: "rejected", surprise: null },
  { name: "absence proven before we doubted", event: "absent", facts: facts("submitted", "absent", { absenceProven: true }), next: "rejected", surprise: null },
  { name: "absence of an order that has fills", event: "absent", facts: facts("unknown", "absent", { absenceProven: true, filledLots: 4 }), next: "unknown", surprise: "contradiction" },
  { name: "alive after all", event: "acknowledged", facts: facts("rejected", "acknowledged", { endedByAbsence: true }), next: "acknowledged", surprise: "alive_after_end" },
  { name: "filled in part after all", event: "filled", facts: facts("rejected", "filled", { endedByAbsence: true }), next: "partially_filled", surprise: "alive_after_end" },
  { name: "filled after all", event: "filled", facts: facts("rejected", "filled", { endedByAbsence: true, filledLots: 10 }), next: "filled", surprise: "alive_after_end" },
  { name: "cancelled after all", event: "canceled", facts: facts("rejected", "canceled", { endedByAbsence: true }), next: "canceled", surprise: null },
  { name: "expired after all", event: "expired", facts: facts("rejected", "expired", { endedByAbsence: true }), next: "expired", surprise: null },
];

for (const { name, event, facts, next, surprise } of SPECIAL) {
  Deno.test(`order: ${name}`, () => assert.deepEqual(transition(event, facts), { next, surprise }));
}

Deno.test("no order ends by doubt: only statements of the venue lead to an end", () => {
  for (const state of STATES.filter((each) => !isEnded(each) && each !== "new")) {
    for (const event of ["doubted", "cancelRequested", "cancelRejected", "acknowledged", "submitted"] as const) {
      assert.equal(isEnded(transition(event, facts(state, event)).next), false, `${state} on ${event}`);
    }
    assert.equal(isEnded(transition("absent", facts(state, "absent")).next), false, `${state} on unproven absence`);
  }
});

function order(): OrderRecord {
  const made = createOrder({
    request: {
      clientOrderId: "c1",
      symbol: "BTC-USD",
      side: "buy",
      type: "limit",
      qtyLots: qtyLots(10),
      priceTicks: priceTicks(100),
    },
    intentId: "i1",
    decisionId: "d1",
    role: "entry",
    createdAtMs: 1_000,
    arrivalMidUsd: 1,
    plan: null,
  });
  applyToOrder(made, "submitted", { atMs: 1_000 });
  return made;
}

const fill = (lots: number) => ({
  executionId: `x${lots}`,
  clientOrderId: "c1",
  symbol: "BTC-USD",
  side: "buy" as const,
  qtyLots: qtyLots(lots),
  grossUsdMicros: usdMicros(lots * 5),
  feeUsdMicros: usdMicros(lots),
  priceUsd: 1,
  atMs: 0,
});

Deno.test("an order collects its fills and frees its reservation as it is filled", () => {
  const one = order();
  assert.equal(openLots(one), 10);
  applyToOrder(one, "acknowledged", { atMs: 1_100, venueOrderId: "v1" });
  applyToOrder(one, "filled", { atMs: 1_200, fill: fill(4) });
  assert.deepEqual([one.state, one.filledLots, one.grossUsdMicros, one.feeUsdMicros, openLots(one)], [
    "partially_filled",
    4,
    20,
    4,
    6,
  ]);
  applyToOrder(one, "filled", { atMs: 1_300, fill: fill(6) });
  assert.deepEqual([one.state, one.endedAtMs, openLots(one), one.venueOrderId], ["filled", 1_300, 0, "v1"]);
  applyToOrder(one, "canceled", { atMs: 1_400 });
  assert.equal(one.endedAtMs, 1_300, "the end is dated once");
});

Deno.test("an unknown order keeps all that is open reserved", () => {
  const one = order();
  applyToOrder(one, "doubted", { atMs: 2_000, says: "timeout" });
  assert.deepEqual([one.state, one.doubtedAtMs, openLots(one), isLive(one)], ["unknown", 2_000, 10, true]);
  assert.deepEqual(one.evidence.at(-1), { atMs: 2_000, says: "doubted: timeout" });
});

Deno.test("absence is proven by two statements, the last one long enough after the submit", () => {
  const late = 1_000 + ABSENCE_GRACE_MS;
  // deno-fmt-ignore
  const rows = [
    { name: "one late statement",           at: [late],           state: "unknown" },
    { name: "two early ones",               at: [5_000, 6_000],   state: "unknown" },
    { name: "the last one just too early",  at: [5_000, late - 1], state: "unknown" },
    { name: "the last one late enough",     at: [5_000, late],    state: "rejected" },
  ];
  for (const { name, at, state } of rows) {
    const one = order();
    applyToOrder(one, "doubted", { atMs: 2_000 });
    for (const atMs of at) applyToOrder(one, "absent", { atMs });
    assert.equal(one.state, state, name);
    assert.equal(one.endedByAbsence, state === "rejected", name);
  }
});

Deno.test("an order that turns up after its absence was proven lives again and is reserved again", () => {
  const one = order();
  applyToOrder(one, "doubted", { atMs: 2_000 });
  applyToOrder(one, "absent", { atMs: 40_000 });
  applyToOrder(one, "absent", { atMs: 50_000 });
  assert.equal(openLots(one), 0);
  assert.equal(applyToOrder(one, "acknowledged", { atMs: 86_400_000, venueOrderId: "v" }), "alive_after_end");
  assert.deepEqual([one.state, one.endedAtMs, one.endedByAbsence, one.absences, openLots(one)], [
    "acknowledged",
    null,
    false,
    0,
    10,
  ]);
});

Deno.test("a refused cancel takes the wish back; a cancel for a re-quote ends as replaced", () => {
  const one = order();
  applyToOrder(one, "acknowledged", { atMs: 1_100 });
  one.cancelCause = "stop";
  applyToOrder(one, "cancelRequested", { atMs: 1_200 });
  assert.deepEqual([one.state, one.cancelRequestedAtMs], ["cancel_pending", 1_200]);
  applyToOrder(one, "cancelRejected", { atMs: 1_300 });
  assert.deepEqual([one.state, one.cancelCause], ["acknowledged", null]);
  one.cancelCause = REQUOTE;
  applyToOrder(one, "cancelRequested", { atMs: 1_400 });
  applyToOrder(one, "canceled", { atMs: 1_500 });
  assert.equal(one.state, "replaced");
});

Deno.test("evidence is bounded and keeps what was said first", () => {
  const one = order();
  for (let n = 0; n < 100; n++) applyToOrder(one, "absent", { atMs: n });
  assert.equal(one.evidence.length, 20);
  assert.equal(one.evidence[0].says, "submitted");
});

Deno.test("an overfilled order has nothing open", () => {
  const one = order();
  assert.equal(applyToOrder(one, "filled", { atMs: 1, fill: fill(11) }), "overfilled");
  assert.equal(openLots(one), 0);
});
