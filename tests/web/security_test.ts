/** Who may ask what: every route against every way in that must be closed. */
import assert from "node:assert/strict";
import { withErrorLog } from "../support/log.ts";
import { rawRequest } from "../support/raw_http.ts";
import { createFakeSystem } from "../support/fake_system.ts";
import { builtSite, newToken } from "../support/site.ts";
import { serveSite } from "../../web/serve.ts";
import { COMMANDS, DATA, DECISION_ID, PAGES, routeFiles, STATIC } from "./routes.ts";
import { openSite, ORIGIN, PORT, type TestSite } from "./site.ts";

const READS = [...Object.values(PAGES), ...Object.values(DATA), ...STATIC];
const ALL = [...READS, ...Object.values(COMMANDS), "/no-such-page", "/api/no-such-data", "/_fresh/js/0/x.js"];

const REQUIRED = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

function assertHardened({ headers }: Response | { headers: Headers }, what: string): void {
  for (const [name, value] of Object.entries(REQUIRED)) assert.equal(headers.get(name), value, `${what}: ${name}`);
  assert.ok(headers.get("permissions-policy"), what);
  assert.ok(headers.get("cache-control"), what);
  const policy = headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/, what);
  assert.match(policy, /frame-ancestors 'none'/, what);
  assert.doesNotMatch(policy, /unsafe-|upgrade-insecure-requests|\*/, what);
}

Deno.test("every route file is in the matrix below", () => {
  assert.deepEqual(routeFiles(), [...Object.keys(PAGES), ...Object.keys(DATA), ...Object.keys(COMMANDS)].sort());
});

// deno-fmt-ignore
const STRANGERS: [name: string, headers: Record<string, string>][] = [
  ["another name for this address",        { host: `rebind.evil.example:${PORT}` }],
  ["a name that starts like ours",         { host: `127.0.0.1.evil.example:${PORT}` }],
  ["another port",                         { host: `127.0.0.1:${PORT + 1}` }],
  ["no port",                              { host: "127.0.0.1" }],
  ["an address of the local network",      { host: `192.168.1.10:${PORT}` }],
  ["another origin",                       { origin: "https://evil.example" }],
  ["an origin without a name",             { origin: "null" }],
  ["our name by another scheme",           { origin: `https://127.0.0.1:${PORT}` }],
  ["another port of this machine",         { origin: `http://127.0.0.1:${PORT + 1}` }],
  ["the other name of this machine",       { origin: `http://localhost:${PORT}` }],
  ["a request that another site started",  { "sec-fetch-site": "cross-site" }],
  ["a request of a neighbour on loopback", { "sec-fetch-site": "same-site" }],
  ["a way of starting we do not know",     { "sec-fetch-site": "sideways" }],
];

for (const [name, headers] of STRANGERS) {
  Deno.test(`${name} gets 403 on every route, whatever it does`, async () => {
    await using site = await openSite();
    for (const path of ALL) {
      for (const method of ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]) {
        const body = method === "POST" ? new URLSearchParams({ token: site.token, confirm: "RESUME" }) : undefined;
        const response = await site.ask(path, { method, headers, body });
        assert.equal(response.status, 403, `${method} ${path}`);
        assertHardened(response, `${method} ${path}`);
        assert.ok(!(await response.text()).includes(site.token), `${method} ${path}`);
      }
    }
    assert.deepEqual(site.system.controls, []);
  });
}

Deno.test("a request line with another address in it gets 403, even with our Host", async () => {
  const server = serveSite(await builtSite(), createFakeSystem(), { token: newToken() });
  try {
    const host = `Host: 127.0.0.1:${server.port}`;
    const cases: [head: string, status: number][] = [
      [`GET http://evil.example/ HTTP/1.1\n${host}`, 403],
      [`GET / HTTP/1.1\nHost: evil.example:${server.port}`, 403],
      [`GET / HTTP/1.1\nHost: 127.0.0.1:${server.port}@evil.example`, 403],
      ["GET / HTTP/1.0", 403],
      [`GET //evil.example/ HTTP/1.1\n${host}`, 404],
      [`TRACE / HTTP/1.1\n${host}`, 405],
      [`GET / HTTP/1.1\n${host}`, 200],
      [`GET / HTTP/1.1\nHost: localhost:${server.port}`, 200],
      [`GET / HTTP/1.1\nHost: [::1]:${server.port}`, 200],
    ];
    for (const [head, status] of cases) {
      const answer = await rawRequest(server.port, head);
      assert.equal(answer.status, status, head);
      assertHardened(answer, head);
    }
  } finally {
    await server.close();
  }
});

