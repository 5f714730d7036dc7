import assert from "node:assert/strict";
import {
  createSupervision,
  supervise,
  type SupervisionEffect,
  type SupervisionInput,
  type SupervisionPolicy,
  type SupervisionState,
} from "./logic.ts";

const policy: SupervisionPolicy = {
  silentAfterMs: 5_000,
  busyMaxMs: 30_000,
  startMaxMs: 10_000,
  backoffFirstMs: 100,
  backoffMaxMs: 5_000,
  intensity: {
    symbol: { burst: 5, burstWindowMs: 30_000, daily: 20 },
    feed: { burst: 5, burstWindowMs: 30_000, daily: 20 },
    scorer: { burst: 5, burstWindowMs: 30_000, daily: 20 },
    broker: { burst: 3, burstWindowMs: 60_000, daily: 20 },
    recorder: { burst: 3, burstWindowMs: 60_000, daily: 20 },
  },
};
const actors = [{ id: "broker", kind: "broker" as const }, { id: "symbol:BTC-USD", kind: "symbol" as const }];
const beat = { mailbox: 0, handled: 0, busyMs: 0 };

/** Drives the logic and keeps all effects. */
function rig(restarts: Record<string, number[]> = {}) {
  let state: SupervisionState = supervise(createSupervision(policy, actors), { type: "remembered", restarts }, 0).state;
  return {
    send(input: SupervisionInput, atMs: number): SupervisionEffect[] {
      const result = supervise(state, input, atMs);
      state = result.state;
      return result.effects;
    },
    child: (id: string) => state.children[id],
    incarnation: (id: string) => state.children[id].incarnation,
  };
}

const types = (effects: SupervisionEffect[]) => effects.map(({ type }) => type);

Deno.test("start spawns every actor once, in the order of the tree", () => {
  const r = rig();
  assert.deepEqual(r.send({ type: "start" }, 0), [
    { type: "spawn", id: "broker", incarnation: 1 },
    { type: "spawn", id: "symbol:BTC-USD", incarnation: 1 },
  ]);
});

for (
  const { name, silentMs, busyMs, want } of [
    { name: "one ms before silence counts", silentMs: 4_999, busyMs: 0, want: [] },
    { name: "exactly silent", silentMs: 5_000, busyMs: 0, want: ["terminate", "restarted", "spawn"] },
    { name: "one ms before a handler counts as hung", silentMs: 0, busyMs: 29_999, want: [] },
    { name: "a hung handler that still beats", silentMs: 0, busyMs: 30_000, want: ["terminate", "restarted", "spawn"] },
  ]
) {
  Deno.test(`a running symbol is replaced when it falls silent or hangs: ${name}`, () => {
    const r = rig();
    r.send({ type: "start" }, 0);
    r.send({ type: "ready", id: "symbol:BTC-USD", incarnation: 1 }, 10);
    r.send({ type: "beat", id: "symbol:BTC-USD", incarnation: 1, beat: { ...beat, busyMs } }, 20);
    r.send({ type: "beat", id: "broker", incarnation: 1, beat }, 20 + silentMs);
    assert.deepEqual(types(r.send({ type: "tick" }, 20 + silentMs)), want);
  });
}

Deno.test("an actor that never becomes ready is replaced although it beats", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  for (const id of ["broker", "symbol:BTC-USD"]) r.send({ type: "beat", id, incarnation: 1, beat }, 9_999);
  r.send({ type: "ready", id: "broker", incarnation: 1 }, 9_999);
  assert.deepEqual(types(r.send({ type: "tick" }, 9_999)), []);
  assert.deepEqual(r.send({ type: "tick" }, 10_000), [
    { type: "terminate", id: "symbol:BTC-USD", incarnation: 1, wasSilent: false },
    { type: "restarted", id: "symbol:BTC-USD", atMs: 10_000 },
    { type: "spawn", id: "symbol:BTC-USD", incarnation: 2 },
  ]);
});

Deno.test("a word from an incarnation that is over changes nothing", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  r.send({ type: "fault", id: "symbol:BTC-USD", incarnation: 1, text: "boom" }, 10);
  for (
    const input of [
      { type: "fault", id: "symbol:BTC-USD", incarnation: 1, text: "again" },
      { type: "ready", id: "symbol:BTC-USD", incarnation: 1 },
    ] as const
  ) {
    assert.deepEqual(r.send(input, 20), []);
  }
  assert.equal(r.child("symbol:BTC-USD").phase, "starting");
});

