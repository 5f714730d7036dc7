/** The fixture app as built: file routes, static files and their caching, streams. */
import { Builder } from "fresh/dev";
import assert from "node:assert/strict";
import { app } from "../app/main.ts";
import { streams } from "../app/routes/events.ts";
import { answerOf, ask, inside, textOf, withErrorLog } from "./support.ts";

const attach = await new Builder({ root: `${import.meta.dirname}/../app` }).build({ snapshot: "memory" });
attach(app);

const bodyOf = async (path: string, init?: RequestInit) =>
  inside(await textOf(app, path, init), "body").replaceAll("&quot;", '"');

// deno-fmt-ignore
const ROUTES: [path: string, body: string][] = [
  ["/",             '<main class="root"><h1>home first,second</h1></main>'],
  ["/blog/latest",  '<main class="root"><p>latest</p></main>'],
  ["/blog/x%20y",   '<main class="root"><p>slug x y of /blog/:slug</p></main>'],
  ["/blog",         '<main class="root"><p>all ""</p></main>'],
  ["/blog/a/b",     '<main class="root"><p>all "a/b"</p></main>'],
  ["/docs",         '<main class="root"><p>docs "" first,second</p></main>'],
  ["/offer",        '<main class="root"><div class="marketing"><p>offer</p></div></main>'],
  ["/nested",       '<div class="nested"><p>nested</p></div>'],
  ["/admin?key",    '<main class="root"><section class="admin"><p>inside first,second</p></section></main>'],
  ["/admin/bare?key", "<p>bare</p>"],
];
for (const [path, body] of ROUTES) {
  Deno.test(`file routes: ${path}`, async () => assert.equal(await bodyOf(path), body));
}

Deno.test("file routes: a group, a folder in brackets with underscore and a test file are no URLs", async () => {
  for (const path of ["/marketing/offer", "/(marketing)/offer", "/with/note", "/with/Local", "/events_test"]) {
    assert.equal((await ask(app, path)).status, 404, path);
  }
});

Deno.test("file routes: _middleware guards its folder, and not the file of the same name beside it", async () => {
  assert.equal((await ask(app, "/admin")).status, 403);
  assert.equal((await ask(app, "/public/page")).status, 403);
  assert.equal(await bodyOf("/public"), '<main class="root"><p>public</p></main>');
});

Deno.test("file routes: below an optional parameter the middleware of the folder above does not run", async () => {
  // docs/_middleware.ts would add "docs". Scopes are cut out of patterns, and "docs{/:version}?" is none below "docs".
  assert.equal(await bodyOf("/docs/2"), '<main class="root"><p>docs "2" first,second</p></main>');
});

Deno.test("file routes: a wrong method or OPTIONS is 404, since they load lazily", async () => {
  assert.equal(await answerOf(app, "/plain"), "200 plain get");
  assert.equal(await answerOf(app, "/plain", "POST"), "200 plain post");
  for (const method of ["PUT", "OPTIONS"]) assert.equal((await ask(app, "/plain", { method })).status, 404, method);
  assert.equal(await answerOf(app, "/every", "DELETE"), "200 DELETE");
  assert.equal((await ask(app, "/healthz", { method: "POST" })).status, 405);
});

Deno.test("file routes: _error keeps the status and shows in the layouts of its folder", async () => {
  assert.equal(await bodyOf("/nowhere"), '<main class="root"><p class="error">404</p></main>');
  assert.equal((await ask(app, "/nowhere")).status, 404);
  assert.equal(await bodyOf("/fails"), '<main class="root"><p class="error">broken</p></main>');
  assert.equal((await ask(app, "/fails")).status, 500);
  assert.equal(await bodyOf("/nested/inner/fails"), '<div class="nested"><p class="nested-error">inner</p></div>');
});

Deno.test("file routes: a file that exports nothing of use is an error when it is asked for", async () => {
  const { result } = await withErrorLog(() => ask(app, "/empty"));
  assert.equal(result.status, 500);
});

Deno.test("forms: a failed POST shows the page again, a good one redirects", async () => {
  const post = (body: URLSearchParams) => ask(app, "/form", { method: "POST", body });
  const failed = await post(new URLSearchParams());
  assert.equal(failed.status, 422);
  assert.match(await failed.text(), /needed/);
  const good = await post(new URLSearchParams({ symbol: "BTC" }));
  assert.deepEqual([good.status, good.headers.get("location")], [303, "/form?done"]);
});

Deno.test("streams: leaving one cancels it, HEAD does not start one", async () => {
  const response = await ask(app, "/events");
  assert.equal(streams.open, 1);
  const reader = response.body!.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "data: 1\n\n");
  await reader.cancel();
  assert.equal(streams.open, 0);
  const head = await ask(app, "/events", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-type"), streams.open], [200, "text/event-stream", 0]);
});

