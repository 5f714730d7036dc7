import assert from "node:assert/strict";
import { STAGES as CORE_STAGES } from "../../core/decision.ts";
import { FEATURE_NAMES } from "../../core/features/types.ts";
import { featureWords, marketMark, reasonText, stageQuestion, STAGES } from "./words.ts";

Deno.test("every gate of the core has its question, in the core's order", () => {
  assert.deepEqual(STAGES, [...CORE_STAGES]);
  for (const stage of STAGES) assert.notEqual(stageQuestion(stage), stage);
});

Deno.test("every feature has a label and a unit of its own", () => {
  for (const name of FEATURE_NAMES) {
    const { label, unit } = featureWords(name);
    assert.notEqual(label, name);
    assert.notEqual(unit, "number", name);
  }
  assert.deepEqual(featureWords("newFeatureUsd"), { label: "newFeatureUsd", unit: "price" });
});

Deno.test("a reason reads as a sentence with its numbers, and an unknown code as itself", () => {
  const cases: [code: string, value: number | null, limit: number | null, unit: string, want: string][] = [
    ["COST_ABOVE_MOVE", 18, 26.4, "bps", "expected move below cost: 18.0 bps against 26.4 bps"],
    ["WARMING_UP", 37, 50, "count", "warming up: 37 against 50"],
    ["POSITION_OPEN", null, null, "count", "a position is open"],
    ["VERDICT_TIMEOUT", 2_500, null, "ms", "verdict came too late: 2,500 ms"],
    ["SOMETHING_NEW.TODAY", null, null, "count", "something new today"],
  ];
  for (const [code, value, limit, unit, want] of cases) assert.equal(reasonText({ code, value, limit, unit }), want);
});

Deno.test("a market that is not the real one at this moment is always marked", () => {
  const mark = (mode: "sim" | "paper" | "live", simulated: boolean) =>
    marketMark({ mode, marketLabel: "L", simulated });
  assert.match(mark("sim", true)!, /simulated market/);
  assert.match(mark("sim", false)!, /recorded market/);
  assert.match(mark("paper", true)!, /simulated market/);
  assert.equal(mark("paper", false), null);
  assert.equal(mark("live", false), null);
});