Deno.test("a symbol is parked at the sixth restart in 30 s, with waits that double before, and the others live on", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  const waits: number[] = [];
  let atMs = 0;
  for (let n = 1; n <= 5; n++) {
    const effects = r.send({
      type: "fault",
      id: "symbol:BTC-USD",
      incarnation: r.incarnation("symbol:BTC-USD"),
      text: "boom",
    }, atMs);
    if (types(effects).includes("spawn")) waits.push(0);
    else {
      const dueAtMs = r.child("symbol:BTC-USD").restartDueAtMs;
      waits.push(dueAtMs - atMs);
      assert.deepEqual(types(r.send({ type: "tick" }, dueAtMs - 1)), []);
      assert.deepEqual(types(r.send({ type: "tick" }, dueAtMs)), ["spawn"]);
      atMs = dueAtMs;
    }
  }
  assert.deepEqual(waits, [0, 100, 200, 400, 800]);
  const last = r.send({
    type: "fault",
    id: "symbol:BTC-USD",
    incarnation: r.incarnation("symbol:BTC-USD"),
    text: "boom",
  }, atMs);
  assert.deepEqual(types(last), ["terminate", "restarted", "alarm"]);
  assert.equal(r.child("symbol:BTC-USD").phase, "parked");
  assert.equal(r.child("broker").phase, "starting");
  r.send({ type: "beat", id: "broker", incarnation: 1, beat }, atMs + 4_000);
  assert.deepEqual(types(r.send({ type: "tick" }, atMs + 8_000)), []); // parked means parked
  assert.deepEqual(types(r.send({ type: "restart", id: "symbol:BTC-USD" }, atMs + 9_000)), ["spawn"]);
  assert.deepEqual(r.child("symbol:BTC-USD").restartsAtMs, []);
});

Deno.test("restarts that the store remembers count: the 21st in a day parks a symbol although the program is new", () => {
  const r = rig({ "symbol:BTC-USD": Array.from({ length: 20 }, (_, n) => n * 1_000_000) });
  const nowMs = 20_000_000;
  r.send({ type: "start" }, nowMs);
  assert.deepEqual(types(r.send({ type: "fault", id: "symbol:BTC-USD", incarnation: 1, text: "boom" }, nowMs)), [
    "terminate",
    "restarted",
    "alarm",
  ]);
});

Deno.test("restarts older than a day are forgotten", () => {
  const r = rig({ "symbol:BTC-USD": Array.from({ length: 20 }, (_, n) => n) });
  r.send({ type: "start" }, 86_400_020);
  assert.deepEqual(
    types(r.send({ type: "fault", id: "symbol:BTC-USD", incarnation: 1, text: "boom" }, 86_400_020)),
    ["terminate", "restarted", "spawn"],
  );
});

Deno.test("a broker that dies freezes entries until it is back, and the fourth death in a minute restarts the program", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  r.send({ type: "ready", id: "broker", incarnation: 1 }, 1);
  assert.deepEqual(types(r.send({ type: "fault", id: "broker", incarnation: 1, text: "boom" }, 10)), [
    "terminate",
    "restarted",
    "freeze",
    "spawn",
  ]);
  assert.deepEqual(r.send({ type: "ready", id: "broker", incarnation: 2 }, 20), [{ type: "thaw", cause: "broker" }]);
  for (const atMs of [1_000, 2_000]) {
    r.send({ type: "fault", id: "broker", incarnation: r.incarnation("broker"), text: "boom" }, atMs);
    r.send({ type: "tick" }, r.child("broker").restartDueAtMs);
  }
  const last = r.send({ type: "fault", id: "broker", incarnation: r.incarnation("broker"), text: "boom" }, 3_000);
  assert.deepEqual(types(last), ["terminate", "restarted", "alarm", "restart.program"]);
});

Deno.test("after a sleep of the machine nobody is blamed for the silence", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  r.send({ type: "ready", id: "broker", incarnation: 1 }, 1);
  r.send({ type: "woke" }, 3_600_000);
  assert.deepEqual(r.send({ type: "tick" }, 3_600_000), []);
  assert.deepEqual(types(r.send({ type: "tick" }, 3_605_000)).slice(0, 1), ["terminate"]);
});

Deno.test("an actor that becomes ready lifts a freeze that an earlier program left behind, a symbol lifts none", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  assert.deepEqual(r.send({ type: "ready", id: "broker", incarnation: 1 }, 1), [{ type: "thaw", cause: "broker" }]);
  assert.deepEqual(r.send({ type: "ready", id: "symbol:BTC-USD", incarnation: 1 }, 1), []);
});

Deno.test("an actor that computes silently while it starts is given its time", () => {
  const r = rig();
  r.send({ type: "start" }, 0);
  assert.deepEqual(r.send({ type: "tick" }, 9_999), []);
  assert.deepEqual(types(r.send({ type: "tick" }, 10_000)).filter((type) => type === "terminate").length, 2);
});
