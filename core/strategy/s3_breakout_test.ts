import assert from "node:assert/strict";
import { MONDAY_MS } from "../../tests/support/candles.ts";
import { type Bench, benchOf, heldBy, type Shown } from "../../tests/support/strategies.ts";
import type { FeatureName } from "../features/types.ts";
import { DAY_MS } from "../time.ts";
import { s3Breakout } from "./s3_breakout.ts";

const ID = s3Breakout.id;
const CANDLE_MS = 180_000;

/** Above a rising VWAP and past the old high with volume: an entry if the price has held above the VWAP for an hour. */
const USUAL: Readonly<Record<FeatureName, number>> = {
  closeUsd: 100,
  vwapUsd: 96,
  ema9Usd: 99,
  ema20Usd: 98.5,
  atr14Usd: 1,
  rsi14: 65,
  realizedVolRatio: 0.01,
  volumeZ: 2.5,
  vwapSlopeAtr: 0.05,
  atrPercentileRatio: 0.7,
  volRatio: 1.2,
  priorHighUsd: 99.4,
};

/** `held` candles above the VWAP without a break, the first closing at `firstClosedAtMs`. */
function hold(bench: Bench, held: number, firstClosedAtMs: number): number {
  for (let k = 0; k < held; k++) {
    bench.show({ features: { priorHighUsd: 200 }, closedAtMs: firstClosedAtMs + k * CANDLE_MS });
  }
  return firstClosedAtMs + held * CANDLE_MS;
}

function afterHold(shown: Shown, held = 19) {
  const bench = benchOf(s3Breakout, USUAL);
  const closedAtMs = hold(bench, held, MONDAY_MS + CANDLE_MS);
  return bench.show({ closedAtMs, ...shown });
}

Deno.test("S3 buys the break of the prior high on a trend day", () => {
  assert.deepEqual(afterHold({}).signal, {
    kind: "enter",
    strategy: ID,
    score: 0.5 + (0.5 + 0.5 + 0.5) / 6,
    referenceUsd: 100,
    stopUsd: 98,
    targetUsd: 105,
    horizonMs: 4 * 3_600_000,
  });
});

// deno-fmt-ignore
const MISSES: readonly { name: string; features?: Shown["features"]; regime?: Shown["regime"]; held?: number; want: readonly [string, number, number, string] | null }[] = [
  { name: "regime range",                      regime: "range",                    want: ["REGIME_NOT_ALLOWED", 0, 1, "count"] },
  { name: "slope just below",                  features: { vwapSlopeAtr: 0.0099 }, want: ["VWAP_NOT_RISING", 0.0099, 0.01, "atr"] },
  { name: "slope at the limit",                features: { vwapSlopeAtr: 0.01 },   want: null },
  { name: "19 closes above the VWAP",          held: 18,                           want: ["NOT_A_TREND_DAY", 19, 20, "count"] },
  { name: "20 closes above the VWAP",          held: 19,                           want: null },
  { name: "21 closes above the VWAP",          held: 20,                           want: null },
  { name: "a close at the break level",        features: { priorHighUsd: 99.75, atr14Usd: 2.5 }, want: ["NO_BREAK", 100, 100, "usd"] },
  { name: "a close just above it",             features: { priorHighUsd: 99.74, atr14Usd: 2.5 }, want: null },
  { name: "volume at the least",               features: { volumeZ: 1 },           want: null },
  { name: "volume just below",                 features: { volumeZ: 0.99 },        want: ["VOLUME_TOO_LOW", 0.99, 1, "z"] },
  { name: "no movement",                       features: { atr14Usd: 0 },          want: ["NO_MOVEMENT", 0, 0, "usd"] },
  { name: "prior high not warm",               features: { priorHighUsd: NaN },    want: ["INPUT_UNDEFINED", 6, 7, "count"] },
];

for (const { name, features, regime, held, want } of MISSES) {
  Deno.test(`S3: ${name} ${want === null ? "is an entry" : `is ${want[0]}`}`, () => {
    const { signal, miss } = afterHold({ features, regime }, held);
    if (want === null) assert.equal(signal?.kind, "enter");
    else {
      const [code, value, limit, unit] = want;
      assert.deepEqual({ signal, miss }, { signal: null, miss: { strategy: ID, code, value, limit, unit } });
    }
  });
}

for (const vwapUsd of [100, 100.5]) {
  Deno.test(`S3: one close ${vwapUsd === 100 ? "at" : "below"} the VWAP starts the count anew`, () => {
    const bench = benchOf(s3Breakout, USUAL);
    let atMs = hold(bench, 30, MONDAY_MS + CANDLE_MS);
    bench.show({ features: { vwapUsd }, closedAtMs: atMs });
    assert.deepEqual(bench.show({ closedAtMs: atMs + CANDLE_MS }).miss?.value, 1);
    atMs = hold(bench, 18, atMs + 2 * CANDLE_MS);
    assert.equal(bench.show({ closedAtMs: atMs }).signal?.kind, "enter");
  });
}

Deno.test("S3 counts the closes of one UTC day: the candle that closes at midnight is the old day's last", () => {
  const bench = benchOf(s3Breakout, USUAL);
  const midnight = MONDAY_MS + DAY_MS;
  const atMs = hold(bench, 30, midnight - 30 * CANDLE_MS);
  assert.equal(atMs, midnight);
  assert.equal(bench.show({ closedAtMs: midnight }).signal?.kind, "enter");
  const first = bench.show({ closedAtMs: midnight + CANDLE_MS });
  assert.deepEqual([first.miss?.code, first.miss?.value], ["NOT_A_TREND_DAY", 1]);
});

Deno.test("S3 leaves when the close falls below the slow average, and not at it", () => {
  const bench = benchOf(s3Breakout, USUAL);
  assert.equal(bench.show({ features: { ema20Usd: 100 }, position: heldBy(ID) }).miss?.code, "POSITION_OPEN");
  const { signal } = bench.show({ features: { ema20Usd: 100.01 }, position: heldBy(ID) });
  assert.deepEqual(signal, { kind: "exit", strategy: ID, cause: "CLOSE_BELOW_EMA20" });
});

Deno.test("S3 cools down after a sale", () => {
  const bench = benchOf(s3Breakout, USUAL, { cooldownCandles: 1 });
  const atMs = hold(bench, 30, MONDAY_MS + CANDLE_MS);
  bench.strategy.onFill({ side: "sell", priceUsd: 101, atMs: 0 });
  assert.equal(bench.show({ closedAtMs: atMs }).miss?.code, "COOLING_DOWN");
  assert.equal(bench.show({ closedAtMs: atMs + CANDLE_MS }).signal?.kind, "enter");
});

Deno.test("S3 works on a feed without volume if told to", () => {
  const bench = benchOf(s3Breakout, { ...USUAL, volumeZ: 0 }, { minVolumeZ: -5 });
  const atMs = hold(bench, 30, MONDAY_MS + CANDLE_MS);
  assert.equal(bench.show({ closedAtMs: atMs }).signal?.kind, "enter");
});
