import assert from "node:assert/strict";
import {
  addLots,
  addUsd,
  type Instrument,
  lotsToBase,
  maxUsd,
  minLots,
  minUsd,
  negUsd,
  notionalDown,
  notionalUp,
  parseIncrement,
  priceTicks,
  priceTicksDown,
  priceTicksUp,
  qtyLots,
  qtyLotsDown,
  ratioDown,
  ratioUp,
  shareUp,
  stepsToDecimal,
  subLots,
  subUsd,
  ticksToUsd,
  toUsd,
  usdMicros,
  usdMicrosDown,
  usdMicrosUp,
} from "./money.ts";

const btc: Instrument = {
  symbol: "BTC-USD",
  base: "BTC",
  priceIncrement: parseIncrement("0.01"),
  qtyIncrement: parseIncrement("0.00000001"),
  minQtyLots: qtyLots(100),
  maxQtyLots: qtyLots(2_000_000_000),
  minNotionalUsdMicros: usdMicros(100_000),
};
const nickel: Instrument = { ...btc, symbol: "NKL-USD", priceIncrement: parseIncrement("0.05") };
const whole: Instrument = {
  ...btc,
  symbol: "SHIB-USD",
  priceIncrement: parseIncrement("1"),
  qtyIncrement: parseIncrement("1000"),
};

Deno.test("usdMicros(), priceTicks() and qtyLots() refuse what is no safe integer, naming it", () => {
  for (const make of [usdMicros, priceTicks, qtyLots]) {
    for (const bad of [0.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53)]) {
      assert.throws(() => make(bad), /must be a safe integer, got/);
    }
    assert.equal(make(2 ** 53 - 1), 2 ** 53 - 1);
  }
});

Deno.test("a zero is never negative, since -0 prints and hashes differently", () => {
  assert.ok(Object.is(usdMicros(-0), 0));
  assert.ok(Object.is(negUsd(usdMicros(0)), 0));
  assert.ok(Object.is(ratioUp(usdMicros(0), -0.5), 0));
});

Deno.test("sums and differences stay exact and refuse to leave the safe range", () => {
  const top = usdMicros(2 ** 53 - 1);
  assert.equal(addUsd(usdMicros(1), usdMicros(2)), 3);
  assert.equal(subUsd(usdMicros(1), usdMicros(2)), -1);
  assert.equal(addLots(qtyLots(1), qtyLots(2)), 3);
  assert.equal(subLots(qtyLots(1), qtyLots(2)), -1);
  assert.throws(() => addUsd(top, usdMicros(1)), /UsdMicros sum/);
  assert.throws(() => subUsd(negUsd(top), usdMicros(1)), /UsdMicros difference/);
  assert.throws(() => addLots(qtyLots(top), qtyLots(1)), /QtyLots sum/);
  assert.throws(() => subLots(qtyLots(-top), qtyLots(1)), /QtyLots difference/);
  assert.equal(minUsd(usdMicros(1), usdMicros(2)), 1);
  assert.equal(maxUsd(usdMicros(1), usdMicros(2)), 2);
  assert.equal(minLots(qtyLots(1), qtyLots(2)), 1);
});

Deno.test("dollars become micros in the named direction and exact decimals stay exact", () => {
  // deno-fmt-ignore
  const rows = [
    { usd: 1.1,          down: 1_100_000,  up: 1_100_000 },
    { usd: 0.000001,     down: 1,          up: 1 },
    { usd: 0.0000015,    down: 1,          up: 2 },
    { usd: -0.0000015,   down: -2,         up: -1 },
    { usd: 0.1 + 0.2,    down: 300_000,    up: 300_001 },
    { usd: 4.35,         down: 4_350_000,  up: 4_350_000 },
    { usd: 0,            down: 0,          up: 0 },
  ];
  for (const { usd, down, up } of rows) {
    assert.equal(usdMicrosDown(usd), down, `${usd} down`);
    assert.equal(usdMicrosUp(usd), up, `${usd} up`);
  }
  assert.equal(toUsd(usdMicros(16_500)), 0.0165);
  for (const bad of [NaN, Infinity, -Infinity, 4_503_599_628]) {
    assert.throws(() => usdMicrosDown(bad), /no exact place/);
  }
});

Deno.test("prices go to the grid at or below, at or above; a decimal on the grid stays where it is", () => {
  // deno-fmt-ignore
  const rows = [
    { on: btc,    usd: 64_000.01,  down: 6_400_001, up: 6_400_001 },
    { on: btc,    usd: 64_000.019, down: 6_400_001, up: 6_400_002 },
    { on: btc,    usd: 64_000.011, down: 6_400_001, up: 6_400_002 },
    { on: btc,    usd: 0.009,      down: 0,         up: 1 },
    { on: nickel, usd: 1.15,       down: 23,        up: 23 },
    { on: nickel, usd: 1.19,       down: 23,        up: 24 },
    { on: nickel, usd: 1.2,        down: 24,        up: 24 },
    { on: whole,  usd: 7.99,       down: 7,         up: 8 },
  ];
  for (const { on, usd, down, up } of rows) {
    assert.equal(priceTicksDown(usd, on), down, `${usd} down`);
    assert.equal(priceTicksUp(usd, on), up, `${usd} up`);
  }
  assert.equal(ticksToUsd(priceTicks(6_400_001), btc), 64_000.01);
  assert.equal(ticksToUsd(priceTicks(23), nickel), 1.15);
});

