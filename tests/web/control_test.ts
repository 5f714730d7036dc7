/** Commands: what reaches the system, what is answered, and where a plain form comes back to. */
import assert from "node:assert/strict";
import { withErrorLog } from "../support/log.ts";
import { openSite } from "./site.ts";

Deno.test("STOP reaches the system once and is answered with what was done", async () => {
  await using site = await openSite();
  const response = await site.command("/api/control/stop", { idempotencyKey: "wish-0001", why: "looks odd" });
  assert.equal(response.status, 200);
  const answer = await response.json();
  assert.deepEqual(Object.keys(answer).sort(), ["did", "ok", "tradingState"]);
  assert.deepEqual([answer.ok, answer.tradingState], [true, "halted"]);
  assert.deepEqual(site.system.controls, [
    { command: { type: "stop" }, who: "dashboard", why: "looks odd", idempotencyKey: "wish-0001" },
  ]);
});

Deno.test("the same key travels unchanged, so that the system can do it once", async () => {
  await using site = await openSite();
  const send = async () => await (await site.command("/api/control/stop", { idempotencyKey: "wish-0002" })).json();
  assert.deepEqual(await send(), await send());
  assert.deepEqual(site.system.controls.map(({ idempotencyKey }) => idempotencyKey), ["wish-0002", "wish-0002"]);
});

// deno-fmt-ignore
const CONFIRMS: [path: string, confirm: string | undefined, status: number][] = [
  ["resume",          undefined,   422],
  ["resume",          "",          422],
  ["resume",          "RESUM",     422],
  ["resume",          "RESUMEE",   422],
  ["resume",          "UNPAUSE",   422],
  ["resume",          "RESUME",    200],
  ["resume",          " resume ",  200],
  ["unpause/BTC-USD", undefined,   422],
  ["unpause/BTC-USD", "RESUME",    422],
  ["unpause/BTC-USD", "UNPAUSE",   200],
  ["pause/BTC-USD",   undefined,   200],
  ["stop",            undefined,   200],
];
for (const [path, confirm, status] of CONFIRMS) {
  Deno.test(`${path} with the word ${JSON.stringify(confirm)} answers ${status}`, async () => {
    await using site = await openSite({ scene: "halted" });
    const fields: Record<string, string> = confirm === undefined ? {} : { confirm };
    const response = await site.command(`/api/control/${path}`, fields);
    assert.equal(response.status, status);
    assert.equal((await response.json()).ok, status === 200);
    assert.equal(site.system.controls.length, status === 200 ? 1 : 0);
    const form = await site.submit(`/api/control/${path}`, { token: site.token, ...fields });
    assert.equal(form.status, 303);
    assert.equal(site.system.controls.length, status === 200 ? 2 : 0);
  });
}

Deno.test("a symbol that does not exist is not passed on", async () => {
  await using site = await openSite();
  for (const path of ["pause/XRP-USD", "unpause/XRP-USD", "pause/..%2Fstop", "pause/%3Cscript%3E"]) {
    const response = await site.command(`/api/control/${path}`, { confirm: "UNPAUSE" });
    assert.equal(response.status, 404, path);
    assert.equal((await response.json()).ok, false);
  }
  assert.deepEqual(site.system.controls, []);
});

Deno.test("a system that fails is not claimed to have stopped: 503 and the way to stop without it", async () => {
  await using site = await openSite();
  site.system.fail("control", new Error("the broker is gone"));
  const { result: response } = await withErrorLog(() => site.command("/api/control/stop"));
  assert.equal(response.status, 503);
  const answer = await response.json();
  assert.equal(answer.ok, false);
  assert.match(answer.did, /deno task stop/);
});

Deno.test("a form without script comes back to its page, which says what was done", async () => {
  await using site = await openSite();
  const response = await site.submit("/api/control/stop", { token: site.token, back: "/decisions?symbol=BTC-USD" });
  assert.equal(response.status, 303);
  const location = response.headers.get("location")!;
  assert.match(location, /^\/decisions\?symbol=BTC-USD&did=[\w-]+$/);
  assert.match(await (await site.ask(location)).text(), /Stopped: \d+ entry orders cancelled/);
  // A key that nobody was given says nothing.
  const other = await (await site.ask("/decisions?did=00000000-0000-4000-8000-000000000000")).text();
  assert.doesNotMatch(other, /Stopped:/);
});

Deno.test("a form is a new wish each time: STOP, resume, back, STOP stops again", async () => {
  await using site = await openSite();
  for (const [path, state] of [["stop", "halted"], ["resume", "active"], ["stop", "halted"]] as const) {
    await site.submit(`/api/control/${path}`, { token: site.token, confirm: "RESUME" });
    assert.equal(site.system.panels().status.tradingState, state);
  }
  assert.equal(new Set(site.system.controls.map(({ idempotencyKey }) => idempotencyKey)).size, 3);
});

// deno-fmt-ignore
const BACKS: [back: string | undefined, where: string][] = [
  [undefined,                     "/"],
  ["/",                           "/"],
  ["/symbol/BTC-USD?candles=60",  "/symbol/BTC-USD"],
  ["https://evil.example/",       "/"],
  ["//evil.example/",             "/"],
  ["/\\evil.example/",            "/"],
  ["/\t/evil.example/",           "/"],
  ["javascript:alert(1)",         "/"],
  ["decisions",                   "/"],
  ["/a\r\nset-cookie: x=1",       "/a"],
  ["",                            "/"],
];
for (const [back, where] of BACKS) {
  Deno.test(`a form that wants back to ${JSON.stringify(back)} comes back to ${where} of this site`, async () => {
    await using site = await openSite();
    const response = await site.submit("/api/control/stop", { token: site.token, ...back !== undefined && { back } });
    assert.equal(response.status, 303);
    const location = response.headers.get("location")!;
    assert.ok(!location.startsWith("//"), location);
    const url = new URL(location, "http://here.example");
    assert.equal(url.origin, "http://here.example");
    assert.ok(url.pathname.startsWith(where), location);
    assert.equal(response.headers.get("set-cookie"), null);
  });
}

Deno.test("outcomes are kept for a while, not for ever", async () => {
  await using site = await openSite();
  const first = (await site.submit("/api/control/stop", { token: site.token })).headers.get("location")!;
  assert.match(await (await site.ask(first)).text(), /Stopped:/);
  for (let i = 0; i < 50; i++) await site.submit("/api/control/stop", { token: site.token });
  assert.doesNotMatch(await (await site.ask(first)).text(), /Stopped:/);
});
