/** What the supervisor cannot heal from inside: the guardian starts the program afresh, on the same books. */
import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { readBooks } from "../support/books_on_disk.ts";

const QUICK = new URL("../fixtures/quick", import.meta.url).pathname;
const GUARDED = "tests/fixtures/faulty/guarded.ts";

for (const fault of ["loops", "fills the heap"]) {
  Deno.test(`after a symbol worker that ${fault} the whole program trades again on the same books`, async () => {
    const stateDir = await Deno.makeTempDir();
    const program = startProgram(stateDir, { script: GUARDED, command: [fault], args: ["--config", QUICK] });
    try {
      const before = await program.until(({ status }) => status.nowMs > 0, 60_000, "the first life");
      const firstPid = program.runtime().pid;
      let endedAt = 0;
      await program.until(
        () => {
          if (endedAt === 0 && !isAlive(firstPid)) endedAt = performance.now();
          return program.runtime().pid !== firstPid;
        },
        60_000,
        "the second life",
      );
      const again = await program.until(
        ({ status, actors }) =>
          status.nowMs > before.status.nowMs && status.tradingState === "active" &&
          actors.every(({ state }) => state === "running"),
        30_000,
        "trading again",
      );
      const decided = await program.until(
        ({ status }) => status.nowMs > again.status.nowMs + 60_000,
        30_000,
        "the next candle",
      );
      assert.ok(decided.recent.length > 0);
      console.log(`  trading again ${Math.round(performance.now() - endedAt)} ms after the end of the first life`);
    } finally {
      program.kill("SIGTERM");
      await program.ended();
    }
    const books = await readBooks(stateDir);
    assert.equal(books.problem, null);
    assert.equal(new Set(books.nonces).size, 2, "two sessions with nonces of their own");
    await Deno.remove(stateDir, { recursive: true });
  });
}

Deno.test("after a kill -9 of the program the guardian has it trading again, and a kill of the guardian ends the program in order", async () => {
  const stateDir = await Deno.makeTempDir();
  const program = startProgram(stateDir, { script: GUARDED, command: ["none"], args: ["--config", QUICK] });
  const running = await program.until(
    ({ status }) => status.catchingUp === null && status.nowMs > 0,
    60_000,
    "the first life",
  );
  const firstPid = program.runtime().pid;
  Deno.kill(firstPid, "SIGKILL");
  const killedAt = performance.now();
  const again = await program.until(
    ({ status }) =>
      program.runtime().pid !== firstPid && status.nowMs > running.status.nowMs && status.tradingState === "active",
    30_000,
    "trading again",
  );
  console.log(`  trading again ${Math.round(performance.now() - killedAt)} ms after the kill`);
  assert.ok(again.status.nowMs >= running.status.nowMs);
  const secondPid = program.runtime().pid;
  program.kill("SIGKILL");
  await program.ended();
  const deadline = Date.now() + 15_000;
  while (isAlive(secondPid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(isAlive(secondPid), false, "the program outlived its guardian");
  assert.equal((await readBooks(stateDir)).problem, null);
  await Deno.remove(stateDir, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    // A zombie waits for its parent only; it does nothing any more.
    return !/^State:\tZ/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
