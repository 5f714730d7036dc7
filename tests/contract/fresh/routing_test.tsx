/** Which handler answers a request: paths, patterns, methods, order, middlewares of a path. */
import { App, type Middleware } from "fresh";
import assert from "node:assert/strict";
import { answerOf, ask, textOf } from "./support.ts";

function say<State>(text: string): Middleware<State> {
  return () => new Response(text);
}

/** Appends to a response header on the way in, so that the order of middlewares can be read. */
function mark(name: string): Middleware<{ marks?: string[] }> {
  return async (ctx) => {
    (ctx.state.marks ??= []).push(name);
    const response = await ctx.next();
    response.headers.set("x-marks", ctx.state.marks.join(" "));
    return response;
  };
}

Deno.test("routing: each verb answers its own method, all() every one", async () => {
  const app = new App()
    .get("/x", say("get")).post("/x", say("post")).put("/x", say("put")).patch("/x", say("patch"))
    .delete("/x", say("delete")).all("/all", say("all"));
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    assert.equal(await answerOf(app, "/x", method), `200 ${method.toLowerCase()}`);
    assert.equal(await answerOf(app, "/all", method), "200 all");
  }
});

Deno.test("routing: the first registration of a path and method wins", async () => {
  assert.equal(await textOf(new App().get("/x", say("first")).get("/x", say("second")), "/x"), "first");
});

Deno.test("routing: a verb takes a chain, and the handler is its last link", async () => {
  const app = new App<{ marks?: string[] }>().get("/x", mark("one"), mark("two"), () => new Response("end"));
  const response = await ask(app, "/x");
  assert.equal(response.headers.get("x-marks"), "one two");
  assert.equal(await response.text(), "end");
});

// deno-fmt-ignore
const PATTERNS: [pattern: string, path: string, params: Record<string, string> | null][] = [
  ["/u/:id",          "/u/7",             { id: "7" }],
  ["/u/:id",          "/u/",              null],
  ["/u/:id",          "/u/7/",            null],
  ["/u/:id",          "/u/a%20b",         { id: "a b" }],
  ["/u/:id",          "/u/a%2Fb",         { id: "a%2Fb" }],
  ["/u/:id",          "/u/%C3%A4",        { id: "ä" }],
  ["/w/:rest*",       "/w",               { rest: "" }],
  ["/w/:rest*",       "/w/a/b",           { rest: "a/b" }],
  ["/o{/:opt}?",      "/o",               { opt: "" }],
  ["/o{/:opt}?",      "/o/1",             { opt: "1" }],
  ["/n/:id(\\d+)",    "/n/12",            { id: "12" }],
  ["/n/:id(\\d+)",    "/n/x",             null],
  ["/x/:a-:b",        "/x/1-2",           { a: "1", b: "2" }],
  ["/fixed",          "/fixed",           {}],
  ["/fixed",          "/fixed/",          {}],
  ["/fixed",          "/fixed/more",      null],
  ["/two/parts",      "//two///parts",    {}],
];
for (const [pattern, path, params] of PATTERNS) {
  Deno.test(`routing: ${pattern} ${params ? `matches ${path}` : `does not match ${path}`}`, async () => {
    const app = new App().get(pattern, (ctx) => ctx.json({ params: { ...ctx.params }, route: ctx.route }));
    const response = await ask(app, path);
    assert.equal(response.status, params ? 200 : 404);
    if (params) assert.deepEqual((await response.json()).params, params);
    else await response.text();
  });
}

Deno.test("routing: ctx.route is the pattern, ctx.url stays encoded with repeated slashes collapsed", async () => {
  const app = new App().get("/u/:id", (ctx) => ctx.text(`${ctx.route} ${ctx.url.pathname} ${ctx.url.search}`));
  assert.equal(await textOf(app, "//u/a%20b?q=%20"), "/u/:id /u/a%20b ?q=%20");
});

