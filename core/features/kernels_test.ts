import assert from "node:assert/strict";
import fc from "fast-check";
import { fixed } from "../../tests/support/seed.ts";
import { logReturn, rsi, smooth, trueRange } from "./kernels.ts";

Deno.test("logReturn() is within 4 units in the last place of the exact logarithm where log(a/b) is far off", () => {
  // Exact values from the series of log(1 + x) = x - x²/2 + x³/3 - ... with x exact in binary.
  // deno-fmt-ignore
  const table = [
    { x: 2 ** -40, want: 2 ** -40 - 2 ** -81 },
    { x: 2 ** -30, want: 2 ** -30 - 2 ** -61 + 2 ** -90 / 3 },
    { x: 2 ** -20, want: 2 ** -20 - 2 ** -41 + 2 ** -60 / 3 - 2 ** -82 },
  ];
  for (const { x, want } of table) {
    const got = logReturn(1 + x, 1);
    assert.ok(Math.abs(got - want) <= 4 * want * 2 ** -53, `${got} against ${want}`);
    assert.ok(Math.abs(Math.log1p(x) - want) <= 4 * want * 2 ** -53, "the reference itself");
  }
});

Deno.test("logReturn() joins the library's logarithm without a step at 3 percent", () => {
  for (const ratio of [1.0317, 1.03174, 1.031745, 1.03175, 1.0318, 0.9692, 0.9693, 0.96925]) {
    assert.ok(Math.abs(logReturn(ratio, 1) / Math.log(ratio) - 1) < 1e-14, `ratio ${ratio}`);
  }
});

Deno.test("logReturn() equals Math.log to 1e-9 relatively for all moves of a basis point and more", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc.double({ min: 1e-4, max: 5, noNaN: true }),
      fc.boolean(),
      (previous, size, up) => {
        const price = previous * Math.exp(up ? size : -size);
        const want = Math.log(price / previous);
        assert.ok(Math.abs(logReturn(price, previous) - want) <= 1e-9 * Math.abs(want));
        if (size < 0.03) assert.equal(logReturn(previous, price), -logReturn(price, previous), "the series is odd");
      },
    ),
    fixed(500),
  );
});

Deno.test("trueRange() is the greatest of the three distances of Wilder", () => {
  // deno-fmt-ignore
  const table = [
    { name: "close before inside", high: 12, low: 10, previous: 11, want: 2 },
    { name: "gap up",              high: 12, low: 10, previous: 7,  want: 5 },
    { name: "gap down",            high: 12, low: 10, previous: 15, want: 5 },
    { name: "at the high",         high: 12, low: 10, previous: 12, want: 2 },
    { name: "a single price",      high: 10, low: 10, previous: 10, want: 0 },
  ];
  for (const { name, high, low, previous, want } of table) {
    assert.equal(trueRange(high, low, previous), want, name);
    const three = Math.max(high - low, Math.abs(high - previous), Math.abs(low - previous));
    assert.equal(trueRange(high, low, previous), three, name);
  }
});

Deno.test("rsi() is 100 without losses, 0 without gains and 50 where nothing moved", () => {
  assert.equal(rsi(1, 0), 100);
  assert.equal(rsi(0, 1), 0);
  assert.equal(rsi(0, 0), 50);
  assert.equal(rsi(1, 1), 50);
});

Deno.test("smooth() with weight 1 forgets, with weight 0 never learns", () => {
  assert.equal(smooth(3, 8, 1), 8);
  assert.equal(smooth(3, 8, 0), 3);
  assert.equal(smooth(3, 8, 0.5), 5.5);
});
