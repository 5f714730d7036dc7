import assert from "node:assert/strict";
import { createWorld } from "./world.ts";

const symbols = ["BTC-USD", "ETH-USD", "DOGE-USD"];
const MINUTES = 600;

async function runOnce(options: { schedule: number; settings?: Record<string, unknown> }) {
  const settings = { "sim.warmUpMinutes": 1_620, "sim.backfillMinutes": 0, ...options.settings };
  const world = await createWorld({ schedule: options.schedule, minutes: MINUTES, symbols, settings });
  await world.runToEnd();
  const totals = await world.totals();
  const counts = await world.counts();
  await world.stop();
  assert.deepEqual(world.logs.filter((line) => !line.startsWith("info")), []);
  return { totals, counts, delivered: world.scheduler.delivered };
}

Deno.test("the order in which threads happen to run changes nothing: same journal, same decisions", async () => {
  const runs = [await runOnce({ schedule: 1 }), await runOnce({ schedule: 2 }), await runOnce({ schedule: 3 })];
  const [first] = runs;
  assert.ok(first.totals.view.trades.count > 0, "a run without trades proves little");
  for (const run of runs) {
    assert.equal(run.totals.journal.sha256, first.totals.journal.sha256);
    assert.deepEqual(run.counts, first.counts);
    assert.deepEqual(run.totals.ledger, { ok: true, problem: null });
  }
});

Deno.test("speed, and with it how finely time is cut into frames, changes nothing", async () => {
  const fast = await runOnce({ schedule: 1 });
  const paced = await runOnce({ schedule: 4, settings: { speed: 60 } });
  assert.ok(paced.delivered > 3 * fast.delivered, "the paced run should have cut time more finely");
  assert.equal(paced.totals.journal.sha256, fast.totals.journal.sha256);
  assert.deepEqual(paced.counts, fast.counts);
});

Deno.test("another seed is another market", async () => {
  const one = await runOnce({ schedule: 1 });
  const other = await runOnce({ schedule: 1, settings: { seed: 43 } });
  assert.notEqual(one.totals.journal.sha256, other.totals.journal.sha256);
});
