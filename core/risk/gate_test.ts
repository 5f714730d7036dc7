import assert from "node:assert/strict";
import { BTC } from "../../tests/support/instruments.ts";
import { FEES, gateInput, NOW_MS, usd } from "../../tests/support/gate_input.ts";
import type { EntryIntent } from "../execution/types.ts";
import { priceTicks, qtyLots, usdMicros } from "../money.ts";
import { gate, lossUsed } from "./gate.ts";
import { presetLimits, type RiskLimits } from "./limits.ts";
import { type GateInput, RULES, SIZED_RULES } from "./rules.ts";

const balanced = presetLimits("balanced");

interface Row {
  readonly rule: string;
  readonly name: string;
  readonly pass: boolean;
  readonly input?: Partial<GateInput>;
  readonly intent?: Partial<EntryIntent>;
  readonly limits?: Partial<RiskLimits>;
}

// Every threshold just on the good side, at it, and just beyond it.
// deno-fmt-ignore
const ROWS: readonly Row[] = [
  { rule: "kill_file", name: "no kill file", pass: true, input: { killFile: false } },
  { rule: "kill_file", name: "kill file lies there", pass: false, input: { killFile: true } },
  { rule: "stopped", name: "not stopped", pass: true, input: { stopped: false } },
  { rule: "stopped", name: "stopped by the operator", pass: false, input: { stopped: true } },
  { rule: "latched", name: "no latch", pass: true, input: { latches: 0 } },
  { rule: "latched", name: "one latch", pass: false, input: { latches: 1 } },
  { rule: "paused", name: "symbol not paused", pass: true, input: { paused: false } },
  { rule: "paused", name: "symbol paused", pass: false, input: { paused: true } },
  { rule: "books_proven", name: "books equal the venue's", pass: true, input: { booksUnproven: false } },
  { rule: "books_proven", name: "books not proven", pass: false, input: { booksUnproven: true } },
  { rule: "orders_unknown", name: "no unknown order", pass: true, input: { ordersUnknown: 0 } },
  { rule: "orders_unknown", name: "one unknown order", pass: false, input: { ordersUnknown: 1 } },
  { rule: "intent_new", name: "a new intent", pass: true, input: { intentSeen: false } },
  { rule: "intent_new", name: "an intent seen before", pass: false, input: { intentSeen: true } },
  { rule: "intent_age", name: "just below", pass: true, intent: { decidedAtMs: NOW_MS - 14_999 } },
  { rule: "intent_age", name: "at", pass: true, intent: { decidedAtMs: NOW_MS - 15_000 } },
  { rule: "intent_age", name: "just above", pass: false, intent: { decidedAtMs: NOW_MS - 15_001 } },
  { rule: "quote_known", name: "positive", pass: true, input: { bidUsd: 0.01 } },
  { rule: "quote_known", name: "zero bid", pass: false, input: { bidUsd: 0 } },
  { rule: "quote_known", name: "negative ask", pass: false, input: { askUsd: -1 } },
  { rule: "quote_known", name: "zero ask", pass: false, input: { askUsd: 0 } },
  { rule: "quote_age", name: "just below", pass: true, input: { quoteAtMs: NOW_MS - 4_999 } },
  { rule: "quote_age", name: "at", pass: true, input: { quoteAtMs: NOW_MS - 5_000 } },
  { rule: "quote_age", name: "just above", pass: false, input: { quoteAtMs: NOW_MS - 5_001 } },
  { rule: "quote_settled", name: "settled", pass: true, input: { quoteSuspect: false } },
  { rule: "quote_settled", name: "jumped", pass: false, input: { quoteSuspect: true } },
  { rule: "quote_crossed", name: "not crossed", pass: true, input: { bidUsd: 50_000, askUsd: 50_000 } },
  { rule: "quote_crossed", name: "just below 1.4 bps", pass: true, input: { bidUsd: 50_003.4, askUsd: 49_996.6 } },
  { rule: "quote_crossed", name: "just above 1.4 bps", pass: false, input: { bidUsd: 50_003.6, askUsd: 49_996.4 } },
  { rule: "spread", name: "just below 200 bps", pass: true, input: { bidUsd: 49_500.1, askUsd: 50_500 } },
  { rule: "spread", name: "at 200 bps", pass: true, input: { bidUsd: 49_500, askUsd: 50_500 } },
  { rule: "spread", name: "just above 200 bps", pass: false, input: { bidUsd: 49_499.9, askUsd: 50_500 } },
  { rule: "marks_age", name: "at", pass: true, input: { marksAgeMs: 5_000 } },
  { rule: "marks_age", name: "just above", pass: false, input: { marksAgeMs: 5_001 } },
  { rule: "clock_skew", name: "at", pass: true, input: { clockSkewMs: 1_000 } },
  { rule: "clock_skew", name: "just above", pass: false, input: { clockSkewMs: 1_001 } },
  { rule: "clock_skew", name: "just above, behind", pass: false, input: { clockSkewMs: -1_001 } },
  { rule: "feed_divergence", name: "at", pass: true, input: { feedDivergenceBps: 50 } },
  { rule: "feed_divergence", name: "just above", pass: false, input: { feedDivergenceBps: 50.1 } },
  { rule: "feed_divergence", name: "just above, below the reference", pass: false, input: { feedDivergenceBps: -50.1 } },
  { rule: "confidence", name: "just below", pass: false, intent: { confidence: 0.549 } },
  { rule: "confidence", name: "at", pass: true, intent: { confidence: 0.55 } },
  { rule: "confidence", name: "just above", pass: true, intent: { confidence: 0.551 } },
  { rule: "stop_distance_min", name: "just below 15 bps", pass: false, input: { stopTicks: priceTicks(4_992_501) } },
  { rule: "stop_distance_min", name: "just above 15 bps", pass: true, input: { stopTicks: priceTicks(4_992_499) } },
  { rule: "stop_distance_min", name: "stop at the entry", pass: false, input: { stopTicks: priceTicks(5_000_000) } },
  { rule: "stop_distance_min", name: "stop above the entry", pass: false, input: { stopTicks: priceTicks(5_100_000) } },
  { rule: "stop_distance_max", name: "just below 800 bps", pass: true, input: { stopTicks: priceTicks(4_600_001) } },
  { rule: "stop_distance_max", name: "just above 800 bps", pass: false, input: { stopTicks: priceTicks(4_599_999) } },
  { rule: "target", name: "just above the entry", pass: true, input: { targetTicks: priceTicks(5_000_001) } },
  { rule: "target", name: "at the entry", pass: false, input: { targetTicks: priceTicks(5_000_000) } },
  { rule: "horizon", name: "one ms", pass: true, intent: { horizonMs: 1 } },
  { rule: "horizon", name: "none", pass: false, intent: { horizonMs: 0 } },
  { rule: "cost", name: "move just above cost and margin", pass: true, intent: { targetUsd: 50_225.1, expectedMoveBps: 45.01 } },
  { rule: "cost", name: "move at cost and margin", pass: false, intent: { targetUsd: 50_250, expectedMoveBps: 45 } },
  { rule: "cost", name: "move just below", pass: false, intent: { expectedMoveBps: 44.99 } },
  { rule: "cost", name: "the price has run: too little is left of the move", pass: false, intent: { targetUsd: 50_225 } },
  { rule: "cost", name: "target below the entry", pass: false, intent: { targetUsd: 49_999 } },
  { rule: "symbol_free", name: "free", pass: true, input: { symbolBusy: false } },
  { rule: "symbol_free", name: "position or entry there", pass: false, input: { symbolBusy: true } },
  { rule: "positions", name: "two open", pass: true, input: { positions: 2 } },
  { rule: "positions", name: "three open", pass: false, input: { positions: 3 } },
  { rule: "cooldown", name: "over", pass: true, input: { cooldownLeftMs: 0 } },
  { rule: "cooldown", name: "one ms left", pass: false, input: { cooldownLeftMs: 1 } },
  { rule: "equity", name: "one micro", pass: true, input: { equityUsdMicros: usdMicros(1) } },
  { rule: "equity", name: "nothing left", pass: false, input: { equityUsdMicros: usdMicros(0) } },
  // cap: min(3 × 0.75 %, 3 %) = 2.25 % of 10,000 = 225
  { rule: "day_loss", name: "just below the cap", pass: true, input: { netEquityUsdMicros: usd(9_775.000001) } },
  { rule: "day_loss", name: "at the cap", pass: false, input: { netEquityUsdMicros: usd(9_775) } },
  { rule: "day_loss", name: "just above the cap", pass: false, input: { netEquityUsdMicros: usd(9_774.999999) } },
  { rule: "day_loss", name: "3 % is the smaller cap", pass: false, limits: { riskPerTradeRatio: 0.01, dayLossMaxRatio: 0.02 }, input: { netEquityUsdMicros: usd(9_800) } },
  { rule: "day_realized", name: "just below 2 %", pass: true, input: { dayRealizedUsdMicros: usd(-199.999999) } },
  { rule: "day_realized", name: "at 2 %", pass: false, input: { dayRealizedUsdMicros: usd(-200) } },
  { rule: "day_realized", name: "a gain is no loss", pass: true, input: { dayRealizedUsdMicros: usd(5_000) } },
  { rule: "drawdown", name: "just below 10 %", pass: true, input: { peakUsdMicros: usd(11_111.11) } },
  { rule: "drawdown", name: "at 10 %", pass: false, input: { peakUsdMicros: usd(12_500), equityUsdMicros: usd(11_250) } },
  { rule: "drawdown", name: "just above 10 %", pass: false, input: { peakUsdMicros: usd(11_111.12) } },
  { rule: "day_goal", name: "no goal", pass: true, input: { dayStartUsdMicros: usd(1_000) } },
  { rule: "day_goal", name: "just below", pass: true, limits: { dayGoalRatio: 0.25 }, input: { dayStartUsdMicros: usd(8_000.01) } },
  { rule: "day_goal", name: "at", pass: false, limits: { dayGoalRatio: 0.25 }, input: { dayStartUsdMicros: usd(8_000) } },
  { rule: "week_goal", name: "no goal", pass: true, input: { weekStartUsdMicros: usd(1_000) } },
  { rule: "week_goal", name: "just below", pass: true, limits: { weekGoalRatio: 0.25 }, input: { weekStartUsdMicros: usd(8_000.01) } },
  { rule: "week_goal", name: "at", pass: false, limits: { weekGoalRatio: 0.25 }, input: { weekStartUsdMicros: usd(8_000) } },
  { rule: "mandate", name: "almost gone", pass: true, input: { mandateRatio: 0.001 } },
  { rule: "mandate", name: "gone", pass: false, input: { mandateRatio: 0 } },
  { rule: "orders_minute", name: "the last one allowed", pass: true, input: { ordersLastMinute: 11 } },
  { rule: "orders_minute", name: "one too many", pass: false, input: { ordersLastMinute: 12 } },
  { rule: "orders_day", name: "the last one allowed", pass: true, input: { ordersToday: 199 } },
  { rule: "orders_day", name: "one too many", pass: false, input: { ordersToday: 200 } },
  { rule: "size", name: "one lot above the minimum order", pass: true, input: { cashFreeUsdMicros: usd(5.1) } },
  { rule: "size", name: "too little cash for the minimum order", pass: false, input: { cashFreeUsdMicros: usd(0.0999) } },
  { rule: "size", name: "no cash", pass: false, input: { cashFreeUsdMicros: usd(0) } },
  { rule: "size", name: "no risk budget", pass: false, input: { equityUsdMicros: usdMicros(1) } },
  { rule: "day_open_risk", name: "room for one more R", pass: true, input: { openRiskUsdMicros: usd(149) } },
  { rule: "day_open_risk", name: "other stops use the cap up", pass: false, input: { openRiskUsdMicros: usd(225.000001) } },
];