async function readWhole(response: Response): Promise<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return await response.text();
  const reader = response.body!.getReader();
  let text = "";
  for (let i = 0; i < 2; i++) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  return text;
}

Deno.test("our own pages and scripts are let in, with every security header", async () => {
  await using site = await openSite();
  const welcome: Record<string, string>[] = [
    {},
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "same-origin", origin: ORIGIN },
  ];
  for (const headers of welcome) {
    for (const path of READS) {
      const response = await site.ask(path, { headers });
      assert.equal(response.status, 200, path);
      assertHardened(response, path);
      await readWhole(response);
      const head = await site.ask(path, { method: "HEAD", headers });
      assert.equal(head.status, 200, `HEAD ${path}`);
      assert.equal(head.body, null, `HEAD ${path}`);
    }
  }
  assert.equal(site.stream.clients(), 0);
});

Deno.test("what can change is kept nowhere, what never changes is kept for a year", async () => {
  await using site = await openSite();
  for (const path of [...Object.values(PAGES), ...Object.values(DATA)]) {
    const response = await site.ask(path);
    assert.equal(response.headers.get("cache-control"), "no-store", path);
    await readWhole(response);
  }
  const page = await (await site.ask("/")).text();
  const locked = [...page.matchAll(/"(\/(?:_fresh\/js\/[^"]+|css\/[^"]+\?[^"]+))"/g)].map(([, path]) => path);
  assert.ok(locked.length > 3, locked.join());
  for (const path of locked) {
    const { status, headers } = await site.ask(path);
    assert.equal(status, 200, path);
    assert.match(headers.get("cache-control")!, /max-age=31536000, immutable/, path);
  }
});

Deno.test("pages run no script but their own: a nonce of their own each time, no inline style, no handler attributes", async () => {
  await using site = await openSite();
  const nonces = new Set<string>();
  for (const path of Object.values(PAGES)) {
    const response = await site.ask(path);
    const nonce = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy")!)![1];
    nonces.add(nonce);
    const html = await response.text();
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
      assert.ok(tag.includes(`nonce="${nonce}"`), `${path} ${tag}`);
    }
    const tags = html.replaceAll(/<script\b.*?<\/script>/gs, "").match(/<[a-z][^>]*>/g)!;
    for (const tag of tags) assert.doesNotMatch(tag, /\s(style|on\w+)=|<style/, `${path} ${tag}`);
  }
  assert.equal(nonces.size, Object.keys(PAGES).length);
});

Deno.test("nothing changes by a GET, and no command hides outside /api/control/", async () => {
  await using site = await openSite();
  for (const path of Object.values(COMMANDS)) {
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      const response = await site.ask(`${path}?token=${site.token}&confirm=RESUME`, { method });
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.equal(response.headers.get("allow"), "POST, OPTIONS");
      assertHardened(response, path);
    }
  }
  for (const path of READS) {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const response = await site.ask(path, { method, headers: { "x-grodt-token": site.token } });
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
    }
    const options = await site.ask(path, { method: "OPTIONS" });
    assert.deepEqual([options.status, options.headers.get("access-control-allow-origin")], [204, null]);
  }
  assert.deepEqual(site.system.controls, []);
});

const wrongTokens = (token: string) => [
  undefined,
  "",
  "x",
  token.slice(0, -1),
  token + "x",
  token.toUpperCase() === token ? token.toLowerCase() : token.toUpperCase(),
  "\u0000".repeat(token.length),
];

