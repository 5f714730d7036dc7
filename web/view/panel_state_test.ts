import assert from "node:assert/strict";
import { panelState } from "./panel_state.ts";
import type { ActorRow, Panels } from "./types.ts";

const actor = (id: string, state: ActorRow["state"] = "running", change: Partial<ActorRow> = {}): ActorRow => ({
  ...{ id, parent: "supervisor", state, beatAgeMs: 100, mailbox: 0, handled: 0, restartsLastHour: 0, lastFault: null },
  ...change,
});
const ALL = ["recorder", "broker", "feed", "scorer", "symbol:BTC-USD", "symbol:ETH-USD"].map((id) => actor(id));
const without = (id: string, state: ActorRow["state"], change?: Partial<ActorRow>) =>
  ALL.map((row) => row.id === id ? actor(id, state, change) : row);
const LIVE = { state: "live" } as const;

// deno-fmt-ignore
const CASES: [name: string, shows: (keyof Panels)[], actors: ActorRow[], kind: string, why: RegExp | null][] = [
  ["all run",                                   ["positions"], ALL,                                  "live",    null],
  ["the broker is silent",                      ["positions"], without("broker", "silent", { beatAgeMs: 14_000 }), "stale", /broker is silent for 14 s/],
  ["the broker is started again",               ["equity"],    without("broker", "restarting", { lastFault: "out of reach" }), "stale", /restarting \(out of reach\)/],
  ["the broker is parked",                      ["orders"],    without("broker", "paused"),          "failed",  /broker is paused/],
  ["the broker has stopped",                    ["limits"],    without("broker", "stopped"),         "failed",  /broker is stopped/],
  ["another actor is silent",                   ["positions"], without("recorder", "silent"),        "live",    null],
  ["the recorder is silent, decisions",         ["recent"],    without("recorder", "silent"),        "stale",   /recorder/],
  ["the recorder is parked, a curve of both",   ["equity", "curve"], without("recorder", "paused"),  "failed",  /recorder/],
  ["one symbol of two is away",                 ["symbols"],   without("symbol:ETH-USD", "restarting"), "partial", /1 of 2 symbols run: ETH-USD is restarting/],
  ["one symbol is away, positions",             ["positions"], without("symbol:ETH-USD", "restarting"), "live",  null],
  ["the feed is silent and a symbol is away",   ["symbols"],   without("feed", "silent"),            "stale",   /feed/],
  ["the tree itself",                           ["actors"],    without("broker", "stopped"),         "live",    null],
];
for (const [name, shows, actors, kind, why] of CASES) {
  Deno.test(`panelState() of ${shows.join(" and ")} when ${name}: ${kind}`, () => {
    const state = panelState(shows, actors, LIVE);
    assert.equal(state.kind, kind);
    if (why === null) assert.equal(state.why, null);
    else assert.match(state.why!, why);
  });
}

Deno.test("panelState() says first that nothing is heard, whatever the actors said last", () => {
  for (const actors of [ALL, without("broker", "stopped")]) {
    assert.match(panelState(["positions"], actors, { state: "stale", heardMs: 0 }).why!, /Nothing heard/);
    const offline = panelState(["positions"], actors, { state: "offline", heardMs: 0, retryAtMs: null });
    assert.deepEqual([offline.kind, /Not connected/.test(offline.why!)], ["stale", true]);
  }
  assert.equal(panelState(["positions"], ALL, { state: "connecting" }).kind, "live");
});
