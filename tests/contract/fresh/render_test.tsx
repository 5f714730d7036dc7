/** The document: wrapper, layouts, head, links, asset keys. */
import { App, type LayoutConfig, type PageProps } from "fresh";
import { asset, assetSrcSet, Head, IS_BROWSER } from "fresh/runtime";
import assert from "node:assert/strict";
import type { ComponentChildren, JSX } from "preact";
import { inside, textOf } from "./support.ts";

/** Real Fresh keeps keys in the HTML under a name of its own; nobody may look at it. */
async function htmlOf<State>(app: App<State>, path = "/x"): Promise<string> {
  return (await textOf(app, path)).replace(/ data-frsh-key="[^"]*"/g, "");
}

function Page({ children }: { children?: ComponentChildren }) {
  return <>{children}</>;
}

/** An app with a usual wrapper and one page. */
function site(page: () => JSX.Element, head: JSX.Element = <title>site</title>) {
  return new App()
    .appWrapper(({ Component }) => (
      <html>
        <head>{head}</head>
        <body>
          <Component />
        </body>
      </html>
    ))
    .route("/x", { component: page });
}

const headOf = async (app: App<unknown>) => inside(await htmlOf(app), "head");

Deno.test("layouts: from outside to inside wrapper, root layout, inner layout, page", async () => {
  const app = new App()
    .appWrapper(({ Component }) => (
      <html>
        <head />
        <body>
          <Component />
        </body>
      </html>
    ))
    .layout("*", ({ Component }) => (
      <main>
        <Component />
      </main>
    ))
    .layout("/a", ({ Component }) => (
      <section>
        <Component />
      </section>
    ))
    .route("/a/x", { component: () => <p>page</p> })
    .get("/a/y", (ctx) => ctx.render(<p>rendered</p>));
  assert.equal(inside(await htmlOf(app, "/a/x"), "body"), "<main><section><p>page</p></section></main>");
  assert.equal(inside(await htmlOf(app, "/a/y"), "body"), "<main><section><p>rendered</p></section></main>");
});

Deno.test("layouts: one registered after a route does not apply to it", async () => {
  const app = new App().route("/x", { component: () => <p>page</p> })
    .layout("*", ({ Component }) => (
      <main>
        <Component />
      </main>
    ))
    .appWrapper(({ Component }) => (
      <html class="late">
        <body>
          <Component />
        </body>
      </html>
    ));
  assert.match(await htmlOf(app), /<html><head>.*<body><p>page<\/p><\/body>/);
});

Deno.test("layouts: they get null as data, and state, url and params like the page", async () => {
  const app = new App<{ n: number }>()
    .use((ctx) => {
      ctx.state.n = 7;
      return ctx.next();
    })
    .layout("*", ({ data, state, url, params }) => <p>{JSON.stringify([data, state.n, url.pathname, params.id])}</p>)
    .route("/u/:id", { handler: () => ({ data: "page" }), component: () => null });
  assert.equal(inside(await htmlOf(app, "/u/3"), "p").replaceAll("&quot;", '"'), '[null,7,"/u/3","3"]');
});

// deno-fmt-ignore
const SKIPS: [where: "route" | "layout" | "render", config: LayoutConfig, body: string, wrapped: boolean][] = [
  ["route",  {},                             "<main><section><p>page</p></section></main>", true],
  ["route",  { skipInheritedLayouts: true }, "<p>page</p>",                                 true],
  ["route",  { skipAppWrapper: true },       "<main><section><p>page</p></section></main>", false],
  ["layout", { skipInheritedLayouts: true }, "<section><p>page</p></section>",              true],
  ["layout", { skipAppWrapper: true },       "<main><section><p>page</p></section></main>", false],
  ["render", { skipInheritedLayouts: true }, "<p>page</p>",                                 true],
  ["render", { skipAppWrapper: true },       "<main><section><p>page</p></section></main>", false],
];
for (const [where, config, body, wrapped] of SKIPS) {
  Deno.test(`layouts: ${where} with ${JSON.stringify(config)}`, async () => {
    const app = new App()
      .appWrapper(({ Component }) => (
        <html class="wrapped">
          <head />
          <body>
            <Component />
          </body>
        </html>
      ))
      .layout("*", ({ Component }) => (
        <main>
          <Component />
        </main>
      ))
      .layout("/a", ({ Component }) => (
        <section>
          <Component />
        </section>
      ), where === "layout" ? config : {});
    if (where === "render") app.get("/a/x", (ctx) => ctx.render(<p>page</p>, {}, config));
    else app.route("/a/x", { component: () => <p>page</p>, config: where === "route" ? config : {} });
    const html = await htmlOf(app, "/a/x");
    assert.equal(inside(html, "body"), body);
    assert.equal(html.includes('class="wrapped"'), wrapped);
  });
}