for (const { rule, name, pass, input, intent, limits } of ROWS) {
  Deno.test(`rule ${rule}: ${name} ${pass ? "passes" : "is denied"}`, () => {
    const { checks } = gate(gateInput(input, intent), { ...balanced, ...limits }, FEES);
    const found = checks.filter((check) => check.rule === rule);
    assert.equal(found.length, 1);
    assert.equal(found[0].pass, pass, JSON.stringify(found[0]));
    if (found[0].margin !== null) assert.ok(pass ? found[0].margin >= 0 : found[0].margin <= 0);
  });
}

Deno.test("every rule has an input that it must reject", () => {
  const sized = ["risk_per_trade", "order_notional", "symbol_notional", "total_notional", "exposure", "cash"];
  const rejected = new Set([...ROWS.filter((row) => !row.pass).map((row) => row.rule), ...sized]);
  const { checks } = gate(gateInput(), balanced, FEES);
  assert.equal(checks.length, RULES.length + SIZED_RULES.length);
  assert.deepEqual(checks.map((check) => check.rule).filter((rule) => !rejected.has(rule)), []);
});

Deno.test("a clean input passes every rule and is sized to the risk budget", () => {
  const { checks, denial, sizing, pacingRatio } = gate(gateInput(), balanced, FEES);
  assert.deepEqual(checks.filter((check) => !check.pass), []);
  assert.equal(denial, null);
  assert.equal(pacingRatio, 1);
  assert.equal(sizing.boundBy, "symbol_notional");
  assert.ok(sizing.lossUsdMicros <= usd(75));
});

