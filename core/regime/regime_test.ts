import assert from "node:assert/strict";
import fc from "fast-check";
import { fixed } from "../../tests/support/seed.ts";
import { FEATURE_COUNT, type FeatureView, SLOT } from "../features/types.ts";
import type { Regime } from "../strategy/types.ts";
import { MINUTE_MS } from "../time.ts";
import {
  createRegime,
  DEFAULT_REGIME,
  type RegimeClassifier,
  type RegimeConfig,
  regimeMiss,
  regimeOf,
  regimeSinceMs,
  stepRegime,
} from "./regime.ts";

/** Round numbers, so that "just below" is visible. */
const CONFIG: RegimeConfig = {
  trend: {
    slopeAtrMin: { enter: 0.2, stay: 0.1 },
    atrPercentileMin: { enter: 0.4, stay: 0.3 },
    volRatioMin: { enter: 0.9, stay: 0.7 },
  },
  range: {
    slopeAtrMax: { enter: 0.08, stay: 0.12 },
    atrPercentileMin: { enter: 0.1, stay: 0.05 },
    atrPercentileMax: { enter: 0.8, stay: 0.9 },
    volRatioMax: { enter: 1.3, stay: 1.6 },
  },
  minDwellCandles: 1,
};

type Inputs = readonly [slope: number, percentile: number, volRatio: number];

function viewOf([slope, percentile, volRatio]: Inputs): FeatureView {
  const values = new Float64Array(FEATURE_COUNT).fill(1);
  values[SLOT.vwapSlopeAtr] = slope;
  values[SLOT.atrPercentileRatio] = percentile;
  values[SLOT.volRatio] = volRatio;
  return { values, offset: 0 };
}

function run(r: RegimeClassifier, ...candles: readonly Inputs[]): Regime[] {
  return candles.map((inputs, i) => {
    stepRegime(r, viewOf(inputs), { closedAtMs: (i + 1) * MINUTE_MS });
    return regimeOf(r);
  });
}

const IN_TREND: Inputs = [0.3, 0.6, 1.1];
const IN_RANGE: Inputs = [0.01, 0.5, 0.9];
const NEITHER: Inputs = [0.15, 0.5, 1];

// ---- each threshold, just below, at, just above --------------------------------------------------------------------------

// deno-fmt-ignore
const ENTER: readonly { name: string; inputs: Inputs; want: Regime }[] = [
  { name: "T1 just below trend enter",              inputs: [0.1999, 0.6, 1.1], want: "none" },
  { name: "T1 at trend enter",                      inputs: [0.2, 0.6, 1.1],    want: "trend" },
  { name: "T1 just above trend enter",              inputs: [0.2001, 0.6, 1.1], want: "trend" },
  { name: "T1 falling as steeply",                  inputs: [-0.2, 0.6, 1.1],   want: "trend" },
  { name: "T1 falling just less steeply",           inputs: [-0.1999, 0.6, 1.1], want: "none" },
  { name: "T2 just below trend enter",              inputs: [0.3, 0.3999, 1.1], want: "none" },
  { name: "T2 at trend enter",                      inputs: [0.3, 0.4, 1.1],    want: "trend" },
  { name: "T3 just below trend enter",              inputs: [0.3, 0.6, 0.8999], want: "none" },
  { name: "T3 at trend enter",                      inputs: [0.3, 0.6, 0.9],    want: "trend" },
  { name: "T1 just above range enter",              inputs: [0.0801, 0.5, 0.9], want: "none" },
  { name: "T1 at range enter",                      inputs: [0.08, 0.5, 0.9],   want: "range" },
  { name: "T1 just below range enter",              inputs: [0.0799, 0.5, 0.9], want: "range" },
  { name: "T1 at range enter, falling",             inputs: [-0.08, 0.5, 0.9],  want: "range" },
  { name: "T2 just below the range band",           inputs: [0.01, 0.0999, 0.9], want: "none" },
  { name: "T2 at the foot of the range band",       inputs: [0.01, 0.1, 0.9],   want: "range" },
  { name: "T2 at the top of the range band",        inputs: [0.01, 0.8, 0.9],   want: "range" },
  { name: "T2 just above the range band",           inputs: [0.01, 0.8001, 0.9], want: "none" },
  { name: "T3 at range enter",                      inputs: [0.01, 0.5, 1.3],   want: "range" },
  { name: "T3 just above range enter",              inputs: [0.01, 0.5, 1.3001], want: "none" },
];

for (const { name, inputs, want } of ENTER) {
  Deno.test(`from none: ${name} gives ${want}`, () => {
    assert.deepEqual(run(createRegime(CONFIG), inputs), [want]);
  });
}

