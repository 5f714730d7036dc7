import assert from "node:assert/strict";
import fc from "fast-check";
import { candlesOf, copyCandles, MONDAY_MS, randomCandles } from "../../tests/support/candles.ts";
import { batchFeatures } from "../../tests/support/features_batch.ts";
import { fixed, SEED } from "../../tests/support/seed.ts";
import { CandleError, sliceColumns } from "../market/candle_columns.ts";
import type { CandleColumns } from "../market/types.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import {
  candlesSeen,
  createFeatures,
  featureRows,
  type Features,
  restoreFeatures,
  snapshotFeatures,
  stepFeatures,
} from "./features.ts";
import { FEATURE_COUNT, FEATURE_NAMES, type FeatureName, featureOf, featureRecord, SLOT } from "./types.ts";
import { DEFAULT_FEATURES, type FeatureConfig, WARM_UP, warmUpCandles } from "./warm_up.ts";

const SMALL: FeatureConfig = {
  timeframeMs: MINUTE_MS,
  vwapSlopeCandles: 7,
  atrPercentileCandles: 100,
  longVolCandles: 90,
  warmUp: "seeded",
};

const cell = (rows: Float64Array, i: number, name: FeatureName): number => rows[i * FEATURE_COUNT + SLOT[name]];

function stepAll(f: Features, c: CandleColumns, from = 0, to = c.length): Features {
  for (let i = from; i < to; i++) stepFeatures(f, c, i);
  return f;
}

function assertSameRows(got: Float64Array, want: Float64Array, what: string): void {
  assert.equal(got.length, want.length);
  for (let at = 0; at < got.length; at++) {
    if (Object.is(got[at], want[at])) continue;
    const name = FEATURE_NAMES[at % FEATURE_COUNT];
    assert.fail(`${what}: ${name} of candle ${Math.floor(at / FEATURE_COUNT)} is ${got[at]}, expected ${want[at]}`);
  }
}

// ---- streaming = batch -------------------------------------------------------------------------------------------------

Deno.test("streaming features equal the batch form to the last bit, calm, wild, with gaps, for any windows", () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 0, max: 2 ** 31 }),
        wild: fc.boolean(),
        gaps: fc.constantFrom(0, 0.02, 0.4),
        startMinute: fc.constantFrom(0, 1, 700, 1_439),
        vwapSlopeCandles: fc.integer({ min: 1, max: 40 }),
        atrPercentileCandles: fc.integer({ min: 2, max: 300 }),
        longVolCandles: fc.integer({ min: 60, max: 300 }),
        warmUp: fc.constantFrom("seeded" as const, "settled" as const),
      }),
      ({ seed, wild, gaps, startMinute, ...windows }) => {
        const c = randomCandles({ length: 700, seed, wild, gaps, startAtMs: MONDAY_MS + startMinute * MINUTE_MS });
        const config = { ...windows, timeframeMs: MINUTE_MS };
        const batch = batchFeatures(c, config);
        const rows = new Float64Array(c.length * FEATURE_COUNT);
        FEATURE_NAMES.forEach((name, slot) => batch[name].forEach((v, i) => rows[i * FEATURE_COUNT + slot] = v));
        assertSameRows(featureRows(c, config), rows, `seed ${seed}`);
      },
    ),
    fixed(60),
  );
});

Deno.test("streaming features equal the batch form to the last bit over 20,000 wild candles with the default windows", () => {
  const c = randomCandles({ length: 20_000, seed: SEED, wild: true, gaps: 0.001 });
  const config = DEFAULT_FEATURES["1m"];
  const rows = featureRows(c, config);
  const batch = batchFeatures(c, config);
  for (const name of FEATURE_NAMES) {
    for (let i = 0; i < c.length; i++) {
      if (!Object.is(cell(rows, i, name), batch[name][i])) {
        assert.fail(`${name} of candle ${i} is ${cell(rows, i, name)}, batch ${batch[name][i]} (seed ${SEED})`);
      }
    }
  }
});

// ---- state ---------------------------------------------------------------------------------------------------------------

Deno.test("a snapshot taken after any candle continues to the last bit", () => {
  const c = randomCandles({ length: 420, seed: SEED, wild: true, gaps: 0.02 });
  const whole = featureRows(c, SMALL);
  const f = createFeatures(SMALL);
  for (let i = 0; i < c.length; i++) {
    stepFeatures(f, c, i);
    const resumed = createFeatures(SMALL);
    restoreFeatures(resumed, snapshotFeatures(f));
    for (let k = i + 1; k < c.length; k++) {
      stepFeatures(resumed, c, k);
      const row = resumed.values.subarray(resumed.offset, resumed.offset + FEATURE_COUNT);
      assertSameRows(row, whole.subarray(k * FEATURE_COUNT, (k + 1) * FEATURE_COUNT), `from ${i} to ${k}`);
    }
  }
});

