import assert from "node:assert/strict";
import { FEES, usd } from "../../tests/support/gate_input.ts";
import { BTC, NKL } from "../../tests/support/instruments.ts";
import { priceTicks, qtyLots, type UsdMicros } from "../money.ts";
import { entryCost, exitProceeds, sizeEntry, type SizingInput } from "./sizing.ts";

const FREE = { name: "free", makerRatio: 0, takerRatio: 0, markupRatio: 0 };

function input(change: Partial<SizingInput> = {}): SizingInput {
  return {
    instrument: BTC,
    entryTicks: priceTicks(5_000_000),
    stopTicks: priceTicks(4_950_000),
    riskBudgetUsdMicros: usd(75),
    valueCaps: { order: usd(100_000) },
    cashUsdMicros: usd(100_000),
    fees: FREE,
    slippageAllowanceBps: 0,
    ...change,
  };
}

Deno.test("without costs the size is budget over stop distance", () => {
  const sized = sizeEntry(input());
  assert.equal(sized.lots, 15_000_000); // 75 / 500 = 0.15 BTC
  assert.equal(sized.lossUsdMicros, usd(75));
  assert.equal(sized.notionalUsdMicros, usd(7_500));
  assert.equal(sized.reserveUsdMicros, usd(7_500));
  assert.equal(sized.boundBy, "risk");
});

Deno.test("fees, markup and slippage are part of the loss and make the size smaller", () => {
  // per BTC: 50,000 × 1.002 - 49,500 × (1 - 0.01) × (1 - 0.002) × (1 - 0.002) = 50,100 - 48,809.17602
  const sized = sizeEntry(input({ fees: { ...FEES, markupRatio: 0.01 }, slippageAllowanceBps: 20 }));
  assert.equal(sized.lots, Math.floor(75 / (50_100 - 49_500 * 0.99 * 0.998 * 0.998) * 1e8));
  assert.ok(sized.lossUsdMicros <= usd(75) && sized.lossUsdMicros > usd(74.9999));
});

Deno.test("each cap binds by its name, and one lot more would break it", () => {
  // deno-fmt-ignore
  const rows = [
    { change: { valueCaps: { order: usd(1_000), symbol: usd(999.999) } }, bound: "symbol", lots: 1_999_998 },
    { change: { valueCaps: { order: usd(1_000), symbol: usd(1_000) } },   bound: "order",  lots: 2_000_000 },
    { change: { cashUsdMicros: usd(500) },                                 bound: "cash",   lots: 1_000_000 },
    { change: { instrument: { ...BTC, maxQtyLots: qtyLots(500) } },       bound: "max_qty", lots: 500 },
  ];
  for (const { change, bound, lots } of rows) {
    const sized = sizeEntry(input(change));
    assert.deepEqual([sized.boundBy, sized.lots], [bound, lots]);
  }
  assert.equal(
    sizeEntry(input({ cashUsdMicros: usd(501), fees: FEES })).lots,
    1_000_000,
    "the fee has to fit the cash too",
  );
  assert.equal(sizeEntry(input({ cashUsdMicros: usd(500.999999), fees: FEES })).lots, 999_999);
});

