/** What a handler may return, what its page is given, and the helpers of the context. */
import { App, createDefine, page, type PageProps, type RouteHandler } from "fresh";
import assert from "node:assert/strict";
import { ask, inside, textOf, withErrorLog } from "./support.ts";

/** An app with one page that shows its data as JSON. */
// deno-lint-ignore no-explicit-any
function shows(handler?: RouteHandler<any, unknown>): App<unknown> {
  const component = ({ data }: PageProps) => <p>{data === undefined ? "undefined" : JSON.stringify(data)}</p>;
  return new App().route("/x", { handler, component });
}

const shown = async (app: App<unknown>, method = "GET") =>
  inside(await textOf(app, "/x", { method }), "p").replaceAll("&quot;", '"');

Deno.test("handlers: page() hands its data, status and headers to the page", async () => {
  const app = shows({ GET: () => page({ n: 1 }, { status: 418, headers: { "x-a": "1" } }) });
  const response = await ask(app, "/x");
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("x-a"), "1");
  assert.match(await response.text(), /<p>{&quot;n&quot;:1}<\/p>/);
});

Deno.test("handlers: a plain { data } object is the same as page()", async () => {
  assert.equal(await shown(shows(() => ({ data: [1] }))), "[1]");
});

Deno.test("handlers: without a handler, or without GET, data is {}; page() and page(null) give undefined", async () => {
  assert.equal(await shown(shows()), "{}");
  assert.equal(await shown(shows({ POST: () => page("posted") })), "{}");
  assert.equal(await shown(shows({ POST: () => page("posted") }), "POST"), '"posted"');
  assert.equal(await shown(shows(() => page())), "undefined");
  assert.equal(await shown(shows(() => page(null))), "undefined");
});

Deno.test("handlers: a page without a handler answers every method, and HEAD without a body", async () => {
  assert.equal(await shown(shows(), "POST"), "{}");
  assert.equal((await ask(shows({ POST: () => page(1) }), "/x", { method: "HEAD" })).status, 200);
});

Deno.test("handlers: the content type of a rendered page is forced", async () => {
  const response = await ask(shows(() => page(1, { headers: { "content-type": "text/plain" } })), "/x");
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  await response.text();
});

Deno.test("handlers: of several cookies given to page() only the last survives, ctx.render() keeps both", async () => {
  const cookies: [string, string][] = [["set-cookie", "a=1"], ["set-cookie", "b=2"]];
  const paged = await ask(shows(() => page(1, { headers: cookies })), "/x");
  assert.deepEqual(paged.headers.getSetCookie(), ["b=2"]);
  const app = new App().get("/x", (ctx) => ctx.render(<p>x</p>, { headers: new Headers(cookies) }));
  assert.deepEqual((await ask(app, "/x")).headers.getSetCookie(), ["a=1", "b=2"]);
});

Deno.test("handlers: undefined and null end as 500, a string as an empty page", async () => {
  for (const wrong of [undefined, null]) {
    const { result, logged } = await withErrorLog(() => ask(shows((() => wrong) as never), "/x"));
    assert.equal(result.status, 500);
    assert.equal(logged.length, 1);
  }
  assert.equal(await shown(shows((() => "text") as never)), "undefined");
});

Deno.test("handlers: a middleware that returns no response is a 500", async () => {
  const app = new App().get("/x", (() => "text") as never);
  const { result, logged } = await withErrorLog(() => textOf(app, "/x"));
  assert.equal(result, "Internal server error");
  assert.match(String(logged[0]), /Expected a "Response" instance/);
});

Deno.test("pages: the props are what the reference names", async () => {
  const seen: PageProps[] = [];
  const app = new App().route("/x/:id", {
    component: (props) => {
      seen.push(props);
      return null;
    },
  });
  await textOf(app, "/x/7?q");
  const [{ data, url, req, params, state, config, route, info, error, isPartial, Component }] = seen;
  assert.deepEqual([data, params.id, state, route, error, isPartial], [{}, "7", {}, "/x/:id", null, false]);
  assert.deepEqual([url.search, req.method, config.mode, info.remoteAddr.transport], [
    "?q",
    "GET",
    "production",
    "tcp",
  ]);
  assert.equal(typeof Component, "function");
});

