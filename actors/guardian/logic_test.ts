import assert from "node:assert/strict";
import { afterExit, EXIT_RESTART } from "./logic.ts";

const policy = { windowMs: 300_000, calm: 2, last: 4 };
const at = (restarts: number) => ({
  restartsAtMs: Array.from({ length: restarts }, (_, n) => 900_000 + n),
  nowMs: 1_000_000,
  stopping: false,
  policy,
});

for (
  const { name, code, signal = null, restarts = 0, stopping = false, want } of [
    { name: "done", code: 0, want: "over 0" },
    { name: "bad input", code: 2, want: "over 2" },
    { name: "Ctrl-C", code: 130, signal: "SIGINT", want: "over 130" },
    { name: "told to end", code: 143, signal: "SIGTERM", want: "over 143" },
    { name: "any end while the guardian is stopping", code: 1, stopping: true, want: "over 1" },
    { name: "a crash", code: 1, want: "start" },
    { name: "a full heap", code: 133, signal: "SIGTRAP", want: "start" },
    { name: "kill -9", code: 137, signal: "SIGKILL", want: "start" },
    { name: "its own wish", code: EXIT_RESTART, want: "start" },
    { name: "the last calm restart", code: 1, restarts: 1, want: "start" },
    { name: "the first one too many", code: 1, restarts: 2, want: "start frozen" },
    { name: "the last one of all", code: 1, restarts: 3, want: "start frozen" },
    { name: "beyond the last", code: 1, restarts: 4, want: "over 1" },
  ]
) {
  Deno.test(`the guardian after ${name}: ${want}`, () => {
    const decision = afterExit({ code, signal }, { ...at(restarts), stopping });
    const got = decision.action === "over" ? `over ${decision.code}` : decision.frozen ? "start frozen" : "start";
    assert.equal(got, want);
  });
}

Deno.test("restarts outside the window are forgotten", () => {
  const decision = afterExit({ code: 1, signal: null }, { ...at(0), restartsAtMs: [1, 2, 3, 700_000] });
  assert.deepEqual(decision.action === "start" && decision.frozen, false);
});
