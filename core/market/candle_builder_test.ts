import assert from "node:assert/strict";
import { fc, property } from "../../tests/support/property.ts";
import {
  type CandleBuilder,
  createCandleBuilder,
  CROSSED_MAX_BPS,
  foldQuotes,
  type QuoteCounts,
} from "./candle_builder.ts";

const MINUTE = 60_000;
const T = 1_767_571_200_000; // 2026-01-05T00:00:00Z

/** A quote with the given mid, one dollar wide. */
const quote = (
  afterMs: number,
  midUsd: number,
  volumeBase = 1,
): number[] => [T + afterMs, midUsd - 0.5, midUsd + 0.5, volumeBase];
const rows = (...quotes: number[][]): Float64Array => Float64Array.from(quotes.flat());
const candle = (minute: number, ...ohlcv: number[]): number[] => [T + minute * MINUTE, ...ohlcv];
const counts = (some: Partial<QuoteCounts>): QuoteCounts => ({
  folded: 0,
  crossed: 0,
  outOfOrder: 0,
  late: 0,
  refused: 0,
  ...some,
});

function fold(quotes: number[][], toMs: number, builder: CandleBuilder = createCandleBuilder(MINUTE)): number[] {
  return [...foldQuotes(builder, rows(...quotes), T + toMs)];
}

Deno.test("foldQuotes() takes open, high, low, close and volume from the mids of a minute", () => {
  const quotes = [quote(1_000, 100), quote(20_000, 104), quote(40_000, 97), quote(59_999, 101)];
  assert.deepEqual(fold(quotes, MINUTE), candle(0, 100, 104, 97, 101, 4));
});

Deno.test("foldQuotes() keeps a candle forming until its interval has ended, to the millisecond", () => {
  const builder = createCandleBuilder(MINUTE);
  assert.deepEqual(fold([quote(1_000, 100)], 59_999, builder), []);
  assert.equal(builder.openedAtMs, T);
  assert.deepEqual(fold([], MINUTE, builder), candle(0, 100, 100, 100, 100, 1));
  assert.equal(builder.openedAtMs, null);
});

Deno.test("foldQuotes() puts a quote at the instant of the boundary into the new candle", () => {
  const closed = fold([quote(1_000, 100), quote(MINUTE, 200)], 2 * MINUTE);
  assert.deepEqual(closed, [...candle(0, 100, 100, 100, 100, 1), ...candle(1, 200, 200, 200, 200, 1)]);
});

Deno.test("foldQuotes() leaves no candle for an interval without quotes", () => {
  const closed = fold([quote(1_000, 100), quote(5 * MINUTE + 1, 90)], 6 * MINUTE);
  assert.deepEqual(closed, [...candle(0, 100, 100, 100, 100, 1), ...candle(5, 90, 90, 90, 90, 1)]);
});

Deno.test("foldQuotes() drops and counts a quote whose candle is closed, even one that left no candle", () => {
  const builder = createCandleBuilder(MINUTE);
  fold([quote(1_000, 100)], 3 * MINUTE, builder);
  assert.deepEqual(fold([quote(2_000, 999), quote(2 * MINUTE, 999)], 4 * MINUTE, builder), []);
  assert.deepEqual(builder.counts, counts({ folded: 1, late: 2 }));
});

Deno.test("foldQuotes() lets an out-of-order quote widen the candle but not move its open or close", () => {
  const builder = createCandleBuilder(MINUTE);
  const closed = fold([quote(30_000, 100), quote(40_000, 101), quote(10_000, 120), quote(20_000, 80)], MINUTE, builder);
  assert.deepEqual(closed, candle(0, 100, 120, 80, 101, 4));
  assert.deepEqual(builder.counts, counts({ folded: 4, outOfOrder: 2 }));
});

Deno.test("foldQuotes() lets the later of two quotes of one instant set the close", () => {
  assert.deepEqual(fold([quote(1_000, 100), quote(1_000, 102)], MINUTE), candle(0, 100, 102, 100, 102, 2));
});

