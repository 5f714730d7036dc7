/** The stream: whoever follows it has the panels of the system, whatever was missed on the way. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { createFakeSystem } from "../support/fake_system.ts";
import { withErrorLog } from "../support/log.ts";
import { fixed } from "../support/seed.ts";
import { builtSite, newToken } from "../support/site.ts";
import { readEvents } from "../support/sse.ts";
import { serveSite } from "../../web/serve.ts";
import { createStream, STREAMS_MAX } from "../../web/stream.ts";
import type { Panels } from "../../web/view/types.ts";
import { openSite } from "./site.ts";

const FIRST = 1_000;

Deno.test("a new client gets a snapshot, then numbered patches with the panels that changed", async () => {
  await using site = await openSite();
  const response = await site.ask("/api/stream");
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events = readEvents(response.body!);
  const first = await events.next();
  assert.equal(first.name, "snapshot");
  assert.deepEqual(JSON.parse(first.data), { seq: FIRST, panels: site.system.panels() });
  assert.equal(first.id, String(FIRST));
  site.system.announce(["status", "equity"]);
  site.system.announce(["recent"]);
  for (const [seq, names] of [[FIRST + 1, ["status", "equity"]], [FIRST + 2, ["recent"]]] as const) {
    const { name, id, data } = await events.next();
    const patch = JSON.parse(data);
    assert.deepEqual([name, id, patch.seq, Object.keys(patch.panels)], ["patch", String(seq), seq, names]);
    for (const panel of names) assert.deepEqual(patch.panels[panel], site.system.panels()[panel]);
  }
  await events.close();
});

// deno-fmt-ignore
const RETURNS: [name: string, since: number, event: string, panels: readonly string[] | "all"][] = [
  ["what it missed",                                   FIRST + 1, "patch",    ["equity", "recent"]],
  ["everything that changed when it saw none of it",   FIRST,     "patch",    ["status", "equity", "recent"]],
  ["nothing when it missed nothing",                   FIRST + 3, "patch",    []],
  ["a snapshot when its number is older than this run", FIRST - 1, "snapshot", "all"],
  ["a snapshot when its number is from another run",   FIRST + 4, "snapshot", "all"],
];
for (const [name, since, event, panels] of RETURNS) {
  Deno.test(`a client that comes back gets ${name}`, async () => {
    await using site = await openSite();
    site.system.announce(["status"]);
    site.system.announce(["equity"]);
    site.system.announce(["recent", "equity"]);
    const ways = [
      site.ask("/api/stream", { headers: { "last-event-id": String(since) } }),
      site.ask(`/api/stream?since=${since}`),
      // The browser's own header is newer than the address it was opened with.
      site.ask(`/api/stream?since=${FIRST}`, { headers: { "last-event-id": String(since) } }),
    ];
    for (const way of ways) {
      const events = readEvents((await way).body!);
      const first = await events.next();
      const { seq, panels: sent } = JSON.parse(first.data);
      assert.deepEqual([first.name, seq], [event, FIRST + 3]);
      const all = Object.keys(site.system.panels());
      assert.deepEqual(Object.keys(sent).sort(), (panels === "all" ? all : [...panels]).sort());
      await events.close();
    }
  });
}

Deno.test("a Last-Event-ID that is no number counts as none", async () => {
  await using site = await openSite();
  const events = readEvents((await site.ask("/api/stream", { headers: { "last-event-id": "x; drop" } })).body!);
  assert.equal((await events.next()).name, "snapshot");
  await events.close();
});

Deno.test("property: whatever is missed, a client that applies what it gets has the system's panels", async () => {
  const names = Object.keys(createFakeSystem({ candles: 1 }).panels()) as (keyof Panels)[];
  const change = fc.record({ kind: fc.constant("change" as const), names: fc.subarray(names, { minLength: 1 }) });
  const step = fc.oneof(
    { weight: 4, arbitrary: change },
    fc.constant({ kind: "leave" as const }),
    fc.constant({ kind: "return" as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const system = createFakeSystem({ candles: 60 });
      const stream = createStream(system, { firstSeq: FIRST, heartbeatMs: 60_000 });
      let has: Partial<Panels> = {};
      let since: number | null = null;
      let events: ReturnType<typeof readEvents> | null = null;
      let version = 0;
      const take = async () => {
        const { name, data } = await events!.next();
        const news = JSON.parse(data);
        has = name === "snapshot" ? news.panels : { ...has, ...news.panels };
        assert.ok(since === null || news.seq >= since);
        since = news.seq;
      };
      const enter = async () => {
        events = readEvents(stream.open({ since, symbol: null })!);
        await take();
      };
      const leave = async () => {
        await events?.close();
        events = null;
      };
      await enter();
      for (const now of steps) {
        if (now.kind === "leave") await leave();
        if (now.kind === "return" && !events) await enter();
        if (now.kind !== "change") continue;
        version++;
        const changed = Object.fromEntries(now.names.map((name) => [name, { version }])) as unknown as Partial<Panels>;
        replacePanels(system, changed);
        if (events) await take();
      }
      if (!events) await enter();
      assert.deepEqual(has, JSON.parse(JSON.stringify(system.panels())));
      await leave();
      stream.close();
    }),
    fixed(60),
  );
});

/** Changes panels and names exactly those. */
function replacePanels(system: ReturnType<typeof createFakeSystem>, changed: Partial<Panels>): void {
  kept.set(system, { ...kept.get(system), ...changed });
  system.override(kept.get(system)!, Object.keys(changed) as (keyof Panels)[]);
}
const kept = new WeakMap<object, Partial<Panels>>();