Deno.test("pages: an async component may give JSX, null or a whole response", async () => {
  const app = new App()
    // deno-lint-ignore require-await
    .route("/jsx", { component: async () => <p>later</p> })
    // deno-lint-ignore require-await
    .route("/null", { component: async () => null })
    // deno-lint-ignore require-await
    .route("/own", { component: async () => new Response("own", { status: 202 }) });
  assert.equal(inside(await textOf(app, "/jsx"), "p"), "later");
  assert.equal(inside(await textOf(app, "/null"), "body"), "");
  const own = await ask(app, "/own");
  assert.deepEqual([own.status, await own.text()], [202, "own"]);
});

Deno.test("pages: a plain function that returns a promise is not awaited", async () => {
  const app = new App().route("/x", { component: () => Promise.resolve(<p>never</p>) });
  assert.doesNotMatch(await textOf(app, "/x"), /never/);
});

Deno.test("define: every helper returns its argument", () => {
  const define = createDefine<{ n: number }>();
  const handlers = { GET: () => page(1) };
  const component = () => null;
  const middleware = () => new Response();
  assert.equal(define.handlers(handlers), handlers);
  assert.equal(define.page(component), component);
  assert.equal(define.layout(component), component);
  assert.equal(define.middleware(middleware), middleware);
  const list = [middleware];
  assert.equal(define.middleware(list), list);
});

Deno.test("context: json, html, text and their headers", async () => {
  const app = new App()
    .get("/json", (ctx) => ctx.json({ a: 1 }, { status: 201, headers: { "x-a": "1" } }))
    .get("/html", (ctx) => ctx.html("<b>", { headers: { "content-type": "text/plain" } }))
    .get("/text", (ctx) => ctx.text("t", { headers: { "x-b": "2" } }));
  const json = await ask(app, "/json");
  assert.deepEqual([json.status, json.headers.get("content-type"), json.headers.get("x-a")], [
    201,
    "application/json",
    "1",
  ]);
  assert.deepEqual(await json.json(), { a: 1 });
  const html = await ask(app, "/html");
  assert.deepEqual([html.headers.get("content-type"), await html.text()], ["text/html; charset=utf-8", "<b>"]);
  const text = await ask(app, "/text");
  assert.deepEqual([text.headers.get("x-b"), await text.text()], ["2", "t"]);
});

Deno.test("context: stream() encodes strings, takes iterables or functions, sets no content type", async () => {
  const app = new App()
    .get("/generator", (ctx) =>
      ctx.stream(function* () {
        yield "ä";
        yield "b";
      }))
    .get("/bytes", (ctx) => ctx.stream([new Uint8Array([99])], { headers: { "x-a": "1" } }));
  const response = await ask(app, "/generator");
  assert.equal(response.headers.get("content-type"), null);
  assert.equal(await response.text(), "äb");
  assert.equal(await textOf(app, "/bytes"), "c");
});

// deno-fmt-ignore
const REDIRECTS: [to: string, location: string][] = [
  ["/a/b",                  "/a/b"],
  ["/",                     "/"],
  ["//evil.example/x",      "/evil.example/x"],
  ["/a//b?u=//c#//d",       "/a/b?u=//c#//d"],
  ["/a#//d",                "/a#//d"],
  ["https://other.example", "https://other.example"],
  ["relative//x",           "relative//x"],
];
for (const [to, location] of REDIRECTS) {
  Deno.test(`context: redirect("${to}") goes to ${location}`, async () => {
    const response = await ask(new App().get("/x", (ctx) => ctx.redirect(to)), "/x");
    assert.deepEqual([response.status, response.headers.get("location")], [302, location]);
  });
}

Deno.test("context: redirect takes another status", async () => {
  assert.equal((await ask(new App().get("/x", (ctx) => ctx.redirect("/y", 303)), "/x")).status, 303);
});

Deno.test("context: render() wants an argument that is JSX or null", async () => {
  const app = new App()
    .get("/none", (ctx) => (ctx.render as () => Promise<Response>)())
    .get("/text", (ctx) => ctx.render("text" as never))
    .get("/null", (ctx) => ctx.render(null, { status: 203 }));
  for (const path of ["/none", "/text"]) {
    const { result } = await withErrorLog(() => ask(app, path));
    assert.equal(result.status, 500);
  }
  const empty = await ask(app, "/null");
  assert.deepEqual([empty.status, inside(await empty.text(), "body")], [203, ""]);
});
