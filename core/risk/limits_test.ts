import assert from "node:assert/strict";
import { dueLimits, planLimitChange } from "./limit_changes.ts";
import { isLooser, LIMIT_KEYS, limitProblems, LIMITS, presetLimits, PRESETS } from "./limits.ts";

const balanced = presetLimits("balanced");

Deno.test("every preset keeps its own ranges and says why each limit is there", () => {
  for (const preset of PRESETS) assert.deepEqual(limitProblems(presetLimits(preset)), [], preset);
  for (const key of LIMIT_KEYS) assert.ok(LIMITS[key].why.length > 20 && LIMITS[key].label.length > 0, key);
});

Deno.test("conservative is nowhere looser than balanced, balanced nowhere looser than aggressive", () => {
  const [careful, middle, bold] = PRESETS.map(presetLimits);
  for (const key of LIMIT_KEYS) {
    assert.equal(isLooser(key, middle[key], careful[key]), false, `${key}: conservative against balanced`);
    assert.equal(isLooser(key, bold[key], middle[key]), false, `${key}: balanced against aggressive`);
  }
});

Deno.test("the numbers that the owner asked for stand in the balanced preset", () => {
  const { riskPerTradeRatio, positionsMax, dayLossMaxR, dayLossMaxRatio, dayRealizedLossMaxRatio, cooldownLosses } =
    balanced;
  assert.deepEqual(
    [riskPerTradeRatio, positionsMax, dayLossMaxR, dayLossMaxRatio, dayRealizedLossMaxRatio, cooldownLosses],
    [0.0075, 3, 3, 0.03, 0.02, 3],
  );
  assert.equal(balanced.slippageMaxZ, 3);
  assert.equal(LIMITS.riskPerTradeRatio.max, 0.01);
});

Deno.test("limitProblems() names each key that cannot be used and why", () => {
  // deno-fmt-ignore
  const rows = [
    { change: { riskPerTradeRatio: 0.01 },      says: null },
    { change: { riskPerTradeRatio: 0.0101 },    says: /riskPerTradeRatio.*between 0.0005 and 0.01/ },
    { change: { riskPerTradeRatio: 0.00049 },   says: /between 0.0005/ },
    { change: { riskPerTradeRatio: "0.01" },    says: /must be a number/ },
    { change: { riskPerTradeRatio: NaN },       says: /must be a number/ },
    { change: { riskPerTradeRatio: null },      says: /must be a number/ },
    { change: { riskPerTradeRatio: undefined }, says: /must be a number/ },
    { change: { dayGoalRatio: null },           says: null },
    { change: { dayGoalRatio: 0.6 },            says: /dayGoalRatio/ },
    { change: { dayGoalRatio: "no" },           says: /must be a number or null/ },
    { change: { positionsMax: 2.5 },            says: /whole number/ },
    { change: { positionsMax: 4 },              says: /between 1 and 3/ },
    { change: { surprise: 1 },                  says: /surprise.*is no limit/ },
    { change: { stopDistanceMinBps: 400, stopDistanceMaxBps: 400 }, says: /must be below stopDistanceMaxBps \(400\)/ },
    { change: { stopDistanceMinBps: 399, stopDistanceMaxBps: 400 }, says: null },
  ];
  for (const { change, says } of rows) {
    const problems = limitProblems({ ...balanced, ...change });
    assert.equal(problems.length, says ? 1 : 0, JSON.stringify(problems));
    if (says) assert.match(`${problems[0].key} ${problems[0].says}`, says);
  }
});

Deno.test("isLooser() knows the safe direction of each limit, and off is the loosest", () => {
  assert.equal(isLooser("riskPerTradeRatio", 0.005, 0.006), true);
  assert.equal(isLooser("riskPerTradeRatio", 0.005, 0.005), false);
  assert.equal(isLooser("riskPerTradeRatio", 0.005, 0.004), false);
  assert.equal(isLooser("confidenceMinRatio", 0.6, 0.55), true);
  assert.equal(isLooser("confidenceMinRatio", 0.6, 0.65), false);
  assert.equal(isLooser("dayGoalRatio", 0.02, null), true);
  assert.equal(isLooser("dayGoalRatio", null, 0.02), false);
  assert.equal(isLooser("dayGoalRatio", null, null), false);
});

const DAY = 86_400_000;

Deno.test("a tighter limit acts now, a looser one waits its delay", () => {
  const change = planLimitChange(
    balanced,
    [],
    { riskPerTradeRatio: 0.005, positionsMax: 3, confidenceMinRatio: 0.5 },
    1_000,
  );
  assert.deepEqual(change, {
    now: { riskPerTradeRatio: 0.005 },
    queue: [{ key: "confidenceMinRatio", value: 0.5, dueAtMs: 1_000 + DAY }],
  });
});

Deno.test("tightening a key, or asking for the value in force, withdraws what waits for it", () => {
  const queue = [
    { key: "positionsMax" as const, value: 3, dueAtMs: 5 },
    { key: "confidenceMinRatio" as const, value: 0.5, dueAtMs: 5 },
  ];
  const two = { ...balanced, positionsMax: 2 };
  assert.deepEqual(planLimitChange(two, queue, { positionsMax: 1 }, 0), {
    now: { positionsMax: 1 },
    queue: [queue[1]],
  });
  assert.deepEqual(planLimitChange(two, queue, { positionsMax: 2 }, 0), { now: {}, queue: [queue[1]] });
});

Deno.test("asking again for the same looser value does not restart its wait; another value does", () => {
  const queue = [{ key: "confidenceMinRatio" as const, value: 0.5, dueAtMs: 5 }];
  assert.deepEqual(planLimitChange(balanced, queue, { confidenceMinRatio: 0.5 }, 1_000).queue, queue);
  assert.deepEqual(planLimitChange(balanced, queue, { confidenceMinRatio: 0.52 }, 1_000).queue, [
    { key: "confidenceMinRatio", value: 0.52, dueAtMs: 1_000 + DAY },
  ]);
});

Deno.test("a looser limit acts only after its wait and never on a losing or unknown day", () => {
  const queue = [{ key: "confidenceMinRatio" as const, value: 0.5, dueAtMs: 1_000 }];
  // deno-fmt-ignore
  const rows = [
    { nowMs: 999,   pnl: 0,    due: 0 },
    { nowMs: 1_000, pnl: 0,    due: 1 },
    { nowMs: 1_000, pnl: 5,    due: 1 },
    { nowMs: 1_000, pnl: -1,   due: 0 },
    { nowMs: 1_000, pnl: null, due: 0 },
    { nowMs: 1_000, pnl: NaN,  due: 0 },
  ];
  for (const { nowMs, pnl, due } of rows) assert.equal(dueLimits(queue, pnl, nowMs).length, due);
});
