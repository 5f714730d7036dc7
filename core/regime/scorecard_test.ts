import assert from "node:assert/strict";
import fc from "fast-check";
import { fixed } from "../../tests/support/seed.ts";
import { addTrade, EMPTY_SCORE, type Scorecard, type ScoredTrade, summarise } from "./scorecard.ts";

const trade = (over: Partial<ScoredTrade>): ScoredTrade => ({
  strategy: "s1",
  regime: "trend",
  pnlUsd: 10,
  feesUsd: 1,
  rMultiple: 1,
  openedAtMs: 0,
  closedAtMs: 60_000,
  ...over,
});

Deno.test("trades are counted by regime and strategy and leave the old card as it was", () => {
  const one = addTrade({}, trade({}));
  const two = addTrade(one, trade({ pnlUsd: -4, rMultiple: -0.5, closedAtMs: 180_000 }));
  const three = addTrade(two, trade({ regime: "range", strategy: "s2" }));
  assert.deepEqual(Object.keys(one.trend), ["s1"]);
  assert.equal(one.trend.s1.trades, 1);
  assert.deepEqual(two.trend.s1, {
    trades: 2,
    wins: 1,
    pnlUsd: 6,
    feesUsd: 2,
    wonUsd: 10,
    lostUsd: 4,
    meanR: 0.25,
    squaresR: 1.125,
    heldMs: 240_000,
  });
  assert.equal(three.range.s2.trades, 1);
  assert.equal(three.trend, two.trend);
  assert.deepEqual(summarise(two.trend.s1), {
    trades: 2,
    hitRate: 0.5,
    expectancyR: 0.25,
    expectancyErrorR: 0.75,
    profitFactor: 2.5,
    meanHeldMs: 120_000,
  });
});

Deno.test("a trade at exactly zero is no win", () => {
  assert.equal(addTrade({}, trade({ pnlUsd: 0 })).trend.s1.wins, 0);
});

Deno.test("figures that do not exist are null, not 0", () => {
  assert.deepEqual(summarise(EMPTY_SCORE), {
    trades: 0,
    hitRate: null,
    expectancyR: null,
    expectancyErrorR: null,
    profitFactor: null,
    meanHeldMs: null,
  });
  assert.equal(summarise(addTrade({}, trade({})).trend.s1).expectancyErrorR, null);
});

Deno.test("a trade with a number that is none is refused by name", () => {
  for (const field of ["pnlUsd", "feesUsd", "rMultiple", "openedAtMs", "closedAtMs"] as const) {
    assert.throws(() => addTrade({}, trade({ [field]: NaN })), new RegExp(`${field} of a trade is NaN`));
  }
});

Deno.test("the summary equals the textbook forms, in any order of the trades", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 2, maxLength: 40 }), (results) => {
      const card = (order: readonly number[]): Scorecard =>
        order.reduce<Scorecard>((c, r) => addTrade(c, trade({ rMultiple: r / 100, pnlUsd: r })), {});
      const s = summarise(card(results).trend.s1);
      const rs = results.map((r) => r / 100);
      const mean = rs.reduce((a, b) => a + b, 0) / rs.length;
      const variance = rs.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (rs.length - 1);
      assert.ok(Math.abs(s.expectancyR! - mean) < 1e-12);
      assert.ok(Math.abs(s.expectancyErrorR! - Math.sqrt(variance / rs.length)) < 1e-9);
      assert.equal(s.hitRate, results.filter((r) => r > 0).length / results.length);
      const backwards = summarise(card([...results].reverse()).trend.s1);
      assert.ok(Math.abs(backwards.expectancyR! - s.expectancyR!) < 1e-12);
      assert.equal(backwards.profitFactor, s.profitFactor);
    }),
    fixed(200),
  );
});
