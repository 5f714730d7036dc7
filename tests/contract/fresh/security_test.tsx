/** csrf() and csp(): who may write, and what a page may load. */
import { App, csp, csrf } from "fresh";
import { Head } from "fresh/runtime";
import assert from "node:assert/strict";
import { ask, withErrorLog } from "./support.ts";

const OWN = "http://localhost";
const EVIL = "https://evil.example";
const LISTED = "https://listed.example";

// deno-fmt-ignore
const WRITES: [site: string | null, origin: string | null, byDefault: number, withList: number][] = [
  ["same-origin", null,   200, 200],
  ["same-origin", EVIL,   200, 200],
  ["none",        null,   200, 200],
  ["none",        EVIL,   200, 200],
  ["same-site",   OWN,    200, 403],
  ["same-site",   LISTED, 403, 200],
  ["same-site",   EVIL,   403, 403],
  ["same-site",   null,   403, 403],
  ["cross-site",  OWN,    200, 403],
  ["cross-site",  LISTED, 403, 200],
  ["cross-site",  EVIL,   403, 403],
  ["cross-site",  null,   403, 403],
  [null,          null,   200, 200],
  [null,          OWN,    200, 403],
  [null,          LISTED, 403, 200],
  [null,          EVIL,   403, 403],
  [null,          "null", 403, 403],
];
const POLICIES = {
  "without options": csrf(),
  "with an origin": csrf({ origin: LISTED }),
  "with a list": csrf({ origin: [LISTED, "https://other.example"] }),
  "with a function": csrf({ origin: (origin, ctx) => origin === LISTED && ctx.url.pathname === "/x" }),
};
for (const [name, policy] of Object.entries(POLICIES)) {
  Deno.test(`csrf: ${name}, by Sec-Fetch-Site and Origin`, async () => {
    const app = new App().use(policy).all("/x", () => new Response("written"));
    for (const [site, origin, byDefault, withList] of WRITES) {
      const headers = new Headers();
      if (site !== null) headers.set("sec-fetch-site", site);
      if (origin !== null) headers.set("origin", origin);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const { status } = await ask(app, "/x", { method, headers });
        assert.equal(status, name === "without options" ? byDefault : withList, `${method} ${site} ${origin}`);
      }
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        assert.equal((await ask(app, "/x", { method, headers })).status, 200, `${method} ${site} ${origin}`);
      }
    }
  });
}

const POLICY = "content-security-policy";

function directives(response: Response, header = POLICY): string[] {
  return response.headers.get(header)!.split("; ");
}

Deno.test("csp: the default policy", async () => {
  const app = new App().use(csp()).get("/x", () => new Response("x"));
  assert.deepEqual(directives(await ask(app, "/x")).toSorted(), [
    "base-uri 'self'",
    "connect-src 'self'",
    "default-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "media-src 'self' data: blob:",
    "object-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "upgrade-insecure-requests",
    "worker-src 'self' blob:",
  ]);
});

Deno.test("csp: a given directive replaces the default of its name and moves to the end", async () => {
  const app = new App().use(csp({ csp: ["img-src *", "frame-src 'none'"] })).get("/x", () => new Response("x"));
  const all = directives(await ask(app, "/x"));
  assert.deepEqual(all.slice(-2), ["img-src *", "frame-src 'none'"]);
  assert.equal(all.filter((directive) => directive.startsWith("img-src")).length, 1);
});

Deno.test("csp: reportOnly and reportTo", async () => {
  const app = new App().use(csp({ reportOnly: true, reportTo: "/reports" })).get("/x", () => new Response("x"));
  const response = await ask(app, "/x");
  assert.equal(response.headers.get(POLICY), null);
  assert.deepEqual(directives(response, `${POLICY}-report-only`).slice(-2), [
    "report-to csp-endpoint",
    "report-uri /reports",
  ]);
  assert.equal(response.headers.get("reporting-endpoints"), 'csp-endpoint="/reports"');
});

Deno.test("csp: with useNonce scripts and styles carry the nonce of the header, new for each page", async () => {
  const app = new App().use(csp({ useNonce: true })).route("/x", {
    component: () => (
      <div>
        <Head>
          <style>{"p{}"}</style>
        </Head>
        <script>1</script>
        <script nonce="own">2</script>
      </div>
    ),
  });
  const seen = new Set<string>();
  for (let i = 0; i < 2; i++) {
    const response = await ask(app, "/x");
    const script = directives(response).find((directive) => directive.startsWith("script-src"))!;
    const nonce = /^script-src 'self' 'nonce-(\w{32})'$/.exec(script)![1];
    assert.ok(directives(response).includes(`style-src 'self' 'nonce-${nonce}'`));
    const nonces = [...(await response.text()).matchAll(/<(\w+)[^>]* nonce="(\w+)"/g)].map((
      [, tag, value],
    ) => [tag, value]);
    assert.deepEqual(nonces, [["style", nonce], ["script", nonce], ["script", "own"]]);
    seen.add(nonce);
  }
  assert.equal(seen.size, 2);
});

Deno.test("csp: without useNonce a page keeps 'unsafe-inline'", async () => {
  const app = new App().use(csp()).route("/x", { component: () => <p>x</p> });
  assert.ok(directives(await ask(app, "/x")).includes("script-src 'self' 'unsafe-inline'"));
});

Deno.test("csp: what is not rendered keeps 'unsafe-inline'", async () => {
  const app = new App().use(csp({ useNonce: true })).get("/x", (ctx) => ctx.json(1)).get(
    "/y",
    (ctx) => ctx.redirect("/x"),
  );
  for (const path of ["/x", "/y"]) {
    assert.ok(directives(await ask(app, path)).includes("script-src 'self' 'unsafe-inline'"));
  }
});

Deno.test("csp: a response whose headers cannot be changed is a 500; ctx.redirect can", async () => {
  const app = new App().use(csp()).get("/x", () => Response.redirect("http://localhost/y"));
  const { result } = await withErrorLog(() => ask(app, "/x"));
  assert.equal(result.status, 500);
});

Deno.test("csp: the header is missing on error pages of the root", async () => {
  const app = new App().use(csp()).onError("*", { component: () => <p>error</p> });
  assert.equal((await ask(app, "/none")).headers.get(POLICY), null);
});
