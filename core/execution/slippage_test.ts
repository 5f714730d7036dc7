import assert from "node:assert/strict";
import {
  expectedSlippageBps,
  noteSlippage,
  OWN_FILLS_MIN,
  type SlippageBook,
  slippageBps,
  type SlippageKey,
  slippageZ,
} from "./slippage.ts";

const key: SlippageKey = { symbol: "BTC-USD", side: "sell", type: "market", atMs: 13 * 3_600_000, notionalUsd: 50 };
const near = (got: number | null, want: number) =>
  assert.ok(got !== null && Math.abs(got - want) < 1e-9, `${got} is not ${want}`);

function bookOf(values: readonly number[], at: SlippageKey = key): SlippageBook {
  const book: SlippageBook = {};
  for (const bps of values) noteSlippage(book, at, bps);
  return book;
}

Deno.test("slippage is positive when it was worse for us, on either side", () => {
  near(slippageBps("buy", 100.1, 100), 10);
  near(slippageBps("buy", 99.9, 100), -10);
  near(slippageBps("sell", 99.9, 100), 10);
  near(slippageBps("sell", 100.1, 100), -10);
});

Deno.test("running mean and variance equal the textbook's", () => {
  const values = [3, 7, 7, 19, -4.5];
  const cell = bookOf(values)["BTC-USD|sell|market"];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  near(cell.meanBps, mean);
  near(cell.m2, values.reduce((sum, v) => sum + (v - mean) ** 2, 0));
  assert.equal(cell.count, 5);
});

Deno.test("the configured value stands until there are enough fills of our own", () => {
  const fills = (n: number) => bookOf(Array.from({ length: n }, (_, i) => i % 2 ? 9 : 11));
  assert.equal(expectedSlippageBps({}, key, 8), 8);
  assert.equal(expectedSlippageBps(fills(OWN_FILLS_MIN - 1), key, 8), 8);
  assert.notEqual(expectedSlippageBps(fills(OWN_FILLS_MIN), key, 8), 8);
  assert.equal(slippageZ(fills(OWN_FILLS_MIN - 1), key, 100), null);
});

Deno.test("the estimate is an upper bound that shrinks towards the level above", () => {
  const book = bookOf(Array.from({ length: 100 }, (_, i) => i % 2 ? 9 : 11)); // mean 10, sd about 1.005
  const sd = Math.sqrt(100 / 99);
  const baseMean = (100 * 10 + 10 * 8) / 110;
  near(expectedSlippageBps(book, key, 8), (100 * 10 + 10 * baseMean) / 110 + 1.645 * sd / Math.sqrt(110));
  // Another hour has no fills of its own: the base, with more doubt.
  const other = { ...key, atMs: 0 };
  near(expectedSlippageBps(book, other, 8), baseMean + 1.645 * sd / Math.sqrt(10));
});

Deno.test("an hour with worse fills is dearer than the others; sizes are told apart by decades", () => {
  const book = bookOf(Array.from({ length: 50 }, () => 2));
  const night = { ...key, atMs: 3 * 3_600_000 };
  const large = { ...key, notionalUsd: 5_000 };
  for (let n = 0; n < 50; n++) noteSlippage(book, night, 30);
  for (let n = 0; n < 50; n++) noteSlippage(book, large, 60);
  const at = (k: SlippageKey) => expectedSlippageBps(book, k, 5);
  assert.ok(at(night) > at(key) && at(large) > at(night));
  assert.equal(at({ ...key, notionalUsd: 99.99 }), at(key));
  assert.notEqual(at({ ...key, notionalUsd: 100 }), at(key));
  assert.equal(at({ ...key, notionalUsd: 1_000 }), at(large));
  assert.notEqual(at({ ...key, notionalUsd: 10_000 }), at(large));
});

Deno.test("better than the mid is never counted on", () => {
  assert.equal(expectedSlippageBps(bookOf(Array.from({ length: 100 }, () => -20)), key, 0), 0);
});

Deno.test("z measures against mean and deviation, with a floor of one bps for the deviation", () => {
  const book = bookOf(Array.from({ length: 100 }, (_, i) => i % 2 ? 8 : 12));
  near(slippageZ(book, key, 10 + 3 * Math.sqrt(400 / 99)), 3);
  near(slippageZ(bookOf(Array.from({ length: 100 }, () => 10)), key, 13), 3);
  assert.equal(slippageZ(book, { ...key, side: "buy" }, 10), null);
});
