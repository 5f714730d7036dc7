import assert from "node:assert/strict";
import fc from "fast-check";
import { candlesOf, MONDAY_MS, randomCandles } from "../../tests/support/candles.ts";
import { fixed, SEED } from "../../tests/support/seed.ts";
import { MINUTE_MS } from "../time.ts";
import {
  assertCandle,
  CandleError,
  COLUMN_NAMES,
  columnsFromRows,
  createCandleRing,
  pushRow,
  ringTail,
  rowsFromColumns,
  sliceColumns,
} from "./candle_columns.ts";

Deno.test("rows and columns hold the same candles", () => {
  const c = randomCandles({ length: 50, seed: SEED });
  assert.deepEqual(columnsFromRows(rowsFromColumns(c)), c);
  assert.throws(() => columnsFromRows(new Float64Array(7)), /7 numbers, which is not a multiple of 6/);
});

Deno.test("a ring keeps the newest candles in order, however many have passed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 12 }),
      (capacity, pushed, asked) => {
        const c = randomCandles({ length: Math.max(pushed, 1), seed: SEED });
        const rows = rowsFromColumns(c);
        const ring = createCandleRing(capacity);
        for (let i = 0; i < pushed; i++) {
          const at = pushRow(ring, rows, i);
          assert.equal(ring.columns.closeUsd[at], c.closeUsd[i], "the row it was told to be in");
        }
        const length = Math.min(asked, capacity, pushed);
        assert.deepEqual(ringTail(ring, asked), columnsFromRows(rows.slice((pushed - length) * 6, pushed * 6)));
      },
    ),
    fixed(300),
  );
  assert.throws(() => createCandleRing(0), /capacity of at least 1, got 0/);
});

Deno.test("a slice of columns shares the memory", () => {
  const c = randomCandles({ length: 10, seed: SEED });
  const part = sliceColumns(c, 3, 7);
  assert.equal(part.length, 4);
  for (const field of COLUMN_NAMES) assert.deepEqual([...part[field]], [...c[field].slice(3, 7)]);
  part.closeUsd[0] = 42;
  assert.equal(c.closeUsd[3], 42);
});

// deno-fmt-ignore
const EDGES: readonly { name: string; row: number[]; ok: boolean }[] = [
  { name: "one price for all four",           row: [100, 100, 100, 100, 1],      ok: true },
  { name: "no volume",                        row: [100, 101, 99, 100, 0],       ok: true },
  { name: "open at the high, close at the low", row: [101, 101, 99, 99, 1],      ok: true },
  { name: "the least price there is",         row: [5e-324, 5e-324, 5e-324, 5e-324, 1], ok: true },
  { name: "the greatest price allowed",       row: [1e12, 1e12, 1e12, 1e12, 1],  ok: true },
  { name: "just above the greatest price",    row: [1e12, 1.0000001e12, 1e12, 1e12, 1], ok: false },
  { name: "the greatest volume allowed",      row: [100, 101, 99, 100, 1e18],    ok: true },
  { name: "just above the greatest volume",   row: [100, 101, 99, 100, 1.0000001e18], ok: false },
  { name: "low just above open",              row: [99.999, 101, 100, 100, 1],   ok: false },
  { name: "high just below close",            row: [100, 100.5, 99, 100.501, 1], ok: false },
];

for (const { name, row, ok } of EDGES) {
  Deno.test(`a candle with ${name} is ${ok ? "taken" : "refused"}`, () => {
    const check = () => assertCandle(candlesOf([row]), 0, -1, MINUTE_MS);
    if (ok) check();
    else assert.throws(check, CandleError);
  });
}

Deno.test("any candle that breaks one of the rules is refused, and only such", () => {
  const number = fc.oneof(fc.double({ min: -1, max: 200 }), fc.constantFrom(NaN, Infinity, -Infinity, 0, 100));
  fc.assert(
    fc.property(fc.tuple(number, number, number, number, number), (row) => {
      const [open, high, low, close, volume] = row;
      const sound = row.every(Number.isFinite) && low > 0 && low <= Math.min(open, close) &&
        high >= Math.max(open, close) && volume >= 0;
      const check = () => assertCandle(candlesOf([row]), 0, MONDAY_MS - MINUTE_MS, MINUTE_MS);
      if (sound) check();
      else {assert.throws(check, (error: unknown) =>
          error instanceof CandleError && error.message.includes(error.field));}
    }),
    fixed(2_000),
  );
});