Deno.test("no lots and a reason when the order cannot be", () => {
  // deno-fmt-ignore
  const rows = [
    { name: "stop at entry",        change: { stopTicks: priceTicks(5_000_000) },          reason: "STOP_NOT_BELOW_ENTRY" },
    { name: "stop above entry",     change: { stopTicks: priceTicks(5_000_001) },          reason: "STOP_NOT_BELOW_ENTRY" },
    { name: "stop at zero",         change: { stopTicks: priceTicks(0) },                  reason: "STOP_NOT_BELOW_ENTRY" },
    { name: "no entry price",       change: { entryTicks: null },                          reason: "UNKNOWN_INPUT" },
    { name: "no stop",              change: { stopTicks: null },                           reason: "UNKNOWN_INPUT" },
    { name: "no budget known",      change: { riskBudgetUsdMicros: null },                 reason: "UNKNOWN_INPUT" },
    { name: "no cash known",        change: { cashUsdMicros: null },                       reason: "UNKNOWN_INPUT" },
    { name: "an unknown cap",       change: { valueCaps: { order: null } },                reason: "UNKNOWN_INPUT" },
    { name: "NaN budget",           change: { riskBudgetUsdMicros: NaN as UsdMicros },     reason: "UNKNOWN_INPUT" },
    { name: "NaN allowance",        change: { slippageAllowanceBps: NaN },                 reason: "UNKNOWN_INPUT" },
    { name: "budget zero",          change: { riskBudgetUsdMicros: usd(0) },               reason: "NO_ROOM" },
    { name: "budget negative",      change: { riskBudgetUsdMicros: usd(-1) },              reason: "NO_ROOM" },
    { name: "cap used up",          change: { valueCaps: { order: usd(-5) } },             reason: "NO_ROOM" },
    { name: "cash for half a lot",  change: { cashUsdMicros: usd(0.0002) },                reason: "NO_ROOM" },
    { name: "below the least value", change: { cashUsdMicros: usd(0.1) },                  reason: "BELOW_MINIMUM" },
  ];
  for (const { name, change, reason } of rows) {
    const sized = sizeEntry(input(change));
    assert.deepEqual([sized.lots, sized.reason, sized.lossUsdMicros, sized.reserveUsdMicros], [0, reason, 0, 0], name);
  }
});

Deno.test("the minimum is met at the stop too, where the position may have to be sold", () => {
  const tight = input({ valueCaps: { order: usd(0.1004) } }); // 200 lots: 0.10 USD at the entry, 0.099 at the stop
  assert.equal(sizeEntry(tight).reason, "BELOW_MINIMUM");
  assert.equal(sizeEntry(input({ valueCaps: { order: usd(0.1015) } })).lots, 203);
});

Deno.test("a venue that names no least value is taken to want a dollar", () => {
  const silent = { ...BTC, minNotionalUsdMicros: null };
  assert.equal(sizeEntry(input({ instrument: silent, cashUsdMicros: usd(1) })).reason, "BELOW_MINIMUM");
  assert.equal(sizeEntry(input({ instrument: silent, cashUsdMicros: usd(1.02) })).reason, null);
});

Deno.test("a coarse grid gives whole coins at or below the budget", () => {
  const sized = sizeEntry(
    input({ instrument: NKL, entryTicks: priceTicks(200), stopTicks: priceTicks(190), riskBudgetUsdMicros: usd(2.4) }),
  );
  assert.equal(sized.lots, 4); // 10.00 and 9.50: 0.50 a coin
  assert.equal(sized.lossUsdMicros, usd(2));
});

Deno.test("absurd prices give an answer, not an error", () => {
  for (const entry of [1, 2, 5_000_000, 2 ** 40, 2 ** 51]) {
    const sized = sizeEntry(input({ entryTicks: priceTicks(entry), stopTicks: priceTicks(Math.max(1, entry - 1)) }));
    assert.ok(sized.lots >= 0 && sized.lossUsdMicros <= usd(75));
  }
});

Deno.test("what an entry costs counts the dearer fee; what an exit brings counts the taker's", () => {
  const dear = { ...FEES, makerRatio: 0.01 };
  assert.equal(entryCost(qtyLots(1e8), priceTicks(10_000), { instrument: BTC, fees: dear }), usd(101));
  assert.equal(entryCost(qtyLots(1e8), priceTicks(10_000), { instrument: BTC, fees: FEES }), usd(100.2));
  const proceeds = exitProceeds(qtyLots(1e8), priceTicks(10_000), {
    instrument: BTC,
    fees: FEES,
    slippageAllowanceBps: 100,
  });
  assert.equal(proceeds, usd(99 - 0.198));
  const nothing = exitProceeds(qtyLots(1e8), priceTicks(10_000), {
    instrument: BTC,
    fees: { ...FEES, markupRatio: 2 },
    slippageAllowanceBps: 0,
  });
  assert.equal(nothing, 0);
});