Deno.test("routing: a fixed path beats a pattern registered before it, patterns keep their order", async () => {
  const app = new App().get("/:any", say("first")).get("/:other", say("second")).get("/fixed", say("fixed"));
  assert.equal(await textOf(app, "/fixed"), "fixed");
  assert.equal(await textOf(app, "/x"), "first");
});

Deno.test("routing: a broken escape in a dynamic segment throws before any error page", async () => {
  const app = new App().onError("*", say("error page")).get("/u/:id", say("never"));
  await assert.rejects(ask(app, "/u/%E0%A4%A"), URIError);
});

Deno.test("routing: HEAD runs GET without its body, unless there is a HEAD of its own", async () => {
  const app = new App()
    .get("/x", (ctx) => ctx.text("body", { headers: { "x-from": "get" } }))
    .get("/y", say("get")).head("/y", () => new Response(null, { headers: { "x-from": "head" } }));
  const shared = await ask(app, "/x", { method: "HEAD" });
  assert.equal(shared.headers.get("x-from"), "get");
  assert.equal(shared.body, null);
  assert.equal((await ask(app, "/y", { method: "HEAD" })).headers.get("x-from"), "head");
});

Deno.test("routing: a wrong method is 405, OPTIONS is 204 and names the methods", async () => {
  const route = { handler: { GET: () => new Response("get"), PUT: () => new Response("put") } };
  for (const app of [new App().get("/x", say("get")).put("/x", say("put")), new App().route("/x", route)]) {
    assert.equal(await answerOf(app, "/x", "POST"), "405 Method Not Allowed");
    const options = await ask(app, "/x", { method: "OPTIONS" });
    assert.equal(options.status, 204);
    assert.equal(options.headers.get("allow"), "GET, PUT");
  }
});

Deno.test("routing: a route that loads lazily answers a wrong method and OPTIONS with 404", async () => {
  const app = new App().route("/x", () => Promise.resolve({ handler: { GET: () => new Response("lazy") } }));
  assert.equal(await answerOf(app, "/x"), "200 lazy");
  assert.equal((await ask(app, "/x", { method: "HEAD" })).status, 200);
  assert.equal(await answerOf(app, "/x", "POST"), "404 Not Found");
  assert.equal(await answerOf(app, "/x", "OPTIONS"), "404 Not Found");
});

Deno.test("routing: what a lazy route does not answer goes to the next registration of its path", async () => {
  const app = new App().route("/x", () => Promise.resolve({ handler: { GET: () => new Response("lazy") } }))
    .post("/x", say("posted"));
  assert.equal(await answerOf(app, "/x"), "200 lazy");
  assert.equal(await answerOf(app, "/x", "POST"), "200 posted");
});

Deno.test("routing: a route with neither handler nor component is a 404", async () => {
  assert.equal(await answerOf(new App().route("/x", {}), "/x"), "404 Not Found");
});

Deno.test("routing: a lazy route is loaded once", async () => {
  let loads = 0;
  const app = new App().route("/x", () => {
    loads++;
    return Promise.resolve({ handler: () => new Response("lazy") });
  });
  const handler = app.handler();
  for (let i = 0; i < 3; i++) await (await handler(new Request("http://localhost/x"))).text();
  assert.equal(loads, 1);
});

Deno.test("routing: a middleware may be loaded lazily, once", async () => {
  let loads = 0;
  const app = new App().get("/x", () => {
    loads++;
    return Promise.resolve(say("lazy"));
  });
  const handler = app.handler();
  for (let i = 0; i < 3; i++) {
    assert.equal(await (await handler(new Request("http://localhost/x"))).text(), "lazy");
  }
  assert.equal(loads, 1);
});

Deno.test("routing: a function handler answers every method", async () => {
  const every = new App().route("/x", { handler: (ctx) => new Response(ctx.req.method) });
  for (const method of ["GET", "POST", "OPTIONS"]) assert.equal(await answerOf(every, "/x", method), `200 ${method}`);
});