Deno.test("a snapshot of another configuration or with a part missing is refused by name", () => {
  const f = stepAll(createFeatures(SMALL), randomCandles({ length: 50, seed: SEED }));
  const before = snapshotFeatures(f);
  const of = (change: Partial<FeatureConfig>) => snapshotFeatures(createFeatures({ ...SMALL, ...change }));
  // deno-fmt-ignore
  const table: readonly [Float64Array, RegExp][] = [
    [of({ vwapSlopeCandles: 8 }),       /does not fit: vwapSlopeCandles was 8 and is 7/],
    [of({ atrPercentileCandles: 101 }), /atrPercentileCandles was 101 and is 100/],
    [of({ longVolCandles: 91 }),        /longVolCandles was 91 and is 90/],
    [of({ timeframeMs: 180_000 }),      /timeframeMs was 180000 and is 60000/],
    [before.slice(0, -1),               /its length was \d+ and is \d+/],
    [new Float64Array(before.length),   /format was 0 and is 1/],
    [new Float64Array(0),               /format was undefined and is 1/],
  ];
  for (const [snapshot, message] of table) {
    assert.throws(() => restoreFeatures(f, snapshot), message);
    assert.deepEqual(f.state, before);
  }
});

Deno.test("noise after candle n changes no feature at or before n", () => {
  const c = randomCandles({ length: 600, seed: SEED, gaps: 0.01 });
  const whole = featureRows(c, SMALL);
  for (const n of [0, 1, 14, 60, 100, 250, 431, 598]) {
    const noisy = copyCandles(c);
    const noise = randomCandles({ length: 600, seed: SEED + n + 1, wild: true });
    for (const field of ["openUsd", "highUsd", "lowUsd", "closeUsd", "volumeBase"] as const) {
      noisy[field].set(noise[field].subarray(n + 1), n + 1);
    }
    const rows = featureRows(noisy, SMALL);
    assertSameRows(rows.slice(0, (n + 1) * FEATURE_COUNT), whole.slice(0, (n + 1) * FEATURE_COUNT), `noise after ${n}`);
    assert.notDeepEqual(
      rows.slice((n + 1) * FEATURE_COUNT),
      whole.slice((n + 1) * FEATURE_COUNT),
      "the noise must bite",
    );
  }
});

Deno.test("only the given row is read, so a ring of one row gives the same features as the series", () => {
  const c = randomCandles({ length: 500, seed: SEED });
  const whole = featureRows(c, SMALL);
  const one = copyCandles({ ...c, length: 1 });
  const f = createFeatures(SMALL);
  for (let i = 0; i < c.length; i++) {
    for (const field of ["openedAtMs", "openUsd", "highUsd", "lowUsd", "closeUsd", "volumeBase"] as const) {
      one[field][0] = c[field][i];
    }
    stepFeatures(f, one, 0);
  }
  assertSameRows(f.values.slice(f.offset, f.offset + FEATURE_COUNT), whole.slice(-FEATURE_COUNT), "ring of one");
});

// ---- warm-up ---------------------------------------------------------------------------------------------------------------

for (const warmUp of ["seeded", "settled"] as const) {
  Deno.test(`every feature is NaN until its ${warmUp} warm-up is over and a number from then on`, () => {
    const config = { ...SMALL, warmUp };
    const c = randomCandles({ length: 400, seed: SEED });
    const rows = featureRows(c, config);
    for (const name of FEATURE_NAMES) {
      const need = warmUpCandles(name, config);
      for (let i = 0; i < c.length; i++) {
        assert.equal(Number.isNaN(cell(rows, i, name)), i + 1 < need, `${name} of candle ${i + 1}, warm-up ${need}`);
      }
    }
  });
}

