import assert from "node:assert/strict";
import { candlesOf, randomCandles } from "../../tests/support/candles.ts";
import { SEED } from "../../tests/support/seed.ts";
import { sliceColumns } from "../market/candle_columns.ts";
import { EXTENDED_CANDLES, EXTENDED_NAMES, extendedIndicators, extendedRecord } from "./extended.ts";

Deno.test("each value of the wider set stands beside its own candle: the first ones are NaN, the rest are numbers", () => {
  const got = extendedIndicators(randomCandles({ length: 60, seed: SEED }));
  // deno-fmt-ignore
  const first = {
    macdUsd: 25, macdSignalUsd: 33, macdHistogramUsd: 33,
    bollingerUpperUsd: 19, bollingerMiddleUsd: 19, bollingerLowerUsd: 19,
    adx14: 27, plusDi14: 27, minusDi14: 27, stochRsiK: 29, stochRsiD: 31, obvBase: 0,
  };
  for (const name of EXTENDED_NAMES) {
    got[name].forEach((value, i) => assert.equal(Number.isNaN(value), i < first[name], `${name} of candle ${i}`));
  }
});

Deno.test("with EXTENDED_CANDLES candles the newest values no longer depend on where the window begins", () => {
  const c = randomCandles({ length: 2_000, seed: SEED });
  const long = extendedRecord(c);
  const short = extendedRecord(sliceColumns(c, c.length - EXTENDED_CANDLES, c.length));
  for (const name of EXTENDED_NAMES) {
    if (name === "obvBase") continue; // counts from its window's first candle by definition
    const scale = name.startsWith("macd") ? c.closeUsd.at(-1)! * 1e-3 : Math.abs(long[name]!);
    assert.ok(Math.abs(short[name]! - long[name]!) <= 1e-4 * scale, `${name}: ${short[name]} and ${long[name]}`);
  }
});

Deno.test("too few candles and a dead market give null, never a made-up number", () => {
  const empty = extendedRecord(candlesOf([]));
  for (const name of EXTENDED_NAMES) assert.equal(empty[name], null, name);
  const dead = extendedRecord(candlesOf(new Array(100).fill([5, 5, 5, 5, 1])));
  assert.equal(dead.adx14, null, "no direction, so no ADX");
  assert.equal(dead.macdUsd, 0);
  assert.equal(dead.bollingerUpperUsd, 5);
  assert.equal(dead.obvBase, 0);
});
