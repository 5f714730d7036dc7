import assert from "node:assert/strict";
import { BTC } from "../../tests/support/instruments.ts";
import type { Fill, Side } from "../execution/types.ts";
import { priceTicks, qtyLots, usdMicros } from "../money.ts";
import { addTradeFill, excursionR, markTrade, openTrade, riskOf, tradeFigures, type TradePlan } from "./trade.ts";

const plan: TradePlan = {
  intentId: "i1",
  decisionId: "d1",
  symbol: "BTC-USD",
  strategy: "S1",
  regime: "trend",
  stopTicks: priceTicks(9_900),
  targetTicks: priceTicks(10_200),
  horizonMs: 60_000,
  plannedLots: qtyLots(200_000_000),
  riskUsdMicros: usdMicros(4_000_000),
};

function fill(side: Side, lots: number, gross: number, fee: number): Fill {
  return {
    executionId: `${side}${lots}`,
    clientOrderId: "o",
    symbol: "BTC-USD",
    side,
    qtyLots: qtyLots(lots),
    grossUsdMicros: usdMicros(gross),
    feeUsdMicros: usdMicros(fee),
    priceUsd: 0,
    atMs: 0,
  };
}

Deno.test("a round trip reports averages, fees, profit, R and excursions", () => {
  const trade = openTrade("t1", plan, 1_000);
  addTradeFill(trade, fill("buy", 100_000_000, 100_000_000, 100_000), usdMicros(0)); // 1 BTC at 100
  addTradeFill(trade, fill("buy", 100_000_000, 102_000_000, 100_000), usdMicros(0)); // 1 BTC at 102
  markTrade(trade, 100.5, 101.5);
  markTrade(trade, 100, 103);
  addTradeFill(trade, fill("sell", 50_000_000, 52_000_000, 50_000), usdMicros(2_000_000));
  addTradeFill(trade, fill("sell", 150_000_000, 156_000_000, 150_000), usdMicros(4_000_000));
  assert.deepEqual(tradeFigures(trade, BTC, 61_000), {
    qtyBase: 2,
    entryUsd: 101,
    exitUsd: 104,
    feesUsd: 0.4,
    pnlUsd: 5.6,
    rMultiple: 1.4,
    maeR: 0.5,
    mfeR: 1,
    holdMs: 60_000,
  });
  assert.equal(excursionR(trade, 99, BTC), -1);
});

Deno.test("1R is the planned loss for the share that was filled, never zero", () => {
  const trade = openTrade("t1", plan, 0);
  assert.equal(riskOf(trade), 1);
  addTradeFill(trade, fill("buy", 50_000_000, 1, 0), usdMicros(0));
  assert.equal(riskOf(trade), 1_000_000);
  addTradeFill(trade, fill("buy", 350_000_000, 1, 0), usdMicros(0));
  assert.equal(riskOf(trade), 4_000_000, "lots beyond the plan do not widen 1R");
});

Deno.test("a trade that saw no price and sold nothing reports zeros, not NaN", () => {
  const trade = openTrade("t1", plan, 0);
  addTradeFill(trade, fill("buy", 100, 10, 0), usdMicros(0));
  const { exitUsd, maeR, mfeR } = tradeFigures(trade, BTC, 0);
  assert.deepEqual([exitUsd, maeR, mfeR], [0, 0, 0]);
});

Deno.test("excursions are never negative: a trade that only rose has no adverse one", () => {
  const trade = openTrade("t1", plan, 0);
  addTradeFill(trade, fill("buy", 100_000_000, 100_000_000, 0), usdMicros(0));
  markTrade(trade, 101, 102);
  assert.equal(tradeFigures(trade, BTC, 0).maeR, 0);
  const fell = openTrade("t2", plan, 0);
  addTradeFill(fell, fill("buy", 100_000_000, 100_000_000, 0), usdMicros(0));
  markTrade(fell, 98, 99);
  assert.equal(tradeFigures(fell, BTC, 0).mfeR, 0);
  assert.equal(tradeFigures(fell, BTC, 0).maeR, 1);
});
