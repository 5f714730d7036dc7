/** Quotes in, bracket trade out: the broker and the paper venue on one clock, books compared to the last unit. */
import assert from "node:assert/strict";
import {
  assertBooksEqualVenue,
  enter,
  fills,
  hold,
  latches,
  of,
  openPosition,
  pass,
  quote,
  startedRig,
  types,
} from "../../tests/support/broker_rig.ts";

Deno.test("a trade from intent to target: entry at the bid, take profit at rest, everything on the books", () => {
  const rig = startedRig();
  const position = openPosition(rig);
  assert.equal(position.exit, null);
  const [resting] = rig.run.broker.durable.liveOrderIds.map((id) => rig.run.broker.durable.orders[id]);
  assert.deepEqual([resting.role, resting.state, resting.qtyLots], [
    "take_profit",
    "acknowledged",
    position.trade.entryLots,
  ]);
  hold(rig, 50_500, 10);
  quote(rig, 51_501, { afterMs: 1_000 });
  pass(rig, 100);
  const [{ trade }] = of(rig, "position.closed");
  assert.equal(trade.exitCause, "target");
  assert.ok(trade.pnlUsd > 0 && trade.rMultiple > 1.5 && trade.mfeR > 1.7);
  assertBooksEqualVenue(rig);
  assert.deepEqual(rig.run.broker.durable.positions, []);
  assert.deepEqual(latches(rig), []);
});

Deno.test("a trade from intent to stop: the sibling is cancelled, the rest is sold, the loss stays within 1R", () => {
  const rig = startedRig();
  openPosition(rig);
  hold(rig, 49_800, 5);
  quote(rig, 49_500, { afterMs: 1_000 });
  pass(rig, 500);
  const [{ trade }] = of(rig, "position.closed");
  assert.equal(trade.exitCause, "stop");
  assert.ok(trade.rMultiple < -0.7 && trade.rMultiple > -1.001, `${trade.rMultiple}`);
  assert.deepEqual(fills(rig).map((fill) => fill.side), ["buy", "sell"]);
  assertBooksEqualVenue(rig);
});

Deno.test("the horizon ends a trade that goes nowhere", () => {
  const rig = startedRig();
  openPosition(rig, { horizonMs: 20_000 });
  hold(rig, 50_100, 25);
  assert.equal(of(rig, "position.closed")[0].trade.exitCause, "horizon");
  assertBooksEqualVenue(rig);
});

Deno.test("an entry that is not filled is moved with the bid, then given up", () => {
  const rig = startedRig();
  quote(rig, 50_000);
  enter(rig);
  for (let n = 0; n < 60; n++) quote(rig, 50_000 + n, { afterMs: 1_000 });
  assert.ok(types(rig).filter((type) => type === "order.created").length > 1);
  assert.equal(of(rig, "entry.ended")[0].cause, "not filled in time");
  assert.deepEqual(rig.run.broker.durable.entries, []);
  assertBooksEqualVenue(rig);
});