Deno.test("the checks after sizing reject a size that the caps did not bind", () => {
  // What sizing would never give, handed to the rules as if it had.
  const input = gateInput({
    cashFreeUsdMicros: usd(3_000),
    openNotionalUsdMicros: usd(1),
    symbolNotionalUsdMicros: usd(1),
  });
  // deno-fmt-ignore
  const rows = [
    { rule: "risk_per_trade",  at: { lossUsdMicros: usd(75) },          above: { lossUsdMicros: usd(75.0001) } },
    { rule: "order_notional",  at: { notionalUsdMicros: usd(5_000) },   above: { notionalUsdMicros: usd(5_000.000001) } },
    { rule: "symbol_notional", at: { notionalUsdMicros: usd(2_999) },   above: { notionalUsdMicros: usd(2_999.0001) } },
    { rule: "total_notional",  at: { notionalUsdMicros: usd(14_999) },  above: { notionalUsdMicros: usd(14_999.000001) } },
    { rule: "exposure",        at: { notionalUsdMicros: usd(5_999) },   above: { notionalUsdMicros: usd(5_999.0001) } },
    { rule: "cash",            at: { reserveUsdMicros: usd(3_000) },    above: { reserveUsdMicros: usd(3_000.000001) } },
    { rule: "day_open_risk",   at: { lossUsdMicros: usd(225) },         above: { lossUsdMicros: usd(225.000001) } },
    { rule: "size",            at: { lots: qtyLots(203) },              above: { lots: qtyLots(99) } },
  ];
  const sizing = gate(input, balanced, FEES).sizing;
  for (const { rule, at, above } of rows) {
    const verdict = (change: object) =>
      SIZED_RULES.map((each) => each(input, balanced, { ...sizing, ...change })).find((check) => check.rule === rule);
    assert.equal(verdict(at)?.pass, true, `${rule} at the limit`);
    assert.equal(verdict(above)?.pass, false, `${rule} beyond the limit`);
  }
});