// deno-fmt-ignore
const FAULTS: { name: string; quote: number[]; want: Partial<QuoteCounts> }[] = [
  { name: "a bid of zero",              quote: [T + 1, 0, 100, 1],          want: { refused: 1 } },
  { name: "an ask of zero",             quote: [T + 1, 100, 0, 1],          want: { refused: 1 } },
  { name: "a negative price",           quote: [T + 1, -1, 100, 1],         want: { refused: 1 } },
  { name: "a price that is no number",  quote: [T + 1, NaN, 100, 1],        want: { refused: 1 } },
  { name: "an infinite price",          quote: [T + 1, 100, Infinity, 1],   want: { refused: 1 } },
  { name: "a time that is no number",   quote: [NaN, 99, 100, 1],           want: { refused: 1 } },
  { name: "a time at the end",          quote: [T + MINUTE, 99, 100, 1],    want: { folded: 1 } },
  { name: "a time past the end",        quote: [T + MINUTE + 1, 99, 100, 1], want: { refused: 1 } },
  { name: "bid equal to ask",           quote: [T + 1, 100, 100, 1],        want: { folded: 1 } },
  { name: "a cross just inside",        quote: [T + 1, 100.0499, 99.9501, 1], want: { folded: 1, crossed: 1 } },
  { name: "a cross just outside",       quote: [T + 1, 100.0501, 99.9499, 1], want: { refused: 1 } },
];
for (const { name, quote, want } of FAULTS) {
  Deno.test(`foldQuotes() counts ${name} as ${Object.keys(want).join(" and ")}`, () => {
    const builder = createCandleBuilder(MINUTE);
    foldQuotes(builder, rows(quote), T + MINUTE);
    assert.deepEqual(builder.counts, counts(want));
  });
}

Deno.test("foldQuotes() goes on after one quote from the far future", () => {
  const builder = createCandleBuilder(MINUTE);
  const closed = fold([quote(1_000, 100), quote(4e12, 500), quote(30_000, 101)], MINUTE, builder);
  assert.deepEqual(closed, candle(0, 100, 101, 100, 101, 2));
  assert.equal(builder.counts.refused, 1);
});

for (const volume of [NaN, -1, Infinity]) {
  Deno.test(`foldQuotes() counts a volume of ${volume} as none`, () => {
    assert.deepEqual(fold([quote(1, 100, volume), quote(2, 100, 3)], MINUTE), candle(0, 100, 100, 100, 100, 3));
  });
}

Deno.test("a cross of ten basis points is the widest that is believed", () => assert.equal(CROSSED_MAX_BPS, 10));

const someQuotes = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 10 * MINUTE }),
    fc.integer({ min: 2, max: 1_000 }),
    fc.integer({ min: 0, max: 50 }),
  )
    .map(([afterMs, midUsd, volume]) => quote(afterMs, midUsd, volume)),
  { maxLength: 60 },
);
const inOrder = (quotes: number[][]): number[][] => [...quotes].sort((a, b) => a[0] - b[0]);

property(
  "foldQuotes() gives the same candles however time is cut, also when its state is sent elsewhere in between",
  [someQuotes, fc.array(fc.integer({ min: 0, max: 11 * MINUTE }), { maxLength: 8 })],
  (quotes, cuts) => {
    const sorted = inOrder(quotes);
    let builder = createCandleBuilder(MINUTE);
    const pieces: number[] = [];
    let from = 0;
    for (const to of [...cuts, 11 * MINUTE].sort((a, b) => a - b)) {
      const part = sorted.filter(([atMs]) => atMs > T + from && atMs <= T + to);
      builder = structuredClone(builder);
      pieces.push(...fold(part, to, builder));
      from = to;
    }
    assert.deepEqual(pieces, fold(sorted, 11 * MINUTE));
  },
);

property(
  "foldQuotes() gives high, low and volume of a minute whatever the order of its quotes",
  [someQuotes.map((quotes) => quotes.map(([atMs, ...rest]) => [T + (atMs - T) % MINUTE, ...rest])), fc.integer()],
  (quotes, salt) => {
    const shuffled = [...quotes].sort((a, b) =>
      Math.imul(a[0] ^ salt, 2654435761) - Math.imul(b[0] ^ salt, 2654435761)
    );
    const sorted = fold(inOrder(quotes), MINUTE), other = fold(shuffled, MINUTE);
    assert.deepEqual([other[2], other[3], other[5]], [sorted[2], sorted[3], sorted[5]]);
  },
);

property("every candle of foldQuotes() holds what was folded into it", [someQuotes], (quotes) => {
  const closed = fold(inOrder(quotes), 11 * MINUTE);
  let volume = 0;
  for (let k = 0; k < closed.length; k += 6) {
    const [openedAtMs, open, high, low, close] = closed.slice(k, k + 6);
    const mids = inOrder(quotes).filter(([atMs]) => Math.floor(atMs / MINUTE) * MINUTE === openedAtMs).map(([, bid]) =>
      bid + 0.5
    );
    assert.deepEqual([high, low], [Math.max(...mids), Math.min(...mids)]);
    assert.deepEqual([open, close], [mids[0], mids[mids.length - 1]]);
    volume += closed[k + 5];
  }
  assert.equal(volume, quotes.reduce((sum, row) => sum + row[3], 0));
});
