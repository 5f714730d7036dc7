/**
 * Kill -9 of the whole program at twenty random moments of active trading. After each: nothing that was on disk is gone, the
 * ledger balances to the last unit, no order is doubled, and nothing that protects the account was reset.
 */
import assert from "node:assert/strict";
import { evolve } from "../../actors/broker/evolve.ts";
import { createDurable, type Durable } from "../../actors/broker/state.ts";
import type { BrokerEvent } from "../../actors/broker/events.ts";
import { createRng } from "../../core/rng.ts";
import { envInt } from "../support/env.ts";
import { type BooksOnDisk, readBooks } from "../support/books_on_disk.ts";
import { startProgram } from "../support/program.ts";

const KILLS = 20;
const QUICK = new URL("../fixtures/quick", import.meta.url).pathname;
const SYMBOLS = "BTC-USD,ETH-USD,SOL-USD,DOGE-USD,XRP-USD,LINK-USD,LTC-USD,AVAX-USD";
const ARGS = ["--config", QUICK, "--speed", "2000", "--symbols", SYMBOLS];
/** STOP is pressed before this kill, and lifted before that one. */
const STOP_BEFORE = 12;
const RESUME_BEFORE = 16;

Deno.test("twenty kills at random moments of active trading lose nothing, double nothing and reset nothing", async () => {
  const seed = envInt("SEED", 20_261_120);
  const rng = createRng(seed);
  const stateDir = await Deno.makeTempDir();
  let before: BooksOnDisk | null = null;
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      const program = startProgram(stateDir, { args: ARGS });
      const fromMs = before?.durable.atMs ?? 0;
      await program.until(
        ({ status, actors }) =>
          status.nowMs > fromMs && status.catchingUp === null && actors.every(({ state }) => state === "running"),
        60_000,
        `start ${kill}`,
      );
      if (kill === STOP_BEFORE) await control(program.runtime(), "stop");
      if (kill === RESUME_BEFORE) await control(program.runtime(), "resume");
      await new Promise((resolve) => setTimeout(resolve, 100 + rng.int(1_200)));
      program.kill("SIGKILL");
      await program.ended();
      if (program.log().includes("has ended")) console.log(program.log());
      const after = await readBooks(stateDir);
      assert.equal(after.problem, null, `after kill ${kill}`);
      if (before) {
        assert.deepEqual(after.lines.slice(0, before.lines.length), before.lines, `kill ${kill} lost what was on disk`);
        assertNothingReset(after.events, before.lines.length);
      }
      const stopped = kill >= STOP_BEFORE && kill < RESUME_BEFORE;
      assert.equal(
        after.durable.latches.some(({ cause }) => cause === "STOP"),
        stopped,
        `the STOP latch after kill ${kill}`,
      );
      before = after;
    }
    assert.equal(new Set(before!.nonces).size, KILLS);
    const { trades, ordersToday } = before!.durable;
    const orders = before!.events.filter(({ type }) => type === "order.created").length;
    assert.ok(
      orders >= KILLS && trades.count > 5,
      `${orders} orders and ${trades.count} trades are not active trading`,
    );
    console.log(
      `  ${KILLS} kills, ${before!.lines.length} journal entries, ${orders} orders, ${trades.count} trades, ` +
        `${ordersToday} orders on the last day`,
    );
  } catch (error) {
    console.error(`SEED=${seed} replays this`);
    throw error;
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
});

/** The start of a session may add the latch of the recovery; day, streaks, limits and every other latch stay. */
function assertNothingReset(events: readonly BrokerEvent[], from: number): void {
  const at = events.findIndex(({ type, seq }) => type === "session.started" && seq > from);
  assert.ok(at >= 0, "the new session left no mark");
  const durable = createDurable();
  for (const event of events.slice(0, at)) evolve(durable, event);
  const kept = (state: Durable) =>
    structuredClone({
      day: state.day,
      week: state.week,
      streaks: state.streaks,
      limits: state.limits,
      latches: state.latches.filter(({ cause }) => cause !== "RECOVERING"),
      paused: state.pausedSymbols,
      peak: state.equity.peakUsdMicros,
      ordersToday: state.ordersToday,
      positions: state.positions.map(({ trade, stopTicks }) => ({ id: trade.tradeId, stopTicks })),
    });
  const before = kept(durable);
  const atMs = events[at].atMs;
  for (const event of events.slice(at).filter((event) => event.atMs === atMs && event.type !== "latch.reset")) {
    evolve(durable, event);
  }
  assert.deepEqual(kept(durable), before);
}

async function control({ url, token }: { url: string; token: string }, command: "stop" | "resume"): Promise<void> {
  const response = await fetch(`${url}api/control/${command}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-grodt-token": token },
    body: JSON.stringify({ why: "test", idempotencyKey: crypto.randomUUID() }),
  });
  assert.equal(response.status, 200, await response.text());
}
