import assert from "node:assert/strict";
import { fc, property } from "../../tests/support/property.ts";
import { type CandlePath, PATH_QUOTES, spreadRatioAfter, writeQuotePath } from "./quote_path.ts";
import { mid, QUOTE_STRIDE } from "./types.ts";

const T = 1_767_571_200_000;
const RISING = { openedAtMs: T, openUsd: 100, highUsd: 110, lowUsd: 90, closeUsd: 105, volumeBase: 8 };
const FALLING = { ...RISING, closeUsd: 95 };

function path(candle: typeof RISING, path: CandlePath, spreadRatio = 0.001, intervalMs = 60_000): number[][] {
  const rows = new Float64Array(PATH_QUOTES * QUOTE_STRIDE);
  writeQuotePath(rows, 0, candle, { intervalMs, path, spreadRatio });
  return Array.from({ length: PATH_QUOTES }, (_, k) => [...rows.subarray(k * QUOTE_STRIDE, (k + 1) * QUOTE_STRIDE)]);
}
const mids = (quotes: number[][]): number[] => quotes.map(([, bid, ask]) => mid(bid, ask));

// deno-fmt-ignore
const ORDERS: { path: CandlePath; name: string; candle: typeof RISING; want: number[] }[] = [
  { path: "pessimistic", name: "rising",     candle: RISING,                       want: [100, 90, 110, 105] },
  { path: "pessimistic", name: "falling",    candle: FALLING,                      want: [100, 90, 110, 95] },
  { path: "direction",   name: "rising",     candle: RISING,                       want: [100, 90, 110, 105] },
  { path: "direction",   name: "unchanged",  candle: { ...RISING, closeUsd: 100 }, want: [100, 90, 110, 100] },
  { path: "direction",   name: "falling",    candle: FALLING,                      want: [100, 110, 90, 95] },
];
for (const { path: order, name, candle, want } of ORDERS) {
  Deno.test(`writeQuotePath() goes ${want.join(" ")} through a ${name} candle when ${order}`, () => {
    assert.deepEqual(mids(path(candle, order)), want);
  });
}

// deno-fmt-ignore
for (const [name, intervalMs, want] of [
  ["minute", 60_000, [1, 20_000, 40_000, 59_999]],
  ["day", 86_400_000, [1, 28_800_000, 57_600_000, 86_399_999]],
] as const) {
  Deno.test(`writeQuotePath() opens just after and closes just before the bounds of a ${name}`, () => {
    assert.deepEqual(path(RISING, "pessimistic", 0.001, intervalMs).map(([atMs]) => atMs - T), want);
  });
}

Deno.test("writeQuotePath() makes a spread of nothing the smallest there is", () => {
  for (const [, bid, ask] of path(RISING, "pessimistic", 0)) assert.ok(bid < ask && ask - bid < 1e-12, `${bid} ${ask}`);
});

const price = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
property(
  "writeQuotePath() touches open, high, low and close to the last bit, with bid below ask and the volume in full",
  [
    fc.tuple(price, price, price, price),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    fc.integer({ min: 0, max: 1e9 }),
  ],
  ([a, b, c, d], spreadRatio, volumeBase) => {
    const [low, x, y, high] = [a, b, c, d].sort((p, q) => p - q);
    const candle = { openedAtMs: T, openUsd: y, highUsd: high, lowUsd: low, closeUsd: x, volumeBase };
    for (const order of ["pessimistic", "direction"] as const) {
      const quotes = path(candle, order, spreadRatio);
      assert.deepEqual(mids(quotes).toSorted((p, q) => p - q), [low, x, y, high]);
      assert.deepEqual([mids(quotes)[0], mids(quotes)[3]], [y, x]);
      assert.equal(quotes.reduce((sum, row) => sum + row[3], 0), volumeBase);
      for (const [, bid, ask] of quotes) {
        assert.ok(bid > 0 && bid < ask);
        assert.ok((ask - bid) / mid(bid, ask) <= spreadRatio + 2e-15);
      }
    }
  },
);

// deno-fmt-ignore
const SPREADS = [
  { name: "no candle before",         previous: null,                              model: { spreadBps: 10, spreadRangeRatio: 0.5 }, want: 0.001 },
  { name: "a candle without a range", previous: { highUsd: 100, lowUsd: 100 },     model: { spreadBps: 10, spreadRangeRatio: 0.5 }, want: 0.001 },
  { name: "a range of 2 %",           previous: { highUsd: 101, lowUsd: 99 },      model: { spreadBps: 10, spreadRangeRatio: 0.5 }, want: 0.011 },
  { name: "a range of nearly all",    previous: { highUsd: 1_000, lowUsd: 0.001 }, model: { spreadBps: 10, spreadRangeRatio: 1 },   want: 0.99 },
];
for (const { name, previous, model, want } of SPREADS) {
  Deno.test(`spreadRatioAfter() gives ${want} after ${name}`, () => {
    assert.ok(Math.abs(spreadRatioAfter(previous, model) - want) < 1e-12);
  });
}
