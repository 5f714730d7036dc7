/** Money against an independent model in exact fractions of BigInt. */
import assert from "node:assert/strict";
import * as money from "../../core/money.ts";
import { fc, property } from "../support/property.ts";

/** Digits of a double's shortest decimal form: `mantissa × 10^exponent`, the number as it was written. */
function written(value: number): { mantissa: bigint; exponent: number } {
  const [digits, exponent] = value.toExponential().split("e");
  const [head, tail = ""] = digits.split(".");
  return { mantissa: BigInt(head + tail), exponent: Number(exponent) - tail.length };
}

function floorOf(numerator: bigint, denominator: bigint): bigint {
  const q = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n ? q - 1n : q;
}
const ceilOf = (n: bigint, d: bigint): bigint => -floorOf(-n, d);

/** `value × 10^decimals / mantissa` as a fraction. */
function stepsOf(value: number, step: money.Increment): [bigint, bigint] {
  const { mantissa, exponent } = written(value);
  const shift = exponent + step.decimals;
  return shift >= 0
    ? [mantissa * 10n ** BigInt(shift), BigInt(step.mantissa)]
    : [mantissa, BigInt(step.mantissa) * 10n ** BigInt(-shift)];
}

const increment = fc.record({
  mantissa: fc.constantFrom(1, 1, 1, 5, 25, 3),
  decimals: fc.integer({ min: 0, max: 10 }),
});
const instrument = fc.record({ priceIncrement: increment, qtyIncrement: increment }).map((steps): money.Instrument => ({
  symbol: "X-USD",
  base: "X",
  minQtyLots: money.qtyLots(1),
  maxQtyLots: money.qtyLots(1e15),
  minNotionalUsdMicros: null,
  ...steps,
}));
/** A decimal as a feed writes it: up to ten digits and eight places. */
const decimal = fc.tuple(fc.integer({ min: 0, max: 9_999_999_999 }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, places]) => digits / 10 ** places);

property(
  "a price lands on the grid at or below, at or above the written decimal, and nowhere else",
  [decimal, instrument],
  (usd, on) => {
    const [n, d] = stepsOf(usd, on.priceIncrement);
    if (n * BigInt(on.priceIncrement.mantissa) / d > 2n ** 51n) return; // no exact place on so fine a grid
    assert.equal(BigInt(money.priceTicksDown(usd, on)), floorOf(n, d));
    assert.equal(BigInt(money.priceTicksUp(usd, on)), ceilOf(n, d));
  },
);

property(
  "dollars to micros equals exact arithmetic on the written decimal",
  [decimal, fc.boolean()],
  (abs, negative) => {
    const usd = negative ? -abs : abs;
    if (Math.abs(usd) > 4e9) return;
    const [n, d] = stepsOf(usd, { mantissa: 1, decimals: 6 });
    assert.equal(BigInt(money.usdMicrosDown(usd)), floorOf(n, d));
    assert.equal(BigInt(money.usdMicrosUp(usd)), ceilOf(n, d));
  },
);

property(
  "micros survive the way to dollars and back",
  [fc.integer({ min: -(2 ** 51), max: 2 ** 51 })],
  (micros) => {
    const usd = money.toUsd(money.usdMicros(micros));
    assert.equal(money.usdMicrosDown(usd), micros);
    assert.equal(money.usdMicrosUp(usd), micros);
  },
);

property(
  "a notional equals the exact product, by the fast path and by the exact one",
  [fc.maxSafeNat(), fc.maxSafeNat(), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), instrument],
  (a, b, shrinkA, shrinkB, on) => {
    const price = money.priceTicks(Math.floor(a / 2 ** shrinkA));
    const qty = money.qtyLots(Math.floor(b / 2 ** shrinkB));
    const { priceIncrement: p, qtyIncrement: q } = on;
    const n = BigInt(price) * BigInt(qty) * BigInt(p.mantissa) * BigInt(q.mantissa) * 1_000_000n;
    const d = 10n ** BigInt(p.decimals + q.decimals);
    for (const [got, want] of [[money.notionalDown, floorOf(n, d)], [money.notionalUp, ceilOf(n, d)]] as const) {
      if (want > BigInt(Number.MAX_SAFE_INTEGER)) assert.throws(() => got(price, qty, on), RangeError);
      else assert.equal(BigInt(got(price, qty, on)), want);
    }
  },
);

property(
  "a ratio of an amount equals the exact product with the ratio in steps of 10^-12, rounded against us",
  [
    fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
    fc.integer({ min: 0, max: 3 * 10 ** 9 }),
    fc.integer({ min: 0, max: 15 }),
  ],
  (amount, digits, places) => {
    const ratio = digits / 10 ** places;
    if (ratio > 4_000) return;
    const [n, d] = stepsOf(ratio, { mantissa: 1, decimals: 12 });
    const up = BigInt(amount) * (amount >= 0 ? ceilOf(n, d) : floorOf(n, d));
    const down = BigInt(amount) * (amount >= 0 ? floorOf(n, d) : ceilOf(n, d));
    assert.equal(BigInt(money.ratioUp(money.usdMicros(amount), ratio)), ceilOf(up, 10n ** 12n));
    assert.equal(BigInt(money.ratioDown(money.usdMicros(amount), ratio)), floorOf(down, 10n ** 12n));
  },
);

property(
  "rounding never helps us: what we pay is at least, what we get at most the exact value",
  [fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 1, max: 10 ** 9 }), instrument],
  (ticks, lots, on) => {
    const price = money.priceTicks(ticks);
    const qty = money.qtyLots(lots);
    const { priceIncrement: p, qtyIncrement: q } = on;
    const micros = BigInt(ticks) * BigInt(lots) * BigInt(p.mantissa) * BigInt(q.mantissa) * 1_000_000n;
    const scale = 10n ** BigInt(p.decimals + q.decimals);
    if (micros / scale > BigInt(Number.MAX_SAFE_INTEGER)) return;
    assert.ok(BigInt(money.notionalUp(price, qty, on)) * scale >= micros);
    assert.ok(BigInt(money.notionalDown(price, qty, on)) * scale <= micros);
    assert.ok(money.notionalUp(price, qty, on) - money.notionalDown(price, qty, on) <= 1);
  },
);

property(
  "selling a holding in parts, in any order of sizes, moves out exactly its cost",
  [
    fc.integer({ min: 0, max: 10 ** 13 }),
    fc.array(fc.integer({ min: 1, max: 10 ** 9 }), { minLength: 1, maxLength: 20 }),
  ],
  (cost, parts) => {
    let left = money.usdMicros(cost);
    let lots = money.qtyLots(parts.reduce((a, b) => a + b, 0));
    for (const part of parts) {
      const out = money.shareUp(left, money.qtyLots(part), lots);
      assert.ok(out >= 0 && out <= left);
      left = money.subUsd(left, out);
      lots = money.subLots(lots, money.qtyLots(part));
    }
    assert.equal(left, 0);
    assert.equal(lots, 0);
  },
);

property(
  "decimal text reads back to the same step and count",
  [fc.integer({ min: 0, max: 2 ** 45 }), increment],
  (steps, step) => {
    const text = money.stepsToDecimal(steps, step);
    assert.match(text, /^\d+(\.\d+)?$/);
    const [head, tail = ""] = text.split(".");
    assert.equal(BigInt(head + tail), BigInt(steps) * BigInt(step.mantissa));
    assert.equal(tail.length, step.decimals);
  },
);
