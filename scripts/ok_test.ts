import assert from "node:assert/strict";
import { runSteps, STEPS } from "./ok.ts";

const good = { name: "good", args: ["eval", "console.log('not shown')"] };
const bad = { name: "bad", args: ["eval", "console.log('out'); console.error('err'); Deno.exit(3)"] };

Deno.test("runSteps() prints one line a step and the sum", async () => {
  const lines: string[] = [];
  assert.equal(await runSteps([good, good], (line) => void lines.push(line)), true);
  assert.equal(lines.length, 3);
  assert.match(lines[0], /^ok {6}good +\d+\.\d s$/);
  assert.match(lines[2], /^all ok +\d+\.\d s$/);
});

Deno.test("runSteps() stops at the first step that fails and shows what it said", async () => {
  const lines: string[] = [];
  assert.equal(await runSteps([good, bad, good], (line) => void lines.push(line)), false);
  assert.match(lines[1], /^FAILED {2}bad +\d+\.\d s$/);
  assert.match(lines[2], /^out\n[^]*err$/);
  assert.equal(lines.length, 3);
});

Deno.test("the steps are format, lint, types, layers and tests, in that order", () => {
  assert.deepEqual(STEPS.map(({ name }) => name), ["fmt", "lint", "check", "layers", "test"]);
});
