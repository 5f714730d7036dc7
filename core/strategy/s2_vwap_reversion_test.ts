import assert from "node:assert/strict";
import { benchOf, heldBy, type Shown } from "../../tests/support/strategies.ts";
import type { FeatureName } from "../features/types.ts";
import { s2VwapReversion } from "./s2_vwap_reversion.ts";

const ID = s2VwapReversion.id;

/** 3 ATR below a flat VWAP, RSI turning up: an entry if the candle before was sold out. */
const USUAL: Readonly<Record<FeatureName, number>> = {
  closeUsd: 100,
  vwapUsd: 103,
  ema9Usd: 100.5,
  ema20Usd: 101,
  atr14Usd: 1,
  rsi14: 36,
  realizedVolRatio: 0.01,
  volumeZ: 0,
  vwapSlopeAtr: 0,
  atrPercentileRatio: 0.5,
  volRatio: 0.9,
  priorHighUsd: 102,
};
const SOLD: Shown = { features: { rsi14: 28 } };

const afterSelling = (shown: Shown) => {
  const bench = benchOf(s2VwapReversion, USUAL);
  bench.show(SOLD);
  return bench.show(shown);
};

Deno.test("S2 buys a sold-out dip that turns and aims at the VWAP", () => {
  assert.deepEqual(afterSelling({}).signal, {
    kind: "enter",
    strategy: ID,
    score: 0.5 + (0.5 + 0.5) / 4,
    referenceUsd: 100,
    stopUsd: 98,
    targetUsd: 103,
    horizonMs: 3 * 3_600_000,
  });
});

Deno.test("S2 aims no further than its greatest target, however far the VWAP", () => {
  const { signal } = afterSelling({ features: { vwapUsd: 105.5 } });
  assert.equal(signal?.kind === "enter" ? signal.targetUsd : null, 104);
});

// deno-fmt-ignore
const MISSES: readonly { name: string; features?: Shown["features"]; regime?: Shown["regime"]; want: readonly [string, number, number, string] | null }[] = [
  { name: "regime trend",              regime: "trend",                 want: ["REGIME_NOT_ALLOWED", 0, 1, "count"] },
  { name: "distance at the least",     features: { vwapUsd: 102 },      want: null },
  { name: "distance just below",       features: { vwapUsd: 101.75 },   want: ["NOT_FAR_BELOW_VWAP", 1.75, 2, "atr"] },
  { name: "above the VWAP",            features: { vwapUsd: 99 },       want: ["NOT_FAR_BELOW_VWAP", -1, 2, "atr"] },
  { name: "distance at the most",      features: { vwapUsd: 106 },      want: null },
  { name: "distance just beyond",      features: { vwapUsd: 106.25 },   want: ["TOO_FAR_BELOW_VWAP", 6.25, 6, "atr"] },
  { name: "RSI unchanged",             features: { rsi14: 28 },         want: ["RSI_NOT_TURNED", 28, 28, "points"] },
  { name: "RSI falling on",            features: { rsi14: 27 },         want: ["RSI_NOT_TURNED", 27, 28, "points"] },
  { name: "RSI just turned",           features: { rsi14: 28.01 },      want: null },
  { name: "volume at the limit",       features: { volumeZ: 3 },        want: null },
  { name: "a volume shock",            features: { volumeZ: 3.01 },     want: ["VOLUME_SHOCK", 3.01, 3, "z"] },
  { name: "no movement",               features: { atr14Usd: 0 },       want: ["NO_MOVEMENT", 0, 0, "usd"] },
  { name: "volume not warm",           features: { volumeZ: NaN },      want: ["INPUT_UNDEFINED", 5, 6, "count"] },
];

for (const { name, features, regime, want } of MISSES) {
  Deno.test(`S2: ${name} ${want === null ? "is an entry" : `is ${want[0]}`}`, () => {
    const { signal, miss } = afterSelling({ features, regime });
    if (want === null) assert.equal(signal?.kind, "enter");
    else {
      const [code, value, limit, unit] = want;
      assert.deepEqual({ signal, miss }, { signal: null, miss: { strategy: ID, code, value, limit, unit } });
    }
  });
}

for (const { before, want } of [{ before: 38, want: "enter" }, { before: 38.01, want: "RSI_NOT_LOW" }]) {
  Deno.test(`S2: after an RSI of ${before} the next candle is ${want}`, () => {
    const bench = benchOf(s2VwapReversion, USUAL);
    bench.show({ features: { rsi14: before } });
    const { signal, miss } = bench.show({ features: { rsi14: 40 } });
    assert.equal(signal?.kind ?? miss?.code, want);
  });
}

// deno-fmt-ignore
const EXITS: readonly { name: string; features?: Shown["features"]; regime?: Shown["regime"]; want: string | null }[] = [
  { name: "close just below the VWAP",       features: { vwapUsd: 100.01 },                     want: null },
  { name: "close at the VWAP",               features: { vwapUsd: 100 },                        want: "BACK_AT_VWAP" },
  { name: "a downward trend begins",         features: { vwapSlopeAtr: -0.01 }, regime: "trend", want: "TREND_AGAINST" },
  { name: "an upward trend begins",          features: { vwapSlopeAtr: 0.01 }, regime: "trend", want: null },
  { name: "the range ends without a trend",  features: { vwapSlopeAtr: -0.01 }, regime: "none", want: null },
];

for (const { name, features, regime, want } of EXITS) {
  Deno.test(`S2 with a position: ${name} ${want === null ? "is no reason to leave" : `leaves with ${want}`}`, () => {
    const bench = benchOf(s2VwapReversion, USUAL);
    bench.show(SOLD);
    const { signal, miss } = bench.show({ features, regime, position: heldBy(ID) });
    if (want === null) assert.equal(miss?.code, "POSITION_OPEN");
    else assert.deepEqual(signal, { kind: "exit", strategy: ID, cause: want });
  });
}

Deno.test("S2 cools down after a sale", () => {
  const bench = benchOf(s2VwapReversion, USUAL, { cooldownCandles: 1 });
  bench.show(SOLD);
  bench.strategy.onFill({ side: "sell", priceUsd: 101, atMs: 0 });
  assert.equal(bench.show({}).miss?.code, "COOLING_DOWN");
  bench.show(SOLD);
  assert.equal(bench.show({}).signal?.kind, "enter");
});