Deno.test("a command without the token of this run is refused, in JSON and in a form", async () => {
  await using site = await openSite();
  for (const path of Object.values(COMMANDS)) {
    for (const token of wrongTokens(site.token)) {
      const fields = { confirm: "RESUME", ...token !== undefined && { token } };
      const json = await site.ask(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ idempotencyKey: crypto.randomUUID(), ...fields }),
      });
      assert.equal(json.status, 403, path);
      assert.equal((await json.json()).ok, false);
      const form = await site.submit(path, fields as Record<string, string>);
      assert.equal(form.status, 403, path);
      assertHardened(form, path);
    }
  }
  assert.deepEqual(site.system.controls, []);
});

Deno.test("a token in the address is no token", async () => {
  await using site = await openSite();
  const response = await site.ask(`/api/control/stop?token=${site.token}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ idempotencyKey: crypto.randomUUID() }),
  });
  assert.equal(response.status, 403);
});

// deno-fmt-ignore
const BODIES: [name: string, type: string | null, body: string, status: number][] = [
  ["no content type",         null,                                 `{"idempotencyKey":"12345678"}`, 415],
  ["text that is JSON",       "text/plain",                         `{"idempotencyKey":"12345678"}`, 415],
  ["a multipart form",        "multipart/form-data; boundary=x",    "--x--",                         415],
  ["no JSON",                 "application/json",                   "{",                             400],
  ["an array",                "application/json",                   "[]",                            400],
  ["null",                    "application/json",                   "null",                          400],
  ["no key",                  "application/json",                   "{}",                            400],
  ["a key that is too short", "application/json",                   `{"idempotencyKey":"1234567"}`,  400],
  ["a key with other signs",  "application/json",                   `{"idempotencyKey":"1234 5678"}`, 400],
  ["a number for a key",      "application/json",                   `{"idempotencyKey":12345678}`,   400],
  ["a long reason",           "application/json; charset=utf-8",    JSON.stringify({ idempotencyKey: "12345678", why: "x".repeat(201) }), 400],
  ["exactly the largest",     "application/json",                   JSON.stringify({ idempotencyKey: "12345678", pad: "" }).padEnd(4_096), 200],
  ["one byte too many",       "application/json",                   JSON.stringify({ idempotencyKey: "12345678", pad: "" }).padEnd(4_097), 413],
];
for (const [name, type, body, status] of BODIES) {
  Deno.test(`a command with ${name} answers ${status}`, async () => {
    await using site = await openSite();
    const headers: Record<string, string> = { "x-grodt-token": site.token };
    if (type) headers["content-type"] = type;
    // As bytes, so that no content type is made up; without a length, so that it is counted while it is read.
    const pieces = new ReadableStream({
      start(out) {
        for (const byte of new TextEncoder().encode(body)) out.enqueue(Uint8Array.of(byte));
        out.close();
      },
    });
    const response = await site.ask("/api/control/stop", { method: "POST", headers, body: pieces });
    assert.equal(response.status, status);
    assert.equal(site.system.controls.length, status === 200 ? 1 : 0);
    const withLength = await site.ask("/api/control/stop", {
      method: "POST",
      headers: { ...headers, "content-length": String(body.length) },
      body: new TextEncoder().encode(body),
    });
    assert.equal(withLength.status, status);
  });
}

Deno.test("an address with a broken escape is a clear 400, not a crash", async () => {
  await using site = await openSite();
  for (const path of ["/symbol/%E0%A4%A", "/%", "/api/decision/%zz"]) {
    const response = await site.ask(path);
    assert.equal(response.status, 400, path);
    assertHardened(response, path);
  }
});

const CANARY = "canary-c0ffee-5ecret";

/** The ways a secret could find its way out: errors of the system, what the client itself sent, the environment. */
async function bodiesWithSecretsAround(site: TestSite): Promise<[path: string, status: number, text: string][]> {
  const found: [string, number, string][] = [];
  const headers = {
    authorization: `Bearer ${CANARY}`,
    cookie: `grodt_prefs=${CANARY}; key=${CANARY}`,
    "x-grodt-token": CANARY,
  };
  for (const path of ALL) {
    const response = await site.ask(path, { headers });
    found.push([path, response.status, JSON.stringify([...response.headers]) + await readWhole(response)]);
  }
  for (const path of Object.values(COMMANDS)) {
    const response = await site.command(path, { confirm: path.includes("unpause") ? "UNPAUSE" : "RESUME" });
    found.push([path, response.status, JSON.stringify([...response.headers]) + await response.text()]);
  }
  return found;
}

Deno.test("no answer holds a secret, whatever fails", async () => {
  await using site = await openSite();
  Deno.env.set("GRODT_TEST_API_KEY", CANARY);
  try {
    const calm = await bodiesWithSecretsAround(site);
    for (const question of ["series", "decisions", "decision", "control"] as const) {
      site.system.fail(question, new Error(`401 from https://user:${CANARY}@venue.example`, { cause: CANARY }));
    }
    const { result: failing, logged } = await withErrorLog(() => bodiesWithSecretsAround(site));
    for (const [path, , text] of [...calm, ...failing]) assert.ok(!text.includes(CANARY), path);
    // The faults were real: pages and data failed, and the log knows why.
    const statuses = Object.fromEntries(failing.map(([path, status]) => [path, status]));
    assert.equal(statuses["/api/decisions"], 500);
    assert.equal(statuses["/api/control/stop"], 503);
    assert.equal(statuses["/decisions"], 200);
    assert.ok(logged.some((line) => String((line as Error).message ?? line).includes(CANARY)));
  } finally {
    Deno.env.delete("GRODT_TEST_API_KEY");
  }
});