Deno.test("after the settled warm-up a value hardly depends on where the stream began", () => {
  const config: FeatureConfig = { ...SMALL, warmUp: "settled", atrPercentileCandles: 300, longVolCandles: 300 };
  const worst = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Record<FeatureName, number>;
  for (let series = 0; series < 4; series++) {
    const c = randomCandles({ length: 5 * 1_440, seed: SEED + series });
    const long = featureRows(c, config);
    // The day that a late start falls into is unknown to it, so the VWAP is compared from the next midnight on.
    for (const start of [1, 2, 3, 10, 37, 60, 137, 500, 1_439, 1_440, 2_000, 4_000]) {
      const late = featureRows(sliceColumns(c, start, c.length), config);
      for (const name of FEATURE_NAMES) {
        const unit = WARM_UP[name].unit;
        for (let i = start; i < c.length; i++) {
          const got = cell(late, i - start, name), want = cell(long, i, name);
          if (Number.isNaN(got) || Number.isNaN(want)) continue;
          const scale = unit === "own" ? 1 : unit === "atr" ? cell(long, i, "atr14Usd") : Math.abs(want);
          const off = Math.abs(got - want);
          if (off > 0 && scale > 0) worst[name] = Math.max(worst[name], off / scale);
        }
      }
    }
  }
  console.log(`  warm-up sensitivity, windows 300 (seed ${SEED})`);
  for (const name of FEATURE_NAMES) {
    const { bound, unit } = WARM_UP[name];
    const need = `${warmUpCandles(name, DEFAULT_FEATURES["1m"])}`.padStart(5);
    console.log(
      `  ${name.padEnd(19)} warm after ${need} candles of 1m, worst ${worst[name].toExponential(1)}, ` +
        `bound ${bound.toExponential(0)} (${unit})`,
    );
    assert.ok(worst[name] <= bound, `${name}: ${worst[name]} is above ${bound}`);
  }
});

// ---- rules -------------------------------------------------------------------------------------------------------------------

const flat = (length: number, price: number, volume: number) =>
  new Array(length).fill([price, price, price, price, volume]);

Deno.test("a market that does not move has RSI 50, no volatility, z 0, slope 0, middling percentile and vol ratio 1", () => {
  const f = stepAll(createFeatures(SMALL), candlesOf(flat(200, 0.1, 0.3)));
  const record = featureRecord(f);
  assert.deepEqual({ ...record, vwapUsd: Number(record.vwapUsd!.toFixed(15)) }, {
    closeUsd: 0.1,
    vwapUsd: 0.1,
    ema9Usd: record.ema9Usd,
    ema20Usd: record.ema20Usd,
    atr14Usd: 0,
    rsi14: 50,
    realizedVolRatio: 0,
    volumeZ: 0,
    vwapSlopeAtr: 0,
    atrPercentileRatio: (100 + 1) / 200,
    volRatio: 1,
    priorHighUsd: 0.1,
  });
});

Deno.test("a day without volume has the plain mean of its typical prices as VWAP, until volume comes", () => {
  const f = createFeatures(SMALL);
  const c = candlesOf([[10, 12, 9, 12, 0], [12, 15, 12, 15, 0], [15, 15, 12, 12, 2], [12, 12, 12, 12, 2]]);
  stepFeatures(f, c, 0);
  assert.equal(featureOf(f, "vwapUsd"), 11);
  stepFeatures(f, c, 1);
  assert.equal(featureOf(f, "vwapUsd"), 12.5);
  stepFeatures(f, c, 2);
  assert.equal(featureOf(f, "vwapUsd"), 13);
  stepFeatures(f, c, 3);
  assert.equal(featureOf(f, "vwapUsd"), 12.5);
});

Deno.test("the VWAP starts anew at 00:00 UTC, even when the first minutes of the day are missing", () => {
  const c = candlesOf([[10, 10, 10, 10, 5], [20, 20, 20, 20, 1], [20, 20, 20, 20, 1]], MONDAY_MS + DAY_MS - MINUTE_MS);
  c.openedAtMs[1] = MONDAY_MS + DAY_MS + 7 * MINUTE_MS;
  c.openedAtMs[2] = MONDAY_MS + DAY_MS + 8 * MINUTE_MS;
  const f = createFeatures(SMALL);
  stepFeatures(f, c, 0);
  assert.equal(featureOf(f, "vwapUsd"), null, "the stream began late in this day: its VWAP is not known");
  stepFeatures(f, c, 1);
  assert.equal(featureOf(f, "vwapUsd"), 20);
});

Deno.test("the VWAP slope is undefined until the UTC day is older than the look-back, and never mixes two days", () => {
  const c = randomCandles({ length: 3_000, seed: SEED });
  const rows = featureRows(c, SMALL);
  for (const day of [0, 1]) {
    for (let k = 0; k < 20; k++) {
      const slope = cell(rows, day * 1_440 + k, "vwapSlopeAtr");
      assert.equal(Number.isNaN(slope), k < (day === 0 ? 14 : 7), `candle ${k} of day ${day}`);
    }
  }
  const i = 1_440 + 7;
  const want = (cell(rows, i, "vwapUsd") - cell(rows, i - 7, "vwapUsd")) / (cell(rows, i, "atr14Usd") * 7);
  assert.equal(cell(rows, i, "vwapSlopeAtr"), want);
});

