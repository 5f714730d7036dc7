import fc from "fast-check";
import assert from "node:assert/strict";
import { fixed } from "../../tests/support/seed.ts";
import { gapsOf, joinSeries, regroup, visible } from "./candles.ts";
import type { Series } from "./types.ts";

const MIN = 60_000;

/** Candles at these minutes; each price tells its minute, so that a mix-up shows. */
function series(minutes: readonly number[], change: Partial<Series> = {}): Series {
  const each = (by: number) => minutes.map((minute) => minute * 10 + by);
  return {
    ...{ symbol: "X", timeframeMs: MIN, openedAtMs: minutes.map((minute) => minute * MIN) },
    ...{ openUsd: each(5), highUsd: each(9), lowUsd: each(1), closeUsd: each(6), volumeBase: minutes.map(() => 1) },
    ...{ vwapUsd: each(4), ema9Usd: each(3), ema20Usd: each(2), regime: minutes.map(() => "range" as const) },
    ...{ fills: [], bracket: null },
    ...change,
  };
}

const columns = (
  of: Series,
) => [of.openUsd, of.highUsd, of.lowUsd, of.closeUsd, of.volumeBase, of.vwapUsd, of.ema9Usd, of.ema20Usd, of.regime];

const someMinutes = fc.uniqueArray(fc.nat(120), { minLength: 1, maxLength: 60 }).map((all) =>
  all.sort((a, b) => a - b)
);

Deno.test("joinSeries() lets the newer page win where both have a candle, and keeps the newest at its limit", () => {
  const older = series([0, 1, 2, 3]);
  const newer = series([2, 3, 4], { closeUsd: [200, 300, 400] });
  const joined = joinSeries(older, newer, 100);
  assert.deepEqual(joined.openedAtMs, [0, 1, 2, 3, 4].map((minute) => minute * MIN));
  assert.deepEqual(joined.closeUsd, [6, 16, 200, 300, 400]);
  assert.deepEqual(joinSeries(older, newer, 2).closeUsd, [300, 400]);
  assert.deepEqual(joinSeries(older, series([]), 100).closeUsd, older.closeUsd);
});

Deno.test("property: joined pages have every candle once, oldest first, columns of one length", () => {
  fc.assert(
    fc.property(someMinutes, someMinutes, fc.integer({ min: 1, max: 80 }), (a, b, limit) => {
      const joined = joinSeries(series(a), series(b), limit);
      const want = [...a.filter((minute) => minute < b[0]), ...b].slice(-limit);
      assert.deepEqual(joined.openedAtMs, want.map((minute) => minute * MIN));
      for (const column of columns(joined)) assert.equal(column.length, want.length);
      assert.deepEqual(joined.closeUsd, want.map((minute) => minute * 10 + 6));
    }),
    fixed(200),
  );
});

Deno.test("regroup() opens with the first, closes with the last, and cuts at multiples of its length", () => {
  const grouped = regroup(series([3, 4, 5, 6, 9, 11]), 5);
  assert.equal(grouped.timeframeMs, 5 * MIN);
  assert.deepEqual(grouped.openedAtMs, [0, 5, 10].map((minute) => minute * MIN));
  assert.deepEqual(grouped.openUsd, [35, 55, 115]);
  assert.deepEqual(grouped.closeUsd, [46, 96, 116]);
  assert.deepEqual(grouped.highUsd, [49, 99, 119]);
  assert.deepEqual(grouped.lowUsd, [31, 51, 111]);
  assert.deepEqual(grouped.volumeBase, [2, 3, 1]);
  assert.deepEqual(grouped.vwapUsd, [44, 94, 114]);
});

Deno.test("property: regrouping keeps volume, extremes, first open and last close", () => {
  fc.assert(
    fc.property(someMinutes, fc.constantFrom(1, 5, 15), (minutes, factor) => {
      const [before, after] = [series(minutes), regroup(series(minutes), factor)];
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      assert.equal(sum(after.volumeBase), sum(before.volumeBase));
      assert.equal(Math.max(...after.highUsd), Math.max(...before.highUsd));
      assert.equal(Math.min(...after.lowUsd), Math.min(...before.lowUsd));
      assert.deepEqual([after.openUsd[0], after.closeUsd.at(-1)], [before.openUsd[0], before.closeUsd.at(-1)]);
      for (const ms of after.openedAtMs) assert.equal(ms % (factor * MIN), 0);
    }),
    fixed(200),
  );
});

Deno.test("visible() follows the newest, or ends where it is told", () => {
  const all = series([0, 1, 2, 3, 4]);
  assert.deepEqual(visible(all, { count: 2, endMs: null }).closeUsd, [36, 46]);
  assert.deepEqual(visible(all, { count: 2, endMs: 2 * MIN }).closeUsd, [16, 26]);
  assert.deepEqual(visible(all, { count: 9, endMs: null }).closeUsd, all.closeUsd);
  assert.deepEqual(visible(all, { count: 2, endMs: -1 }).closeUsd, []);
});

Deno.test("visible() shows the fills of its candles and no others", () => {
  const fill = (atMs: number) => ({ atMs, side: "buy" as const, priceUsd: 1, decisionId: String(atMs) });
  const all = series([0, 1, 2, 3], { fills: [fill(MIN - 1), fill(MIN), fill(3 * MIN), fill(3 * MIN + 1)] });
  const shown = visible(all, { count: 2, endMs: 2 * MIN });
  assert.deepEqual(shown.fills.map(({ atMs }) => atMs), [MIN, 3 * MIN]);
});

Deno.test("gapsOf() tells what was not recorded between candles, and nothing else", () => {
  assert.deepEqual(gapsOf(series([0, 1, 4, 5, 9])), [[2 * MIN, 4 * MIN], [6 * MIN, 9 * MIN]]);
  assert.deepEqual(gapsOf(series([3, 4])), []);
  assert.deepEqual(gapsOf(series([])), []);
});