Deno.test("middlewares: use(path) covers the path and everything below it, by whole segments", async () => {
  const app = new App<{ marks?: string[] }>()
    .use(mark("root")).use("/admin", mark("admin")).use("/admin/deep", mark("deep"));
  for (const path of ["/admin", "/admin/x", "/admin/deep/y", "/administrator", "/other"]) app.get(path, say("ok"));
  const marks = async (path: string) => (await ask(app, path)).headers.get("x-marks");
  assert.equal(await marks("/admin"), "root admin");
  assert.equal(await marks("/admin/x"), "root admin");
  assert.equal(await marks("/admin/deep/y"), "root admin deep");
  assert.equal(await marks("/administrator"), "root");
  assert.equal(await marks("/other"), "root");
});

Deno.test("middlewares: use('/admin/*') and layout('/admin/*') do nothing, use('*') covers all", async () => {
  const denied: Middleware<unknown> = () => new Response("denied", { status: 403 });
  const page = new App()
    .use("/admin/*", denied).layout("/admin/*", ({ Component }) => (
      <b>
        <Component />
      </b>
    ))
    .get("/admin/x", (ctx) => ctx.render(<p>open</p>));
  assert.match(await textOf(page, "/admin/x"), /<body><p>open<\/p>/);
  assert.equal(await answerOf(new App().use("*", denied).get("/x", say("open")), "/x"), "403 denied");
});

Deno.test("middlewares: one registered after a route does not run for it", async () => {
  const app = new App<{ marks?: string[] }>().use(mark("before")).get("/x", say("ok")).use(mark("after"));
  assert.equal((await ask(app, "/x")).headers.get("x-marks"), "before");
});

Deno.test("middlewares: for an unknown path and a wrong method only those of the root run", async () => {
  const ran: string[] = [];
  const note = (name: string): Middleware<unknown> => (ctx) => {
    ran.push(name);
    return ctx.next();
  };
  const app = new App().use(note("root")).use("/admin", note("admin")).get("/admin/x", say("ok"));
  assert.equal(await answerOf(app, "/admin/nowhere"), "404 Not Found");
  assert.equal(await answerOf(app, "/admin/x", "POST"), "405 Method Not Allowed");
  assert.deepEqual(ran, ["root", "root"]);
});

Deno.test("middlewares: state is one object per request, shared down to the page", async () => {
  const app = new App<{ n?: number }>()
    .use((ctx) => {
      ctx.state.n = (ctx.state.n ?? 0) + 1;
      return ctx.next();
    })
    .layout("*", ({ Component, state }) => (
      <i>
        {state.n}
        <Component />
      </i>
    ))
    .route("/x", { component: ({ state }) => <b>{state.n}</b> });
  for (let i = 0; i < 2; i++) assert.match(await textOf(app, "/x"), /<i>1<b>1<\/b><\/i>/);
});

Deno.test("app: config is what Fresh has by default, and ctx carries the connection", async () => {
  const app = new App();
  const { basePath, mode } = app.config;
  assert.deepEqual({ basePath, mode }, { basePath: "", mode: "production" });
  app.get("/x", (ctx) => ctx.json({ peer: ctx.info.remoteAddr, same: ctx.config === app.config }));
  const { peer, same } = await (await ask(app, "/x")).json();
  assert.equal(peer.hostname, "localhost");
  assert.equal(same, true);
});

Deno.test("app: listen() serves on the address it is given", async () => {
  const stop = new AbortController();
  const ready = Promise.withResolvers<Deno.NetAddr>();
  await new App().get("/x", say("served")).listen({
    hostname: "127.0.0.1",
    signal: stop.signal,
    onListen: (address) => ready.resolve(address as Deno.NetAddr),
  });
  const { hostname, port } = await ready.promise;
  try {
    assert.equal(hostname, "127.0.0.1");
    assert.ok(port >= 8000 && port < 8020, `expected the first free port from 8000, got ${port}`);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/x`)).text(), "served");
  } finally {
    stop.abort();
  }
});
