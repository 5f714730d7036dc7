/** The risk gate and the sizing against figures worked out by other means. */
import assert from "node:assert/strict";
import { type FeeProfile, isBelowMinimum } from "../../core/execution/fees.ts";
import { type Instrument, priceTicks, qtyLots, usdMicros } from "../../core/money.ts";
import { gate } from "../../core/risk/gate.ts";
import { isLooser, LIMIT_KEYS, LIMITS, type RiskLimits } from "../../core/risk/limits.ts";
import { pacingRatio } from "../../core/risk/pacing.ts";
import type { GateInput } from "../../core/risk/rules.ts";
import { sizeEntry } from "../../core/risk/sizing.ts";
import { gateInput, NOW_MS } from "../support/gate_input.ts";
import { BTC, ETH, NKL } from "../support/instruments.ts";
import { fc, property } from "../support/property.ts";

const ratio = (max: number) => fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000 * max);
const micros = (max: number) => fc.integer({ min: 0, max }).map(usdMicros);
const fees = fc.record({
  name: fc.constant("x"),
  makerRatio: ratio(0.02),
  takerRatio: ratio(0.02),
  markupRatio: ratio(0.02),
});
const on = fc.constantFrom<Instrument>(BTC, ETH, NKL);

/** `a / 10^n` products in exact integers of 10^-24 USD: an own way to the loss at the stop. */
function exactLossE24(
  lots: number,
  entry: number,
  stop: number,
  on: Instrument,
  fee: FeeProfile,
  slipBps: number,
): bigint {
  const value = (ticks: number) =>
    BigInt(ticks) * BigInt(lots) * BigInt(on.priceIncrement.mantissa * on.qtyIncrement.mantissa) *
    10n ** BigInt(24 - on.priceIncrement.decimals - on.qtyIncrement.decimals);
  const e12 = (x: number) => BigInt(Math.round(x * 1e12));
  const cost = value(entry) * (10n ** 12n + e12(Math.max(fee.makerRatio, fee.takerRatio))) / 10n ** 12n;
  const kept = e12((1 - fee.markupRatio) * (1 - slipBps / 10_000) * (1 - fee.takerRatio));
  return cost - value(stop) * kept / 10n ** 12n;
}

property("sizing never risks more than the budget, fees, markup and slippage included, and stays inside every cap", [
  fc.record({
    on,
    entry: fc.integer({ min: 2, max: 10_000_000 }),
    stopShare: fc.integer({ min: 1, max: 999_999 }),
    budget: micros(10 ** 10),
    capA: micros(10 ** 11),
    capB: micros(10 ** 11),
    cash: micros(10 ** 11),
    fees,
    slippageAllowanceBps: fc.integer({ min: 0, max: 300 }),
  }),
], ({ on, entry, stopShare, budget, capA, capB, cash, fees, slippageAllowanceBps }) => {
  const stop = Math.max(1, Math.floor(entry * stopShare / 1_000_000));
  const sized = sizeEntry({
    instrument: on,
    entryTicks: priceTicks(entry),
    stopTicks: priceTicks(stop),
    riskBudgetUsdMicros: budget,
    valueCaps: { a: capA, b: capB },
    cashUsdMicros: cash,
    fees,
    slippageAllowanceBps,
  });
  assert.equal(sized.lots > 0, sized.reason === null);
  if (sized.lots === 0) return;
  assert.ok(sized.lossUsdMicros <= budget && sized.notionalUsdMicros <= capA && sized.notionalUsdMicros <= capB);
  assert.ok(sized.reserveUsdMicros <= cash && sized.lots <= on.maxQtyLots);
  assert.ok(!isBelowMinimum(sized.lots, priceTicks(stop), on));
  const exact = exactLossE24(sized.lots, entry, stop, on, fees, slippageAllowanceBps);
  const slackE24 = 10n ** 18n / 100n; // the model's own ratio rounding at 10^-12 of at most 10^4 USD
  assert.ok(exact <= BigInt(budget) * 10n ** 18n + slackE24, `${exact} beyond ${budget}`);
});

property("sizing gives away nothing: a size that is larger by the rounding would break the bound it names", [
  fc.record({
    entry: fc.integer({ min: 1_000, max: 10_000_000 }),
    gap: fc.integer({ min: 10, max: 900 }),
    budget: micros(10 ** 9),
    fees,
  }),
], ({ entry, gap, budget, fees }) => {
  const stop = entry - Math.ceil(entry * gap / 10_000);
  const ask = (extra: number) =>
    sizeEntry({
      instrument: { ...BTC, maxQtyLots: qtyLots(2 ** 40) },
      entryTicks: priceTicks(entry),
      stopTicks: priceTicks(stop),
      riskBudgetUsdMicros: usdMicros(budget + extra),
      valueCaps: {},
      cashUsdMicros: usdMicros(10 ** 14),
      fees,
      slippageAllowanceBps: 10,
    });
  const sized = ask(0);
  if (sized.boundBy !== "risk" || sized.reason !== null) return;
  // Five roundings and one step: what is left over is less than one lot and eight micros.
  const lossPerLot = sized.lossUsdMicros / sized.lots;
  assert.ok(
    budget - sized.lossUsdMicros <= lossPerLot + 8,
    `left ${budget - sized.lossUsdMicros}, a lot loses ${lossPerLot}`,
  );
});