Deno.test("a change is serialised once, whatever the number of clients, and not at all without any", async () => {
  const system = createFakeSystem({ candles: 60 });
  const stream = createStream(system, { firstSeq: FIRST, heartbeatMs: 60_000 });
  let written = 0;
  const spy = { toJSON: () => ({ written: ++written }) } as unknown as Panels["equity"];
  system.override({ equity: spy }, ["equity"]);
  assert.equal(written, 0);
  const clients = await Promise.all(Array.from({ length: STREAMS_MAX }, async () => {
    const events = readEvents(stream.open({ since: null, symbol: null })!);
    await events.next("snapshot");
    return events;
  }));
  assert.equal(written, 1);
  system.announce(["equity"]);
  const texts = await Promise.all(clients.map(async (events) => (await events.next("patch")).data));
  assert.equal(written, 2);
  assert.equal(new Set(texts).size, 1);
  for (const events of clients) await events.close();
  assert.equal(stream.clients(), 0);
  stream.close();
});

Deno.test("a client that does not read is dropped at the bound; the others go on, and it can come back", async () => {
  const system = createFakeSystem({ candles: 60 });
  const stream = createStream(system, { firstSeq: FIRST, heartbeatMs: 60_000, queueBytes: 50_000 });
  const stuck = stream.open({ since: FIRST, symbol: null })!;
  const reading = readEvents(stream.open({ since: FIRST, symbol: null })!);
  await reading.next();
  assert.equal(stream.clients(), 2);
  let sent = 0;
  for (; stream.clients() === 2 && sent < 1_000; sent++) {
    system.announce(["recent"]);
    await reading.next("patch");
  }
  const patchBytes = JSON.stringify(system.panels().recent).length;
  assert.ok(sent * patchBytes <= 50_000 + 2 * patchBytes, `${sent} patches of ${patchBytes} bytes`);
  assert.equal(stream.clients(), 1);
  await assert.rejects(() => stuck.getReader().read(), /did not read/);
  system.announce(["recent"]);
  await reading.next("patch");
  const back = readEvents(stream.open({ since: FIRST, symbol: null })!);
  assert.deepEqual(Object.keys(JSON.parse((await back.next()).data).panels), ["recent"]);
  await back.close();
  await reading.close();
  stream.close();
});