Deno.test("a hole in the stream invents no candle: windows count candles, and the jump is in true range and return", () => {
  const dense = randomCandles({ length: 300, seed: SEED });
  const holed = copyCandles(dense);
  for (let i = 200; i < 300; i++) holed.openedAtMs[i] += 45 * MINUTE_MS; // same day, 45 minutes missing
  const f = stepAll(createFeatures(SMALL), holed);
  assert.equal(candlesSeen(f), 300);
  assert.deepEqual(featureRecord(f), featureRecord(stepAll(createFeatures(SMALL), dense)));
});

Deno.test("createFeatures() refuses a configuration that makes no sense and names the field", () => {
  // deno-fmt-ignore
  const table: readonly [Partial<FeatureConfig>, RegExp][] = [
    [{ vwapSlopeCandles: 0 },      /vwapSlopeCandles must be a whole number of at least 1, got 0/],
    [{ vwapSlopeCandles: 2.5 },    /vwapSlopeCandles/],
    [{ atrPercentileCandles: 1 },  /atrPercentileCandles must be a whole number of at least 2, got 1/],
    [{ longVolCandles: 59 },       /longVolCandles must be a whole number of at least 60, got 59/],
    [{ timeframeMs: NaN },         /timeframeMs/],
  ];
  for (const [change, message] of table) assert.throws(() => createFeatures({ ...SMALL, ...change }), message);
});

// ---- bad candles -------------------------------------------------------------------------------------------------------------

// deno-fmt-ignore
const BAD: readonly { name: string; change: Partial<Record<keyof CandleColumns, number>>; want: RegExp }[] = [
  { name: "a NaN open",           change: { openUsd: NaN },        want: /openUsd NaN is not a number/ },
  { name: "a zero close",         change: { closeUsd: 0 },         want: /closeUsd 0 is not above zero/ },
  { name: "a negative low",       change: { lowUsd: -1 },          want: /lowUsd -1 is not above zero/ },
  { name: "an infinite high",     change: { highUsd: Infinity },   want: /highUsd Infinity is above/ },
  { name: "high below low",       change: { highUsd: 98, openUsd: 98, closeUsd: 98 }, want: /highUsd 98 is below lowUsd 99/ },
  { name: "open above high",      change: { openUsd: 101.5 },      want: /openUsd 101.5 is above highUsd 101/ },
  { name: "close below low",      change: { closeUsd: 98.5 },      want: /closeUsd 98.5 is below lowUsd 99/ },
  { name: "a NaN volume",         change: { volumeBase: NaN },     want: /volumeBase NaN is not a number/ },
  { name: "a negative volume",    change: { volumeBase: -0.1 },    want: /volumeBase -0.1 is below zero/ },
  { name: "an infinite volume",   change: { volumeBase: Infinity }, want: /volumeBase Infinity is above/ },
  { name: "a NaN instant",        change: { openedAtMs: NaN },     want: /openedAtMs NaN is not an instant/ },
  { name: "half a minute",        change: { openedAtMs: MONDAY_MS + 3.5 * MINUTE_MS }, want: /is not on the grid of 60000 ms/ },
  { name: "the same minute again", change: { openedAtMs: MONDAY_MS + 2 * MINUTE_MS },  want: /is not after the candle before it/ },
  { name: "an earlier minute",    change: { openedAtMs: MONDAY_MS }, want: /is not after the candle before it/ },
];

for (const { name, change, want } of BAD) {
  Deno.test(`a candle with ${name} is refused by name and changes nothing`, () => {
    const c = candlesOf([...flat(3, 100, 1), [100, 101, 99, 100, 1]]);
    const f = stepAll(createFeatures(SMALL), c, 0, 3);
    const before = snapshotFeatures(f);
    const sound = c.closeUsd.slice();
    for (const [field, value] of Object.entries(change)) c[field as "closeUsd"][3] = value;
    assert.throws(() => stepFeatures(f, c, 3), (error: unknown) => {
      assert.ok(error instanceof CandleError);
      assert.match(error.message, want);
      return true;
    });
    assert.deepEqual(f.state, before);
    for (const field of Object.keys(change)) c[field as "closeUsd"][3] = 100;
    c.closeUsd.set(sound);
    c.highUsd[3] = 101;
    c.lowUsd[3] = 99;
    c.openedAtMs[3] = MONDAY_MS + 3 * MINUTE_MS;
    stepFeatures(f, c, 3);
    assert.equal(candlesSeen(f), 4, "the next sound candle is taken");
  });
}

Deno.test("a row beyond the columns is refused", () => {
  const c = candlesOf(flat(3, 100, 1));
  assert.throws(() => stepFeatures(createFeatures(SMALL), c, 3), /length 3 has no row 3/);
});
