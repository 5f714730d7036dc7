import assert from "node:assert/strict";
import { benchOf, heldBy, type Shown } from "../../tests/support/strategies.ts";
import type { FeatureName } from "../features/types.ts";
import { DEFAULT_FEATURES } from "../features/warm_up.ts";
import { s1VwapEmaTrend } from "./s1_vwap_ema_trend.ts";

const ID = s1VwapEmaTrend.id;

/** A rising VWAP, the price 2 ATR above it and just above its fast average: an entry if the candle before was below. */
const USUAL: Readonly<Record<FeatureName, number>> = {
  closeUsd: 100,
  vwapUsd: 98,
  ema9Usd: 99.5,
  ema20Usd: 99,
  atr14Usd: 1,
  rsi14: 60,
  realizedVolRatio: 0.01,
  volumeZ: 0,
  vwapSlopeAtr: 0.05,
  atrPercentileRatio: 0.6,
  volRatio: 1.1,
  priorHighUsd: 101,
};
const PULLBACK: Shown = { features: { closeUsd: 99.4 } };

const afterPullback = (shown: Shown) => {
  const bench = benchOf(s1VwapEmaTrend, USUAL);
  bench.show(PULLBACK);
  return bench.show(shown);
};

Deno.test("S1 buys where a pullback to the fast average ends, with stop and target in ATR and two hours to get there", () => {
  const { signal } = afterPullback({});
  assert.deepEqual(signal, {
    kind: "enter",
    strategy: ID,
    score: 0.5 + (0.5 + 0.5 + (1 - 2 / 6)) / 6,
    referenceUsd: 100,
    stopUsd: 98,
    targetUsd: 104,
    horizonMs: 2 * 3_600_000,
  });
});

// deno-fmt-ignore
const MISSES: readonly { name: string; features?: Shown["features"]; regime?: Shown["regime"]; want: readonly [string, number, number, string] | null }[] = [
  { name: "regime range",                     regime: "range",                   want: ["REGIME_NOT_ALLOWED", 0, 1, "count"] },
  { name: "regime none",                      regime: "none",                    want: ["REGIME_NOT_ALLOWED", 0, 1, "count"] },
  { name: "slope just below",                 features: { vwapSlopeAtr: 0.0099 }, want: ["VWAP_NOT_RISING", 0.0099, 0.01, "atr"] },
  { name: "slope at the limit",               features: { vwapSlopeAtr: 0.01 },  want: null },
  { name: "falling steeply",                  features: { vwapSlopeAtr: -0.3 },  want: ["VWAP_NOT_RISING", -0.3, 0.01, "atr"] },
  { name: "close at the VWAP",                features: { vwapUsd: 100 },        want: ["CLOSE_NOT_ABOVE_VWAP", 100, 100, "usd"] },
  { name: "close just above the VWAP",        features: { vwapUsd: 99.99 },      want: null },
  { name: "averages equal",                   features: { ema20Usd: 99.5 },      want: ["EMA9_NOT_ABOVE_EMA20", 99.5, 99.5, "usd"] },
  { name: "fast average just above",          features: { ema20Usd: 99.49 },     want: null },
  { name: "stretched at the limit",           features: { vwapUsd: 94 },         want: null },
  { name: "stretched just beyond",            features: { vwapUsd: 93.75 },      want: ["STRETCHED_FROM_VWAP", 6.25, 6, "atr"] },
  { name: "close at the fast average",        features: { ema9Usd: 100 },        want: ["CLOSE_NOT_ABOVE_EMA9", 100, 100, "usd"] },
  { name: "RSI at the limit",                 features: { rsi14: 72 },           want: null },
  { name: "RSI just above",                   features: { rsi14: 72.01 },        want: ["RSI_TOO_HIGH", 72.01, 72, "points"] },
  { name: "an ATR of 5 % of the price",       features: { atr14Usd: 5 },         want: null },
  { name: "an ATR above that",                features: { atr14Usd: 5.5 },       want: ["TOO_WILD", 0.055, 0.05, "ratio"] },
  { name: "an ATR of 0",                      features: { atr14Usd: 0 },         want: ["NO_MOVEMENT", 0, 0, "usd"] },
  { name: "a feature that is not warm",       features: { ema20Usd: NaN },       want: ["INPUT_UNDEFINED", 6, 7, "count"] },
  { name: "no VWAP slope yet",                features: { vwapSlopeAtr: NaN },   want: ["INPUT_UNDEFINED", 6, 7, "count"] },
];