// deno-fmt-ignore
const STAY: readonly { name: string; from: Inputs; inputs: Inputs; want: Regime }[] = [
  { name: "T1 between enter and stay",              from: IN_TREND, inputs: [0.15, 0.6, 1.1],   want: "trend" },
  { name: "T1 at trend stay",                       from: IN_TREND, inputs: [0.1, 0.6, 1.1],    want: "trend" },
  { name: "T1 just below trend stay",               from: IN_TREND, inputs: [0.0999, 0.6, 1.1], want: "none" },
  { name: "T2 at trend stay",                       from: IN_TREND, inputs: [0.3, 0.3, 1.1],    want: "trend" },
  { name: "T2 just below trend stay",               from: IN_TREND, inputs: [0.3, 0.2999, 1.1], want: "none" },
  { name: "T3 at trend stay",                       from: IN_TREND, inputs: [0.3, 0.6, 0.7],    want: "trend" },
  { name: "T3 just below trend stay",               from: IN_TREND, inputs: [0.3, 0.6, 0.6999], want: "none" },
  { name: "a trend that turns straight into a range", from: IN_TREND, inputs: IN_RANGE,         want: "range" },
  { name: "a trend that reverses its direction",    from: IN_TREND, inputs: [-0.3, 0.6, 1.1],   want: "trend" },
  { name: "T1 at range stay",                       from: IN_RANGE, inputs: [0.12, 0.5, 0.9],   want: "range" },
  { name: "T1 just above range stay",               from: IN_RANGE, inputs: [0.1201, 0.5, 0.9], want: "none" },
  { name: "T2 at the foot of the stay band",        from: IN_RANGE, inputs: [0.01, 0.05, 0.9],  want: "range" },
  { name: "T2 just below the stay band",            from: IN_RANGE, inputs: [0.01, 0.0499, 0.9], want: "none" },
  { name: "T2 at the top of the stay band",         from: IN_RANGE, inputs: [0.01, 0.9, 0.9],   want: "range" },
  { name: "T2 just above the stay band",            from: IN_RANGE, inputs: [0.01, 0.9001, 0.9], want: "none" },
  { name: "T3 at range stay",                       from: IN_RANGE, inputs: [0.01, 0.5, 1.6],   want: "range" },
  { name: "T3 just above range stay",               from: IN_RANGE, inputs: [0.01, 0.5, 1.6001], want: "none" },
  { name: "a range that turns straight into a trend", from: IN_RANGE, inputs: IN_TREND,         want: "trend" },
];

for (const { name, from, inputs, want } of STAY) {
  Deno.test(`hysteresis: ${name} gives ${want}`, () => {
    assert.deepEqual(run(createRegime(CONFIG), from, inputs).at(-1), want);
  });
}

Deno.test("what may stay may not enter again: between the thresholds the past decides", () => {
  const between: Inputs = [0.15, 0.35, 0.8];
  assert.deepEqual(run(createRegime(CONFIG), IN_TREND, between, NEITHER, [0, 0, 0], between), [
    "trend",
    "trend",
    "trend",
    "none",
    "none",
  ]);
});

// ---- dwell ---------------------------------------------------------------------------------------------------------------

for (
  const { dwell, want } of [
    { dwell: 1, want: ["trend", "range", "range", "range", "range"] },
    { dwell: 2, want: ["trend", "trend", "range", "range", "range"] },
    { dwell: 4, want: ["trend", "trend", "trend", "trend", "range"] },
    { dwell: 5, want: ["trend", "trend", "trend", "trend", "trend"] },
  ]
) {
  Deno.test(`with a dwell of ${dwell} a trend lasts at least ${dwell} candles`, () => {
    const r = createRegime({ ...CONFIG, minDwellCandles: dwell });
    assert.deepEqual(run(r, IN_TREND, IN_RANGE, IN_RANGE, IN_RANGE, IN_RANGE), want);
  });
}

Deno.test("none has no dwell: a regime is entered as soon as its thresholds are met", () => {
  const r = createRegime({ ...CONFIG, minDwellCandles: 3 });
  assert.deepEqual(run(r, NEITHER, IN_RANGE, NEITHER, NEITHER, NEITHER, IN_TREND), [
    "none",
    "range",
    "range",
    "range",
    "none",
    "trend",
  ]);
});

for (
  const [name, inputs] of [["slope", [NaN, 0.5, 1]], ["percentile", [0.3, NaN, 1]], ["vol ratio", [
    0.3,
    0.5,
    NaN,
  ]]] as const
) {
  Deno.test(`an unknown ${name} gives none at once, dwell or not`, () => {
    const r = createRegime({ ...CONFIG, minDwellCandles: 10 });
    assert.deepEqual(run(r, IN_TREND, inputs, IN_TREND), ["trend", "none", "trend"]);
  });
}

// ---- since, miss, state ----------------------------------------------------------------------------------------------------

Deno.test("the regime knows since when it holds", () => {
  const r = createRegime(CONFIG);
  assert.equal(regimeSinceMs(r), null);
  run(r, NEITHER, NEITHER);
  assert.equal(regimeSinceMs(r), MINUTE_MS);
  run(r, IN_TREND, IN_TREND, IN_RANGE, IN_RANGE);
  assert.equal(regimeSinceMs(r), 3 * MINUTE_MS);
});

