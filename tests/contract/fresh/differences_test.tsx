/**
 * Where the stand-in is not like Fresh 2.3.3, on purpose. Each line is tested below or where it says; none of it may be
 * relied on by app code, except by not doing what is refused.
 *
 * Refused, where Fresh does something silently wrong:
 *  - class instances, errors, promises, symbols and objects without a prototype as props of islands: 500. Fresh
 *    flattens them, or sends a page that fails in the browser
 *  - `_middleware` keyed by method: the app does not start. Fresh ignores the file with a warning, and the folder is
 *    open
 *  - `listen()` without a hostname does not type-check (web/fresh/app_test.ts). Fresh listens on every interface
 *
 * Left out:
 *  - JSX as a prop or child of an island: 500. It needs slots
 *  - `?fresh-partial`: an ordinary request. Partials are not used
 *  - `<Head>` in an island shows nothing in the browser. Fresh keeps the document's head in step
 *  - `Link: rel=modulepreload` headers, the bundle's metafile, development mode, OpenTelemetry
 *
 * Better:
 *  - HEAD on a streaming GET cancels the stream. Fresh leaves it running
 *  - views of a part of a buffer, other typed arrays, buffers and URLSearchParams arrive whole (browser_test.ts). Fresh
 *    sends the whole buffer, or plain objects
 *  - links in JSX built by a handler are marked as well; a vnode kept in a module constant is prepared for each page
 *    anew
 *  - the build id is a hash of what was built (web/fresh/dev_test.ts), the server needs no environment
 */
import { App } from "fresh";
import { Builder } from "fresh/dev";
import assert from "node:assert/strict";
import { app } from "../app/main.ts";
import { REFUSED_BY_STAND_IN } from "../app/values.ts";
import { ask, IS_STAND_IN, textOf } from "./support.ts";

const attach = IS_STAND_IN
  ? await new Builder({ root: `${import.meta.dirname}/../app` }).build({ snapshot: "memory" })
  : () => {};
attach(app);

function difference(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: `difference: ${name}`, ignore: !IS_STAND_IN, fn });
}

difference("props that would not arrive whole are refused", async () => {
  for (const name of Object.keys(REFUSED_BY_STAND_IN)) {
    assert.equal((await ask(app, `/props/refused?only=${name}`)).status, 500, name);
  }
});

difference("a middleware keyed by method keeps the app from starting", async () => {
  const root = await Deno.makeTempDir();
  try {
    Deno.mkdirSync(`${root}/routes`);
    Deno.writeTextFileSync(`${root}/routes/_middleware.ts`, "export const handler = { GET: () => new Response() };");
    const open = new App().fsRoutes();
    (await new Builder({ root }).build({ snapshot: "memory" }))(open);
    assert.throws(() => open.handler(), /routes\/_middleware: .*not keyed by method/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

difference("HEAD cancels the stream that GET opened", async () => {
  let cancelled = false;
  const streaming = new App().get(
    "/x",
    () => new Response(new ReadableStream({ cancel: () => void (cancelled = true) })),
  );
  await ask(streaming, "/x", { method: "HEAD" });
  assert.equal(cancelled, true);
});

difference("a link in JSX built by a handler is marked", async () => {
  const linked = new App().get("/x", (ctx) => ctx.render(<a href="/x">x</a>));
  assert.match(await textOf(linked, "/x"), /data-current="true"/);
});

difference("a vnode kept in a module constant is prepared for each page anew", async () => {
  const kept = (
    <div>
      <a href="/x">x</a>
      <script src="/x.js" />
    </div>
  );
  const app = new App().get("/*", (ctx) => ctx.render(kept));
  const nonceAt = async (path: string, isMarked: boolean) => {
    const html = await textOf(app, path);
    assert.equal(html.includes("data-current"), isMarked);
    return /nonce="(\w+)"/.exec(html)![1];
  };
  assert.notEqual(await nonceAt("/x", true), await nonceAt("/y", false));
});

difference("a request for a partial is an ordinary one", async () => {
  const redirecting = new App().get("/x", (ctx) => ctx.redirect("/y"));
  assert.equal((await ask(redirecting, "/x?fresh-partial=true")).headers.get("location"), "/y");
});

difference("no Link header is sent", async () => {
  assert.equal((await ask(app, "/islands")).headers.get("link"), null);
});