Deno.test("a quantity is never rounded up", () => {
  assert.equal(qtyLotsDown(0.00000001, btc), 1);
  assert.equal(qtyLotsDown(0.000000019, btc), 1);
  assert.equal(qtyLotsDown(1_999, whole), 1);
  assert.equal(lotsToBase(qtyLots(3), whole), 3_000);
  assert.throws(() => qtyLotsDown(NaN, btc), /no exact place/);
});

Deno.test("a notional rounds up for what we pay and down for what we get", () => {
  // 64,000.01 × 0.00000003 = 0.0019200003 USD = 1,920.0003 micros
  assert.equal(notionalDown(priceTicks(6_400_001), qtyLots(3), btc), 1_920);
  assert.equal(notionalUp(priceTicks(6_400_001), qtyLots(3), btc), 1_921);
  // exact: no rounding either way
  assert.equal(notionalDown(priceTicks(6_400_000), qtyLots(100_000_000), btc), 64_000_000_000);
  assert.equal(notionalUp(priceTicks(6_400_000), qtyLots(100_000_000), btc), 64_000_000_000);
  // whole dollars and thousands of coins: the product has fewer decimals than micros
  assert.equal(notionalUp(priceTicks(7), qtyLots(2), whole), 14_000_000_000);
  // beyond 2^53 in the product: the exact path
  assert.equal(notionalDown(priceTicks(6_400_001), qtyLots(2_000_000_001), btc), 1_280_000_200_640);
  assert.equal(notionalUp(priceTicks(6_400_001), qtyLots(2_000_000_001), btc), 1_280_000_200_641);
  assert.throws(() => notionalUp(priceTicks(2 ** 52), qtyLots(2 ** 52), whole), /UsdMicros notional/);
});

Deno.test("ratios round in the named direction, whatever the sign", () => {
  // deno-fmt-ignore
  const rows = [
    { amount: 3_000_000,  ratio: 0.0055,      down: 16_500, up: 16_500 },
    { amount: 1,          ratio: 0.0095,      down: 0,      up: 1 },
    { amount: 100,        ratio: 0.015,       down: 1,      up: 2 },
    { amount: -100,       ratio: 0.015,       down: -2,     up: -1 },
    { amount: 100,        ratio: -0.015,      down: -2,     up: -1 },
    { amount: 200,        ratio: 0.015,       down: 3,      up: 3 },
    { amount: 3_000_000_000_000, ratio: 1/3,  down: 999_999_999_999, up: 1_000_000_000_002 },
  ];
  for (const { amount, ratio, down, up } of rows) {
    assert.equal(ratioDown(usdMicros(amount), ratio), down, `${amount} × ${ratio} down`);
    assert.equal(ratioUp(usdMicros(amount), ratio), up, `${amount} × ${ratio} up`);
  }
  assert.equal(ratioUp(usdMicros(1), 4_000), 4_000);
  for (const bad of [NaN, Infinity, 4_000.1, -4_000.1]) {
    assert.throws(() => ratioUp(usdMicros(1), bad), /ratio must be within/);
  }
});

Deno.test("the cost that leaves with a partial sale rounds up and never exceeds the whole", () => {
  assert.equal(shareUp(usdMicros(100), qtyLots(1), qtyLots(3)), 34);
  assert.equal(shareUp(usdMicros(100), qtyLots(3), qtyLots(3)), 100);
  assert.equal(shareUp(usdMicros(100), qtyLots(0), qtyLots(3)), 0);
  for (const [part, total] of [[4, 3], [-1, 3], [0, 0], [1, -1]]) {
    assert.throws(() => shareUp(usdMicros(100), qtyLots(part), qtyLots(total)), /not a part of a whole/);
  }
});

Deno.test("an increment is a positive plain decimal of at most 18 places", () => {
  assert.deepEqual(parseIncrement("0.000000010000000000"), { mantissa: 1, decimals: 8 });
  assert.deepEqual(parseIncrement("0.05"), { mantissa: 5, decimals: 2 });
  assert.deepEqual(parseIncrement("10"), { mantissa: 10, decimals: 0 });
  assert.deepEqual(parseIncrement("0.000000000000000001"), { mantissa: 1, decimals: 18 });
  for (const bad of ["", "1e-8", "-0.01", ".5", "1.", "abc", " 1"]) {
    assert.throws(() => parseIncrement(bad), /plain decimal such as/);
  }
  for (const bad of ["0", "0.000", "9007199254740993"]) assert.throws(() => parseIncrement(bad), /above zero/);
  assert.throws(() => parseIncrement("0.0000000000000000001"), /more than 18 decimals/);
});

Deno.test("counts print as plain decimals, never with an exponent", () => {
  assert.equal(stepsToDecimal(1, parseIncrement("0.00000001")), "0.00000001");
  assert.equal(stepsToDecimal(6_400_001, parseIncrement("0.01")), "64000.01");
  assert.equal(stepsToDecimal(3, parseIncrement("0.05")), "0.15");
  assert.equal(stepsToDecimal(-3, parseIncrement("0.05")), "-0.15");
  assert.equal(stepsToDecimal(3, parseIncrement("10")), "30");
});