Deno.test("streams: a client that closes its connection cancels the stream", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.handler());
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/events`, { signal: leave.signal });
  await response.body!.getReader().read();
  assert.equal(streams.open, 1);
  leave.abort();
  for (let i = 0; i < 100 && streams.open > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(streams.open, 0);
});

const NO_STORE = "no-cache, no-store, max-age=0, must-revalidate";
const FOR_EVER = "public, max-age=31536000, immutable";

/** The id of the build, as pages give it away. */
const buildId = /\/_fresh\/js\/([^/]+)\//.exec(await textOf(app, "/islands"))![1];

Deno.test("static files: content, type, size, and not to be kept", async () => {
  const response = await ask(app, "/site.css");
  const { headers } = response;
  assert.equal(headers.get("content-type")!.toLowerCase(), "text/css; charset=utf-8");
  assert.equal(headers.get("cache-control"), NO_STORE);
  assert.equal(headers.get("vary"), "If-None-Match");
  assert.match(headers.get("etag")!, /^W\/"\w+"$/);
  const text = await response.text();
  assert.match(text, /^body {/);
  assert.equal(headers.get("content-length"), String(text.length));
});

Deno.test("static files: HEAD has the same headers and no body, other methods are 405", async () => {
  const get = await ask(app, "/site.css");
  const head = await ask(app, "/site.css", { method: "HEAD" });
  assert.deepEqual([...head.headers], [...get.headers]);
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.notEqual(await get.text(), "");
  assert.equal((await ask(app, "/site.css", { method: "POST" })).status, 405);
});

Deno.test("static files: a matching If-None-Match is 304, another is not", async () => {
  const etag = (await ask(app, "/site.css")).headers.get("etag")!;
  const revalidated = await ask(app, "/site.css", { headers: { "if-none-match": etag } });
  assert.deepEqual([revalidated.status, await revalidated.text()], [304, ""]);
  assert.equal((await ask(app, "/site.css", { headers: { "if-none-match": 'W/"other"' } })).status, 200);
});

Deno.test("static files: with the right build key for ever, with a wrong one sent back without it", async () => {
  assert.equal((await ask(app, `/site.css?__frsh_c=${buildId}`)).headers.get("cache-control"), FOR_EVER);
  const old = await ask(app, "/site.css?a=1&__frsh_c=old");
  assert.deepEqual([old.status, old.headers.get("location")], [307, "/site.css?a=1"]);
});

Deno.test("static files: the modules of a page exist and are kept for ever", async () => {
  const urls = [...(await textOf(app, "/islands")).matchAll(/from "(\/_fresh[^"]+)"/g)].map(([, url]) => url);
  assert.ok(urls.length >= 4, `runtime and islands, got ${urls}`);
  for (const url of urls) {
    const response = await ask(app, url);
    assert.equal(response.headers.get("content-type")!.toLowerCase(), "text/javascript; charset=utf-8");
    assert.equal(response.headers.get("cache-control"), FOR_EVER);
    await response.text();
  }
});

// deno-fmt-ignore
const PATHS: [path: string, status: number][] = [
  ["/a%20b.txt",                  200],
  ["/.well-known/security.txt",   200],
  ["/.hidden/x.txt",              404],
  ["/.env.txt",                   404],
  ["/static/site.css",            404],
  ["/..%2fmain.ts",               404],
  ["/%2e%2e/main.ts",             404],
  ["/.well-known",                404],
  ["/.well-known/",               404],
  ["/_fresh/snapshot.js",         404],
];
for (const [path, status] of PATHS) {
  Deno.test(`static files: ${path} is ${status}`, async () => {
    assert.equal((await ask(app, path)).status, status);
  });
}

Deno.test("static files: without a favicon the answer is an empty 404", async () => {
  const response = await ask(app, "/favicon.ico");
  assert.deepEqual([response.status, await response.text()], [404, ""]);
});

Deno.test("islands: markers around the HTML, one module script with nonce, imports and props", async () => {
  const response = await ask(app, "/islands");
  const html = await response.text();
  const markers = [...html.matchAll(/<!--(\/?frsh:island[^>]*?)-->/g)].map(([, text]) => text);
  const starts = ["Counter:0:", "Counter:1:", "Panel:2:", "Label:3:", "Feed:4:"].map((island) =>
    `frsh:island:${island}`
  );
  assert.deepEqual(markers, starts.flatMap((start) => [start, "/frsh:island"]));
  const nonce = /'nonce-(\w+)'/.exec(response.headers.get("content-security-policy")!)![1];
  assert.equal([...html.matchAll(/<script/g)].length, 1);
  assert.match(html, new RegExp(`<script[^>]* nonce="${nonce}"`));
  assert.match(inside(html, "head"), /<meta name="from" content="island"\/>/);
});

Deno.test("islands: a function as a prop is a 500", async () => {
  const { result, logged } = await withErrorLog(() => ask(app, "/props/function"));
  assert.equal(result.status, 500);
  assert.equal(logged.length, 0, "the error page took it");
});