// deno-fmt-ignore
const MISSES = [
  { wanted: "trend", inputs: [0.15, 0.6, 1.1], want: ["SLOPE_BELOW_TREND", 0.15, 0.2, "atr"] },
  { wanted: "trend", inputs: [-0.15, 0.6, 1.1], want: ["SLOPE_BELOW_TREND", 0.15, 0.2, "atr"] },
  { wanted: "trend", inputs: [0.3, 0.39, 1.1], want: ["ATR_PERCENTILE_BELOW_TREND", 0.39, 0.4, "ratio"] },
  { wanted: "trend", inputs: [0.3, 0.6, 0.5],  want: ["VOL_RATIO_BELOW_TREND", 0.5, 0.9, "ratio"] },
  { wanted: "range", inputs: [0.1, 0.5, 0.9],  want: ["SLOPE_ABOVE_RANGE", 0.1, 0.08, "atr"] },
  { wanted: "range", inputs: [0.01, 0.01, 0.9], want: ["ATR_PERCENTILE_BELOW_RANGE", 0.01, 0.1, "ratio"] },
  { wanted: "range", inputs: [0.01, 0.95, 0.9], want: ["ATR_PERCENTILE_ABOVE_RANGE", 0.95, 0.8, "ratio"] },
  { wanted: "range", inputs: [0.01, 0.5, 2],   want: ["VOL_RATIO_ABOVE_RANGE", 2, 1.3, "ratio"] },
  { wanted: "range", inputs: [NaN, 0.5, 2],    want: ["REGIME_UNKNOWN", 2, 3, "count"] },
] as const;

for (const { wanted, inputs, want } of MISSES) {
  Deno.test(`a candle that is not in ${wanted} says ${want[0]} with its numbers`, () => {
    const r = createRegime(CONFIG);
    run(r, inputs);
    const [code, value, limit, unit] = want;
    assert.deepEqual(regimeMiss(r, wanted), { code, value, limit, unit });
  });
}

Deno.test("a candle that fits a regime but is held by another one says so; one that is in it misses nothing", () => {
  const r = createRegime({ ...CONFIG, minDwellCandles: 5 });
  run(r, IN_RANGE, IN_TREND);
  assert.deepEqual(regimeMiss(r, "trend"), { code: "OTHER_REGIME_HOLDS", value: 2, limit: 5, unit: "count" });
  assert.equal(regimeMiss(r, "range"), null);
});

const anyInput = fc.tuple(
  fc.double({ min: -0.4, max: 0.4, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.oneof({ weight: 20, arbitrary: fc.double({ min: 0, max: 2, noNaN: true }) }, {
    weight: 1,
    arbitrary: fc.constant(NaN),
  }),
);

Deno.test("a label changes only after its dwell, and continues from a snapshot", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(anyInput, { minLength: 2, maxLength: 60 }),
      (dwell, candles) => {
        const config = { ...CONFIG, minDwellCandles: dwell };
        const r = createRegime(config);
        let label: Regime = "none", held = 0;
        candles.forEach((inputs, i) => {
          const resumed = createRegime(config);
          resumed.state.set(r.state.slice());
          run(r, inputs);
          run(resumed, inputs);
          assert.deepEqual(resumed.state, r.state);
          const next = regimeOf(r);
          if (next !== label && label !== "none" && !inputs.some(Number.isNaN)) {
            assert.ok(held >= dwell, `${label} left for ${next} at candle ${i} after ${held}`);
          }
          held = next === label ? held + 1 : 1;
          label = next;
        });
      },
    ),
    fixed(300),
  );
});

Deno.test("inside the hysteresis a trembling slope does not make the label tremble", () => {
  const r = createRegime(CONFIG);
  const trembling = Array.from({ length: 50 }, (_, i): Inputs => [i % 2 === 0 ? 0.2001 : 0.1999, 0.6, 1.1]);
  assert.deepEqual(new Set(run(r, ...trembling)), new Set(["trend"]));
});

// ---- configuration -----------------------------------------------------------------------------------------------------------

Deno.test("thresholds that contradict each other are refused by name", () => {
  const { trend, range } = CONFIG;
  // deno-fmt-ignore
  const table: readonly [RegimeConfig, RegExp][] = [
    [{ ...CONFIG, trend: { ...trend, slopeAtrMin: { enter: 0.2, stay: 0.21 } } }, /SLOPE_BELOW_TREND: stay 0.21 must not be stricter than enter 0.2/],
    [{ ...CONFIG, range: { ...range, volRatioMax: { enter: 1.3, stay: 1.2 } } },  /VOL_RATIO_ABOVE_RANGE: stay 1.2/],
    [{ ...CONFIG, range: { ...range, slopeAtrMax: { enter: 0.2, stay: 0.3 } } },  /trend.slopeAtrMin.enter 0.2 must be above range.slopeAtrMax.enter 0.2/],
    [{ ...CONFIG, trend: { ...trend, volRatioMin: { enter: NaN, stay: 0.7 } } },  /VOL_RATIO_BELOW_TREND/],
    [{ ...CONFIG, minDwellCandles: 0 },                                           /minDwellCandles must be a whole number of at least 1, got 0/],
  ];
  for (const [config, message] of table) assert.throws(() => createRegime(config), message);
  assert.equal(regimeOf(createRegime(DEFAULT_REGIME)), "none");
});