Deno.test("a socket that never reads is dropped as well, and the server goes on", async () => {
  const system = createFakeSystem({ candles: 60 });
  const server = serveSite(await builtSite(), system, { token: newToken() });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  try {
    const head = `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    const healthy = async () => (await (await fetch(`${server.url}healthz`)).json()).live;
    while (system.listeners === 0 || !(await healthy())) { /* until it is open */ }
    const curve = { points: Array.from({ length: 20_000 }, (_, i) => [i, 500] as const), halts: [] };
    let rounds = 0;
    for (let dropped = false; !dropped && rounds < 400; rounds++) {
      system.override({ curve }, ["curve"]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      dropped = (await (await fetch(`${server.url}api/state`)).text()).length > 0 && server.clients() === 0;
    }
    assert.ok(rounds < 400, "the client was never dropped");
    assert.equal(await healthy(), true);
  } finally {
    connection.close();
    await server.close();
  }
});

Deno.test("there are five streams, so that a browser keeps a connection for STOP; a closed one makes room", async () => {
  await using site = await openSite();
  const open = [];
  for (let i = 0; i < STREAMS_MAX; i++) open.push((await site.ask("/api/stream")).body!);
  const refused = await site.ask("/api/stream");
  assert.equal(refused.status, 503);
  assert.match((await refused.json()).error, /hold all streams/);
  await open[0].cancel();
  const welcome = await site.ask("/api/stream");
  assert.equal(welcome.status, 200);
  for (const body of [...open.slice(1), welcome.body!]) await body.cancel();
  assert.equal(site.stream.clients(), 0);
});

Deno.test("HEAD opens no stream", async () => {
  await using site = await openSite();
  const response = await site.ask("/api/stream", { method: "HEAD" });
  assert.deepEqual([response.status, response.headers.get("content-type")], [200, "text/event-stream"]);
  assert.equal(site.stream.clients(), 0);
});

Deno.test("a silent system still beats, so that a half-open socket can be told", async () => {
  const system = createFakeSystem({ candles: 60 });
  const stream = createStream(system, { firstSeq: FIRST, heartbeatMs: 10 });
  const events = readEvents(stream.open({ since: null, symbol: null })!);
  for (let i = 0; i < 3; i++) assert.equal((await events.next("heartbeat")).data, `{"seq":${FIRST}}`);
  await events.close();
  stream.close();
});

Deno.test("closing ends every stream and stops listening", async () => {
  const system = createFakeSystem({ candles: 60 });
  const stream = createStream(system, { firstSeq: FIRST });
  const events = readEvents(stream.open({ since: null, symbol: null })!);
  await events.next("snapshot");
  assert.equal(system.listeners, 1);
  stream.close();
  assert.equal(system.listeners, 0);
  await assert.rejects(() => events.next(), /ended/);
});

Deno.test("with a symbol, its chart comes when a candle closes, to those who look at it alone", async () => {
  await using site = await openSite();
  const looking = readEvents((await site.ask("/api/stream?symbol=BTC-USD")).body!);
  const elsewhere = readEvents((await site.ask("/api/stream?symbol=ETH-USD")).body!);
  const first = JSON.parse((await looking.next("series")).data);
  assert.equal(first.symbol, "BTC-USD");
  assert.equal(JSON.parse((await elsewhere.next("series")).data).symbol, "ETH-USD");
  site.system.advance(1_000); // within the candle
  site.system.advance(60_000);
  const second = JSON.parse((await looking.next("series")).data);
  assert.deepEqual(second, JSON.parse(JSON.stringify(await site.system.series("BTC-USD", { limit: 500 }))));
  assert.equal(second.openedAtMs.at(-1), first.openedAtMs.at(-1) + 60_000);
  await looking.close();
  await elsewhere.close();
});

Deno.test("a recorder that fails for a while costs the chart a candle, not the stream", async () => {
  await using site = await openSite();
  await withErrorLog(async () => {
    site.system.fail("series", new Error("the recorder is away"));
    const events = readEvents((await site.ask("/api/stream?symbol=BTC-USD")).body!);
    await events.next("snapshot");
    site.system.advance(60_000);
    await events.next("patch");
    site.system.fail("series", null);
    site.system.advance(60_000);
    const { openedAtMs } = JSON.parse((await events.next("series")).data);
    assert.equal(openedAtMs.at(-1) + 60_000, site.system.panels().recent[0].closedAtMs);
    await events.close();
  });
});