Deno.test("the token is on pages alone: in no data, stream, file, script or refusal", async () => {
  await using site = await openSite();
  const scripts = [...(await (await site.ask("/")).text()).matchAll(/"(\/_fresh\/js\/[^"]+)"/g)].map(([, path]) =>
    path
  );
  assert.ok(scripts.length > 3);
  for (const path of [...Object.values(DATA), ...STATIC, ...scripts, "/api/no-such-data"]) {
    assert.ok(!(await readWhole(await site.ask(path))).includes(site.token), path);
  }
  for (const path of Object.values(PAGES)) {
    const html = await (await site.ask(path)).text();
    assert.ok(html.includes(`<meta name="grodt-token" content="${site.token}"`), path);
  }
});

Deno.test("error pages carry the headers, no script, and a STOP that works", async () => {
  await using site = await openSite();
  site.system.fail("decision", new Error("the recorder is away"));
  const { result: cases } = await withErrorLog(async () =>
    [
      [await site.ask("/no-such-page"), 404],
      [await site.ask("/symbol/XRP-USD"), 404],
      [await site.ask("/decisions?before=soon"), 400],
      [await site.ask(`/decision/${encodeURIComponent(DECISION_ID)}`), 500],
      [await site.submit("/api/control/stop", { token: "of a run before this" }), 403],
    ] as const
  );
  for (const [response, status] of cases) {
    assert.equal(response.status, status);
    assertHardened(response, String(status));
    const html = await response.text();
    assert.doesNotMatch(html, /<script/, String(status));
    assert.doesNotMatch(html, /recorder is away/);
    const token = /action="\/api\/control\/stop">.*?name="token" value="([^"]+)"/s.exec(html)?.[1];
    assert.equal(token, site.token, String(status));
    assert.equal((await site.submit("/api/control/stop", { token: token! })).status, 303);
  }
  assert.equal(site.system.controls.length, cases.length);
});

Deno.test("data routes fail in JSON, with a status and without a stack", async () => {
  await using site = await openSite();
  const cases: [path: string, status: number][] = [
    ["/api/no-such-data", 404],
    ["/api/decision/none", 404],
    ["/api/series/XRP-USD", 404],
    ["/api/stream?symbol=XRP-USD", 404],
    ["/api/stream?since=-1", 400],
    ["/api/decisions?limit=0", 400],
    ["/api/decisions?limit=501", 400],
    ["/api/decisions?before=1e9", 400],
    ["/api/series/BTC-USD?limit=1.5", 400],
  ];
  for (const [path, status] of cases) {
    const response = await site.ask(path);
    assert.equal(response.status, status, path);
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["error"], path);
    assertHardened(response, path);
  }
});
