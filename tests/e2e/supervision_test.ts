/** Real workers that break in every way a worker can, in the real program. */
import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";

const QUICK = new URL("../fixtures/quick", import.meta.url).pathname;

for (const fault of ["throws", "rejects", "closes itself", "falls silent"]) {
  Deno.test(`a symbol worker that ${fault} is back with its state while the others trade on`, async () => {
    const stateDir = await Deno.makeTempDir();
    const program = startProgram(stateDir, {
      script: "tests/fixtures/faulty/main.ts",
      command: [fault, "serve"],
      args: ["--config", QUICK],
    });
    try {
      const broken = await program.until(
        ({ actors }) => actors.some(({ id, lastFault }) => id === "symbol:ETH-USD" && lastFault !== null),
        60_000,
        "the fault is noticed",
      );
      const noticedAt = performance.now();
      const nowMs = broken.status.nowMs;
      const back = await program.until(
        ({ actors, recent, status }) =>
          actors.find(({ id }) => id === "symbol:ETH-USD")!.state === "running" && status.nowMs >= nowMs + 120_000 &&
          recent.some(({ symbol, closedAtMs, code }) =>
            symbol === "ETH-USD" && closedAtMs > nowMs && code !== "WARMING_UP"
          ),
        30_000,
        "it decides again",
      );
      const eth = back.symbols.find(({ symbol }) => symbol === "ETH-USD")!;
      assert.equal(eth.warmUp, null, "it came back without its past");
      assert.equal(back.actors.find(({ id }) => id === "symbol:ETH-USD")!.restartsLastHour, 1);
      for (const { id, restartsLastHour } of back.actors) {
        if (id !== "symbol:ETH-USD") assert.equal(restartsLastHour, 0, `${id} was restarted as well`);
      }
      console.log(
        `  two market minutes after the fault it decides again: ${Math.round(performance.now() - noticedAt)} ms`,
      );
    } finally {
      program.kill("SIGTERM");
      assert.equal((await program.ended()).code, 0, program.log());
      await Deno.remove(stateDir, { recursive: true });
    }
  });
}