Deno.test("no file can raise the risk of one trade above 1 %", () => {
  const greedy = {
    ...balanced,
    riskPerTradeRatio: 0.5,
    dayLossMaxRatio: 0.9,
    symbolNotionalMaxRatio: 1,
    exposureMaxRatio: 1,
  };
  const { sizing } = gate(gateInput({ stopTicks: priceTicks(4_700_000) }), greedy, FEES);
  assert.ok(sizing.lots > 0 && sizing.lossUsdMicros <= usd(100));
});

Deno.test("the denial is the first failure, with its numbers, and all others are reported too", () => {
  const { checks, denial } = gate(
    gateInput({ quoteAtMs: NOW_MS - 9_000, paused: true, clockSkewMs: 2_000 }),
    balanced,
    FEES,
  );
  assert.deepEqual(denial, { code: "PAUSED", value: 1, limit: 0, unit: "count" });
  assert.deepEqual(checks.filter((check) => !check.pass).map((check) => check.rule), [
    "paused",
    "quote_age",
    "clock_skew",
  ]);
});

Deno.test("an unknown in any input denies", () => {
  const clean = gateInput({ openNotionalUsdMicros: usd(1), symbolNotionalUsdMicros: usd(1) });
  const given = ["intent", "instrument"];
  for (const key of Object.keys(clean).filter((key) => !given.includes(key))) {
    for (const unknown of [null, undefined, NaN]) {
      const { denial } = gate({ ...clean, [key]: unknown }, balanced, FEES);
      assert.ok(denial, `${key} = ${unknown} was accepted`);
    }
  }
  for (const key of ["confidence", "decidedAtMs", "targetUsd", "expectedMoveBps", "horizonMs"]) {
    for (const unknown of [null, undefined, NaN]) {
      const { denial } = gate(gateInput({}, { [key]: unknown }), balanced, FEES);
      assert.ok(denial, `intent.${key} = ${unknown} was accepted`);
    }
  }
});

