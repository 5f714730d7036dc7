/** The small parts that the gate is made of: answers, pacing, bankroll, cooldowns, breakers, cost. */
import assert from "node:assert/strict";
import { FEES, usd } from "../../tests/support/gate_input.ts";
import { tradingEquity } from "./bankroll.ts";
import { createFaultLog, type FaultKind, noteFault, slippageBreaker } from "./breakers.ts";
import { above, atLeast, atMost, below, off } from "./check.ts";
import { cooldownLeftMs, countResult, dueCooldowns, startCooldown, type Streaks } from "./cooldown.ts";
import { roundTripCostBps } from "./cost_gate.ts";
import { presetLimits } from "./limits.ts";
import { pacingRatio } from "./pacing.ts";

const balanced = presetLimits("balanced");

Deno.test("an answer passes on the right side of its limit and shows the room left", () => {
  // deno-fmt-ignore
  const rows = [
    { check: atMost("r", 4, 5, "ms"),   margin: 1,  pass: true },
    { check: atMost("r", 5, 5, "ms"),   margin: 0,  pass: true },
    { check: atMost("r", 6, 5, "ms"),   margin: -1, pass: false },
    { check: below("r", 4, 5, "ms"),    margin: 1,  pass: true },
    { check: below("r", 5, 5, "ms"),    margin: 0,  pass: false },
    { check: atLeast("r", 5, 5, "ms"),  margin: 0,  pass: true },
    { check: atLeast("r", 4, 5, "ms"),  margin: -1, pass: false },
    { check: above("r", 6, 5, "ms"),    margin: 1,  pass: true },
    { check: above("r", 5, 5, "ms"),    margin: 0,  pass: false },
  ];
  for (const { check, margin, pass } of rows) assert.deepEqual([check.margin, check.pass], [margin, pass]);
});

Deno.test("an unknown value or limit never passes and is shown as unknown", () => {
  for (const make of [atMost, below, atLeast, above]) {
    for (const unknown of [null, undefined, NaN, Infinity, -Infinity]) {
      assert.deepEqual(make("r", unknown, 5, "ms"), {
        rule: "r",
        value: null,
        limit: 5,
        margin: null,
        unit: "ms",
        pass: false,
      });
      assert.deepEqual(make("r", 5, unknown, "ms"), {
        rule: "r",
        value: 5,
        limit: null,
        margin: null,
        unit: "ms",
        pass: false,
      });
    }
  }
  assert.equal(off("r", false).pass, true);
  assert.equal(off("r", true).pass, false);
  assert.equal(off("r", null).pass, false);
  assert.equal(off("r", undefined).pass, false);
});

Deno.test("pacing is full up to half of the cap or goal, then falls to the floor", () => {
  // deno-fmt-ignore
  const rows = [
    { loss: 0,    goal: 0,    mandate: 1,   want: 1 },
    { loss: 0.5,  goal: 0,    mandate: 1,   want: 1 },
    { loss: 0.75, goal: 0,    mandate: 1,   want: 0.7 },
    { loss: 1,    goal: 0,    mandate: 1,   want: 0.4 },
    { loss: 9,    goal: 0,    mandate: 1,   want: 0.4 },
    { loss: 0,    goal: 1,    mandate: 1,   want: 0.4 },
    { loss: 0.75, goal: 1,    mandate: 1,   want: 0.4 },
    { loss: 0,    goal: 0,    mandate: 0.5, want: 0.5 },
    { loss: 0,    goal: 0,    mandate: 0,   want: 0 },
    { loss: 0,    goal: 0,    mandate: 7,   want: 1 },
    { loss: 0,    goal: 0,    mandate: -1,  want: 0 },
    { loss: -3,   goal: -3,   mandate: 1,   want: 1 },
    { loss: null, goal: 0,    mandate: 1,   want: 0 },
    { loss: 0,    goal: null, mandate: 1,   want: 0 },
    { loss: 0,    goal: 0,    mandate: null, want: 0 },
    { loss: NaN,  goal: 0,    mandate: 1,   want: 0 },
  ];
  for (const { loss, goal, mandate, want } of rows) {
    const got = pacingRatio({ lossUsedRatio: loss, goalUsedRatio: goal, mandateRatio: mandate, floorRatio: 0.4 });
    assert.ok(Math.abs(got - want) < 1e-12, `${loss} ${goal} ${mandate}: ${got}`);
  }
  assert.equal(pacingRatio({ lossUsedRatio: 1, goalUsedRatio: 1, mandateRatio: 1, floorRatio: 1 }), 1);
  assert.equal(pacingRatio({ lossUsedRatio: 0, goalUsedRatio: 0, mandateRatio: 1, floorRatio: NaN }), 0);
});

Deno.test("the bankroll grows and shrinks with its own results and never beyond the account", () => {
  // deno-fmt-ignore
  const rows = [
    { equity: 10_000, bankroll: null, set: 0,      want: 10_000 },
    { equity: 10_000, bankroll: 500,  set: 10_000, want: 500 },
    { equity: 10_120, bankroll: 500,  set: 10_000, want: 620 },
    { equity: 9_400,  bankroll: 500,  set: 10_000, want: -100 },
    { equity: 300,    bankroll: 500,  set: 300,    want: 300 },
  ];
  for (const { equity, bankroll, set, want } of rows) {
    assert.equal(tradingEquity(usd(equity), bankroll === null ? null : usd(bankroll), usd(set)), usd(want));
  }
});