const limits = fc.record(
  Object.fromEntries(LIMIT_KEYS.map((key) => {
    const { min, max, optional, unit } = LIMITS[key];
    const number = unit === "count"
      ? fc.integer({ min, max })
      : fc.integer({ min: 0, max: 1_000 }).map((n) => min + (max - min) * n / 1_000);
    return [key, optional ? fc.option(number) : unit === "usd_micros" ? number.map(Math.round) : number];
  })),
).map((drawn) => {
  const l = drawn as unknown as RiskLimits;
  return {
    ...l,
    bankrollMaxUsdMicros: null,
    stopDistanceMinBps: Math.min(l.stopDistanceMinBps, l.stopDistanceMaxBps - 1),
  };
});

/** Mostly a value that passes, now and then any. */
const mostly = <T>(good: T, any: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: any });
const usdBetween = (low: number, high: number) =>
  fc.integer({ min: low * 10 ** 6, max: high * 10 ** 6 }).map(usdMicros);

const anyInput = fc.record<Partial<GateInput>>({
  killFile: mostly(false, fc.boolean()),
  latches: mostly(0, fc.integer({ min: 0, max: 1 })),
  ordersUnknown: mostly(0, fc.integer({ min: 0, max: 1 })),
  bidUsd: mostly(49_990, fc.integer({ min: 49_000, max: 51_000 })),
  quoteAtMs: mostly(NOW_MS, fc.integer({ min: NOW_MS - 8_000, max: NOW_MS })),
  stopTicks: fc.integer({ min: 4_400_000, max: 5_010_000 }).map(priceTicks),
  equityUsdMicros: usdBetween(9_000, 11_000),
  netEquityUsdMicros: usdBetween(9_700, 11_000),
  peakUsdMicros: usdBetween(9_000, 11_500),
  dayStartUsdMicros: usdBetween(9_500, 10_500),
  openRiskUsdMicros: usdBetween(0, 60),
  cashFreeUsdMicros: usdBetween(0, 20_000),
  openNotionalUsdMicros: usdBetween(0, 2_000),
  symbolNotionalUsdMicros: usdBetween(0, 200),
  positions: mostly(0, fc.integer({ min: 0, max: 4 })),
  mandateRatio: ratio(1.2),
});
const EAGER = { confidence: 0.96, expectedMoveBps: 5_000, targetUsd: 80_000 };

property(
  "whatever is accepted keeps every limit, recomputed here",
  [anyInput, limits, fees],
  (change, limits, fees) => {
    const input = gateInput(change, EAGER);
    const { denial, sizing, checks, pacingRatio } = gate(input, limits, fees);
    assert.equal(denial === null, checks.every((check) => check.pass));
    if (denial !== null) return;
    const equity = input.equityUsdMicros!;
    assert.ok(pacingRatio <= 1 && pacingRatio > 0);
    assert.ok(sizing.lossUsdMicros <= equity * Math.min(0.01, limits.riskPerTradeRatio) * pacingRatio + 1);
    const dayCap = Math.min(limits.dayLossMaxR * limits.riskPerTradeRatio, limits.dayLossMaxRatio) *
      input.dayStartUsdMicros!;
    const lost = input.dayStartUsdMicros! - input.netEquityUsdMicros!;
    assert.ok(lost < dayCap && lost + input.openRiskUsdMicros! + sizing.lossUsdMicros <= dayCap + 1);
    assert.ok(sizing.notionalUsdMicros <= limits.orderNotionalMaxUsdMicros);
    const open = input.openNotionalUsdMicros! + sizing.notionalUsdMicros;
    assert.ok(open <= limits.totalNotionalMaxUsdMicros && open <= equity * limits.exposureMaxRatio + 1);
    assert.ok(input.symbolNotionalUsdMicros! + sizing.notionalUsdMicros <= equity * limits.symbolNotionalMaxRatio + 1);
    assert.ok(sizing.reserveUsdMicros <= input.cashFreeUsdMicros!);
    assert.ok(input.killFile === false && input.latches === 0 && input.ordersUnknown === 0);
    assert.ok(input.positions! + 1 <= limits.positionsMax);
    assert.ok(NOW_MS - input.quoteAtMs! <= limits.quoteAgeMaxMs);
  },
);

property("a tighter limit never lets more through and never sizes larger", [
  anyInput,
  limits,
  fees,
  fc.constantFrom(...LIMIT_KEYS),
  ratio(1),
], (change, limits, fees, key, share) => {
  const { min, max, safer, optional, unit } = LIMITS[key];
  if (optional || key === "stopDistanceMinBps" || key === "stopDistanceMaxBps") return;
  const now = limits[key] as number;
  const moved = safer === "lower" ? min + (now - min) * share : now + (max - now) * share;
  const tighter = { ...limits, [key]: unit === "count" || unit === "usd_micros" ? Math.round(moved) : moved };
  assert.equal(isLooser(key, now, tighter[key] as number), false);
  const [before, after] = [gate(gateInput(change, EAGER), limits, fees), gate(gateInput(change, EAGER), tighter, fees)];
  if (before.denial) {
    assert.ok(after.denial, `${key} ${now} → ${tighter[key]} let through what was denied as ${before.denial.code}`);
  }
  if (!after.denial) assert.ok(after.sizing.lots <= before.sizing.lots);
});

property("pacing never raises size and never rises while a day gets worse or a goal comes nearer", [
  ratio(3),
  ratio(3),
  ratio(3),
  ratio(1),
  ratio(1),
  ratio(1),
], (loss, goal, mandate, floor, more, share) => {
  const at = (l: number, g: number, m: number) =>
    pacingRatio({ lossUsedRatio: l, goalUsedRatio: g, mandateRatio: m, floorRatio: floor });
  const here = at(loss, goal, mandate);
  assert.ok(here >= 0 && here <= 1);
  assert.ok(at(loss + more, goal, mandate) <= here);
  assert.ok(at(loss, goal + more, mandate) <= here);
  assert.ok(at(loss, goal, mandate * share) <= here);
});