Deno.test("the size shrinks to what the day may still lose with the other stops hit", () => {
  const room = (openRisk: number) => gate(gateInput({ openRiskUsdMicros: usd(openRisk) }), balanced, FEES).sizing;
  assert.equal(room(0).boundBy, "symbol_notional");
  assert.equal(room(215).boundBy, "risk");
  assert.ok(room(215).lossUsdMicros <= usd(10));
  assert.equal(room(225).reason, "NO_ROOM");
});

Deno.test("lossUsed() counts a loss against the cap, and a gain as nothing", () => {
  const used = (net: number) => lossUsed({ dayStartUsdMicros: usd(10_000), netEquityUsdMicros: usd(net) }, balanced);
  assert.equal(used(10_500), 0);
  assert.equal(used(9_887.5), 0.5);
  assert.equal(used(9_775), 1);
  assert.equal(lossUsed({ dayStartUsdMicros: null, netEquityUsdMicros: usd(1) }, balanced), null);
});

Deno.test("pacing acts on the size: half way to the goal the budget starts to fall", () => {
  const limits = { ...balanced, dayGoalRatio: 0.1, symbolNotionalMaxRatio: 1, exposureMaxRatio: 1 };
  const at = (gain: number) => gate(gateInput({ dayStartUsdMicros: usd(10_000 / (1 + gain)) }), limits, FEES);
  assert.equal(at(0.05).pacingRatio, 1);
  assert.ok(Math.abs(at(0.075).pacingRatio - 0.7) < 1e-6);
  assert.ok(at(0.075).sizing.lossUsdMicros <= usd(52.6));
  const week = gate(gateInput({ weekStartUsdMicros: usd(10_000 / 1.075) }), { ...limits, weekGoalRatio: 0.1 }, FEES);
  assert.ok(Math.abs(week.pacingRatio - 0.7) < 1e-6);
});

Deno.test("the instrument's own minimum binds", () => {
  const coarse = { ...BTC, minQtyLots: qtyLots(1_000_000_000) };
  const { sizing, denial } = gate(gateInput({ instrument: coarse }), balanced, FEES);
  assert.equal(sizing.reason, "BELOW_MINIMUM");
  assert.deepEqual(denial, { code: "SIZE", value: 0, limit: 1_000_000_000, unit: "count" });
});