function closes(streaks: Streaks) {
  return (pnlUsd: number, closedAtMs: number, symbol = "BTC-USD", strategy = "S1"): string[] => {
    const trade = { symbol, strategy, pnlUsd, closedAtMs };
    countResult(streaks, trade);
    const due = dueCooldowns(streaks, trade, balanced);
    for (const cooldown of due) startCooldown(streaks, cooldown);
    return due.map(({ scope }) => scope);
  };
}

Deno.test("the third loss in a row starts the pauses of its symbol, strategy and the account", () => {
  const streaks: Streaks = {};
  const close = closes(streaks);
  const left = (symbol: string, strategy: string, nowMs: number) => cooldownLeftMs(streaks, symbol, strategy, nowMs);
  assert.deepEqual(close(-1, 10), []);
  assert.deepEqual(close(-1, 20), []);
  assert.equal(left("BTC-USD", "S1", 20), 0);
  assert.deepEqual(close(-0.000001, 30), ["symbol:BTC-USD", "strategy:S1", "account"]);
  assert.equal(left("BTC-USD", "S1", 30), balanced.cooldownSymbolMs);
  assert.equal(left("ETH-USD", "S1", 30), balanced.cooldownStrategyMs);
  assert.equal(left("ETH-USD", "S2", 30), balanced.cooldownAccountMs);
  assert.equal(left("BTC-USD", "S1", 30 + balanced.cooldownSymbolMs - 1), 1);
  assert.equal(left("BTC-USD", "S1", 30 + balanced.cooldownSymbolMs), 0);
  assert.deepEqual(close(-1, 40), [], "the streak counts anew after it started a pause");
});

Deno.test("a result that is no loss ends the streak, and symbols are counted apart", () => {
  const close = closes({});
  close(-1, 0);
  close(-1, 0);
  assert.deepEqual(close(0, 0), []);
  assert.deepEqual(close(-1, 0), []);
  assert.deepEqual(close(-1, 0, "ETH-USD", "S2"), []);
  assert.deepEqual(close(-1, 0, "DOGE-USD", "S3"), ["account"]);
});

Deno.test("a pause is never shortened by a later, shorter one", () => {
  const streaks: Streaks = {};
  startCooldown(streaks, { scope: "account", untilMs: 500 });
  startCooldown(streaks, { scope: "account", untilMs: 400 });
  assert.equal(cooldownLeftMs(streaks, "BTC-USD", "S1", 0), 500);
});

Deno.test("faults within the window trip their breaker one beyond the limit", () => {
  const kinds: [FaultKind, number][] = [["latency", 3], ["api", 5], ["model", 10], ["feed", 2], ["clock", 2]];
  for (const [kind, limit] of kinds) {
    const log = createFaultLog();
    for (let n = 1; n <= limit; n++) assert.equal(noteFault(log, kind, n, balanced).pass, true, `${kind} ${n}`);
    const tripped = noteFault(log, kind, limit + 1, balanced);
    assert.deepEqual([tripped.pass, tripped.value, tripped.limit], [false, limit + 1, limit]);
  }
});

Deno.test("a fault older than the window is forgotten", () => {
  const log = createFaultLog();
  for (const at of [0, 1, 2]) noteFault(log, "latency", at, balanced);
  assert.equal(
    noteFault(log, "latency", balanced.faultWindowMs, balanced).value,
    3,
    "the fault at 0 has left, those at 1 and 2 have not",
  );
});

Deno.test("slippage beyond three standard deviations trips, an unknown baseline does not", () => {
  assert.equal(slippageBreaker(null, balanced), null);
  assert.equal(slippageBreaker(2.99, balanced)?.pass, true);
  assert.equal(slippageBreaker(3, balanced)?.pass, true);
  assert.equal(slippageBreaker(3.01, balanced)?.pass, false);
});

Deno.test("a round trip costs spread, fees of both sides, markup of both sides and slippage", () => {
  const fees = { name: "x", makerRatio: 0.001, takerRatio: 0.002, markupRatio: 0.003 };
  const trip = { bidUsd: 99.95, askUsd: 100.05, fees, entryCrosses: false, slippageBps: 4 };
  const close = (got: number, want: number) => assert.ok(Math.abs(got - want) < 1e-9, `${got} is not ${want}`);
  close(roundTripCostBps(trip), 10 + 30 + 60 + 4);
  close(roundTripCostBps({ ...trip, entryCrosses: true }), 10 + 40 + 60 + 4);
  close(roundTripCostBps({ ...trip, fees: FEES, bidUsd: 100.1 }), 30 + 4);
  for (const unknown of [0, -1, NaN]) {
    assert.ok(Number.isNaN(roundTripCostBps({ ...trip, bidUsd: unknown })));
    assert.ok(Number.isNaN(roundTripCostBps({ ...trip, askUsd: unknown })));
  }
});