Deno.test("layouts: an async layout or wrapper is awaited and may answer by itself", async () => {
  // deno-lint-ignore require-await
  const layout = async ({ Component, url }: PageProps) =>
    url.searchParams.has("stop") ? new Response("layout") : (
      <main>
        <Component />
      </main>
    );
  // deno-lint-ignore require-await
  const wrapper = async ({ Component, url }: PageProps) =>
    url.searchParams.has("out") ? new Response("wrapper") : (
      <html>
        <head />
        <body>
          <Component />
        </body>
      </html>
    );
  const app = new App().appWrapper(wrapper).layout("*", layout).route("/x", { component: () => <p>page</p> });
  assert.equal(inside(await htmlOf(app, "/x"), "body"), "<main><p>page</p></main>");
  assert.equal(await textOf(app, "/x?stop"), "layout");
  assert.equal(await textOf(app, "/x?out"), "wrapper");
});

Deno.test("document: without html, head and body a minimal one with a charset is added", async () => {
  const app = new App().get("/x", (ctx) => ctx.render(<p>page</p>));
  assert.equal(
    await htmlOf(app),
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><p>page</p></body></html>',
  );
});

Deno.test("document: with html but no head, a head is put before html", async () => {
  const app = new App().appWrapper(({ Component }) => (
    <html>
      <body>
        <Component />
      </body>
    </html>
  ))
    .route("/x", { component: () => <p>page</p> });
  assert.equal(
    await htmlOf(app),
    '<!DOCTYPE html><head><meta charset="utf-8"/></head><html><body><p>page</p></body></html>',
  );
});

Deno.test("head: elements of <Head> move into the head and show nothing in their place", async () => {
  const app = site(() => (
    <main>
      <Head>
        <meta name="author" content="me" />
        <script src="/x.js" />
        <style>{"p{}"}</style>
      </Head>
      <p>page</p>
    </main>
  ));
  const html = await htmlOf(app);
  assert.equal(inside(html, "main"), "<p>page</p>");
  assert.match(
    inside(html, "head"),
    /^<title>site<\/title><meta name="author" content="me"\/><script [^>]*><\/script><style [^>]*>p{}<\/style>$/,
  );
});

Deno.test("head: without a wrapper the elements still reach the head", async () => {
  const app = new App().route("/x", {
    component: () => (
      <Head>
        <title>page</title>
      </Head>
    ),
  });
  assert.equal(await headOf(app), '<meta charset="utf-8"/><title>page</title>');
});

// deno-fmt-ignore
const MERGES: { name: string; wrapper: JSX.Element; page: JSX.Element; want: string }[] = [
  { name: "a title replaces the title",
    wrapper: <title>site</title>, page: <title>page</title>,
    want: "<title>page</title>" },
  { name: "a title replaces the title whatever its attributes",
    wrapper: <title lang="en">site</title>, page: <title>page</title>,
    want: "<title>page</title>" },
  { name: "a meta with the same attributes but content replaces it",
    wrapper: <meta name="description" content="site" />, page: <meta name="description" content="page" />,
    want: '<meta name="description" content="page"/>' },
  { name: "a meta of another name is added",
    wrapper: <meta name="description" content="site" />, page: <meta name="author" content="page" />,
    want: '<meta name="description" content="site"/><meta name="author" content="page"/>' },
  { name: "a stylesheet without a key replaces the site's (!)",
    wrapper: <link rel="stylesheet" href="/site.css" />, page: <link rel="stylesheet" href="/page.css" />,
    want: '<link rel="stylesheet" href="/page.css"/>' },
  { name: "a stylesheet with a key is added and shows the key",
    wrapper: <link rel="stylesheet" href="/site.css" />, page: <link rel="stylesheet" href="/page.css" key="page" />,
    want: '<link rel="stylesheet" href="/site.css"/><link rel="stylesheet" href="/page.css" data-key="page"/>' },
  { name: "the same key replaces whatever the attributes",
    wrapper: <link rel="icon" href="/a.svg" key="k" />, page: <link rel="alternate" href="/b" key="k" />,
    want: '<link rel="alternate" href="/b" data-key="k"/>' },
  { name: "others compare by all attributes: an equal one replaces, another is added",
    wrapper: <base href="/a" />, page: <base href="/b" />,
    want: '<base href="/a"/><base href="/b"/>' },
];
for (const { name, wrapper, page, want } of MERGES) {
  Deno.test(`head: ${name}`, async () => {
    assert.equal(await headOf(site(() => <Head>{page}</Head>, wrapper)), want);
  });
}

Deno.test("head: the last one wins, page before layout before wrapper", async () => {
  const app = new App()
    .appWrapper(({ Component }) => (
      <html>
        <head>
          <title>wrapper</title>
        </head>
        <body>
          <Component />
        </body>
      </html>
    ))
    .layout("*", ({ Component }) => (
      <>
        <Head>
          <title>layout</title>
        </Head>
        <Component />
      </>
    ))
    .route("/layout", { component: () => null })
    .route("/page", {
      component: () => (
        <Head>
          <title>page</title>
        </Head>
      ),
    });
  assert.equal(inside(await htmlOf(app, "/layout"), "title"), "layout");
  assert.equal(inside(await htmlOf(app, "/page"), "title"), "page");
});