for (const { name, features, regime, want } of MISSES) {
  Deno.test(`S1: ${name} ${want === null ? "is an entry" : `is ${want[0]}`}`, () => {
    const { signal, miss } = afterPullback({ features, regime });
    if (want === null) {
      assert.equal(signal?.kind, "enter");
      assert.equal(miss, null);
    } else {
      const [code, value, limit, unit] = want;
      assert.deepEqual({ signal, miss }, { signal: null, miss: { strategy: ID, code, value, limit, unit } });
    }
  });
}

for (
  const { before, want } of [
    { before: 99.5, want: "enter" },
    { before: 99.501, want: "NO_PULLBACK" },
    { before: 99.499, want: "enter" },
  ]
) {
  Deno.test(`S1: after a close of ${before} with the fast average at 99.5 the next candle is ${want}`, () => {
    const bench = benchOf(s1VwapEmaTrend, USUAL);
    bench.show({ features: { closeUsd: before } });
    const { signal, miss } = bench.show({});
    assert.equal(signal?.kind ?? miss?.code, want);
  });
}

Deno.test("S1 does not buy on the first candle it sees: it does not know the one before", () => {
  const { miss } = benchOf(s1VwapEmaTrend, USUAL).show({});
  assert.deepEqual([miss?.code, miss?.value, miss?.limit], ["INPUT_UNDEFINED", 6, 7]);
});

// deno-fmt-ignore
const EXITS: readonly { name: string; features: Shown["features"]; holder: string; want: string | null }[] = [
  { name: "close just below the VWAP",      features: { vwapUsd: 100.01 },  holder: ID, want: "CLOSE_BELOW_VWAP" },
  { name: "close at the VWAP",              features: { vwapUsd: 100 },     holder: ID, want: null },
  { name: "fast average just below slow",   features: { ema9Usd: 98.99 },   holder: ID, want: "EMA9_BELOW_EMA20" },
  { name: "averages equal",                 features: { ema9Usd: 99 },      holder: ID, want: null },
  { name: "another strategy's position",    features: { vwapUsd: 101 },     holder: "s2_vwap_reversion", want: null },
];

for (const { name, features, holder, want } of EXITS) {
  Deno.test(`S1 with a position: ${name} ${want === null ? "is no reason to leave" : `leaves with ${want}`}`, () => {
    const bench = benchOf(s1VwapEmaTrend, USUAL);
    bench.show(PULLBACK);
    const { signal, miss } = bench.show({ features, position: heldBy(holder) });
    if (want === null) assert.equal(miss?.code, "POSITION_OPEN");
    else assert.deepEqual(signal, { kind: "exit", strategy: ID, cause: want });
  });
}

Deno.test("S1 leaves a broken trend whatever the regime says", () => {
  const bench = benchOf(s1VwapEmaTrend, USUAL);
  const { signal } = bench.show({ regime: "none", features: { vwapUsd: 101 }, position: heldBy(ID) });
  assert.equal(signal?.kind, "exit");
});

for (const cooldownCandles of [0, 1, 5]) {
  Deno.test(`S1 with a cooldown of ${cooldownCandles} gives no entry in as many candles after a sale`, () => {
    const bench = benchOf(s1VwapEmaTrend, USUAL, { cooldownCandles });
    bench.show(PULLBACK);
    bench.strategy.onFill({ side: "buy", priceUsd: 100, atMs: 0 });
    assert.equal(bench.show({}).signal?.kind, "enter", "a purchase starts no cooldown");
    bench.strategy.onFill({ side: "sell", priceUsd: 101, atMs: 0 });
    for (let left = cooldownCandles; left > 0; left--) {
      const { miss } = bench.show(PULLBACK);
      assert.deepEqual([miss?.code, miss?.value], ["COOLING_DOWN", left]);
    }
    bench.show(PULLBACK);
    assert.equal(bench.show({}).signal?.kind, "enter");
  });
}

Deno.test("S1 warms up for as long as the features that it is given, and for one candle more", () => {
  const slow = { ...DEFAULT_FEATURES["3m"], vwapSlopeCandles: 600 };
  assert.equal(s1VwapEmaTrend.prepare().warmUpCandles, 151);
  const bench = benchOf({ ...s1VwapEmaTrend, prepare: (params) => s1VwapEmaTrend.prepare(params, slow) }, USUAL);
  bench.show(PULLBACK);
  const { miss } = bench.show({});
  assert.deepEqual([miss?.code, miss?.value, miss?.limit], ["WARMING_UP", 502, 602]);
});