Deno.test("head: an element made by a component inside <Head> counts too", async () => {
  const Title = () => <title>made</title>;
  assert.equal(
    await headOf(site(() => (
      <Head>
        <Title />
      </Head>
    ))),
    "<title>made</title>",
  );
});

// deno-fmt-ignore
const LINKS: [at: string, href: string, marks: string][] = [
  ["/a/b",   "/a/b",      ' data-current="true" aria-current="page"'],
  ["/a/b",   "/a/b/",     ' data-current="true" aria-current="page"'],
  ["/a/b",   "/a",        ' data-ancestor="true" aria-current="true"'],
  ["/a/b",   "/",         ' data-ancestor="true" aria-current="true"'],
  ["/a/b",   "/a/bc",     ""],
  ["/a/b",   "/a/b/c",    ""],
  ["/a/bc",  "/a/b",      ""],
  ["/a/b",   "/c",        ""],
  ["/a/b",   "a/b",       ""],
  ["/a/b",   "https://x.example/a/b", ""],
  ["/a?x=1", "/a?x=1",    ' data-current="true" aria-current="page"'],
  ["/a?x=1", "/a?x=2",    ' data-ancestor="true" aria-current="true"'],
  ["/a",     "/a?x=2",    ' data-ancestor="true" aria-current="true"'],
];
for (const [at, href, marks] of LINKS) {
  const kind = marks === "" ? "not marked" : marks.includes("page") ? "current" : "an ancestor";
  Deno.test(`links: at ${at}, ${href} is ${kind}`, async () => {
    const app = new App().route("/*", { component: () => <a href={href}>x</a> });
    const attributes = (tag: string) => [...tag.matchAll(/ [\w-]+="[^"]*"/g)].map(([text]) => text).sort();
    const tag = /<a[^>]*>/.exec(await htmlOf(app, at))![0];
    assert.deepEqual(attributes(tag), attributes(`${marks} href="${href}"`));
  });
}

Deno.test("links: an aria-current of its own is kept, and nothing is added", async () => {
  const app = new App().route("/x", { component: () => <a href="/x" aria-current="step">x</a> });
  assert.match(await htmlOf(app), /<a href="\/x" aria-current="step">/);
});

Deno.test("links: a link inside a component in a page is marked for each request anew", async () => {
  const Nav = () => <a href="/x">x</a>;
  const app = new App().layout("*", ({ Component }) => (
    <>
      <Nav />
      <Component />
    </>
  ))
    .route("/x", { component: () => null }).route("/y", { component: () => null });
  for (const [path, isMarked] of [["/x", true], ["/y", false], ["/x", true]] as const) {
    assert.equal((await htmlOf(app, path)).includes("data-current"), isMarked);
  }
});

Deno.test("assets: src and srcset of img and source name the build, unless switched off or elsewhere", async () => {
  const app = new App().route("/x", {
    component: () => (
      <Page>
        <img src="/a.png" srcset="/b.png 1x, /c.png?q=1 2x" />
        <img src="https://x.example/d.png" />
        <img src="//x.example/e.png" />
        <img src="f.png" />
        <img src="/g.png" data-fresh-disable-lock />
        <picture>
          <source srcset="/h.png" />
        </picture>
      </Page>
    ),
  });
  const html = (await htmlOf(app)).replaceAll(/__frsh_c=\w+/g, "KEY").replaceAll("&amp;", "&");
  for (
    const part of [
      'src="/a.png?KEY"',
      'srcset="/b.png?KEY 1x, /c.png?q=1&KEY 2x"',
      'src="https://x.example/d.png"',
      'src="//x.example/e.png"',
      'src="f.png"',
      'src="/g.png"',
      'srcset="/h.png?KEY"',
    ]
  ) assert.ok(html.includes(part), `${part} in ${html}`);
});

Deno.test("assets: asset() and assetSrcSet() do it by hand, once", () => {
  assert.match(asset("/x.css?a=1#b"), /^\/x\.css\?a=1&__frsh_c=\w+#b$/);
  assert.equal(asset("/x.css?__frsh_c=other"), "/x.css?__frsh_c=other");
  assert.equal(asset("x.css"), "x.css");
  assert.equal(assetSrcSet("/a 1x, /b 2x"), `${asset("/a")} 1x, ${asset("/b")} 2x`);
  assert.equal(assetSrcSet("image-set(/a 1x)"), "image-set(/a 1x)");
});

Deno.test("runtime: IS_BROWSER is false on the server", () => {
  assert.equal(IS_BROWSER, false);
});

Deno.test("pages: text is escaped, a page without islands ships no script", async () => {
  const [title, text] = ['"<', "</p><script>alert(1)</script>"];
  const app = new App().route("/x", { component: () => <p title={title}>{text}</p> });
  const html = await htmlOf(app);
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /<p title="&quot;(<|&lt;)">&lt;\/p/);
});
