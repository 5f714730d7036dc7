/**
 * `fresh`: a stand-in for the part of Fresh 2.3.3 that the dashboard uses. Fresh is published on JSR only; the program
 * has to install, run and pass its tests with the npm registry alone. App files import `fresh`, `fresh/runtime` and
 * `fresh/dev` by those names and never learn which one they got.
 *
 * Supported, with the behaviour of the real one, its traps included (tests/contract/fresh):
 *  - App: use, get post put patch delete head all, route, appWrapper, layout, onError, notFound, fsRoutes, handler,
 *    listen
 *  - file routes with parameters, groups, _app, _layout, _middleware, _error, _404, (_islands)
 *  - handlers, page(), HttpError, createDefine, the context and its render, redirect, json, html, text, stream
 *  - staticFiles, csrf, csp with nonce; Head, asset, assetSrcSet, IS_BROWSER; active links, locked images
 *  - islands: any number in a file, plain data, Date, bigint, Map, Set and signals as props, shared signals
 *  - Builder: build() to disk, build({ snapshot: "memory" }) for tests
 *
 * Not supported: Partial and client navigation, JSX as a prop or child of an island, WebSocket helpers, mountApp, basePath,
 * trailingSlashes, trustProxy, cors, ipFilter, routeOverride, FRESH_PUBLIC_ variables, the development server,
 * telemetry. Deliberate differences, with their reasons: tests/contract/fresh/differences_test.tsx.
 *
 * A server loads the build and sets, around it, the headers that must be on every response, error pages included:
 *
 *   // Written by dev.ts. No literal import: it would fail `deno check` before the first build.
 *   const { default: site } = await import(new URL("../_fresh/server.js", import.meta.url).href);
 *   Deno.serve({ hostname: "127.0.0.1", port }, async (request, info) => {
 *     const response = await site.fetch(request, info);
 *     const out = new Response(response.body, response); // headers may be immutable
 *     out.headers.set("x-content-type-options", "nosniff");
 *     return out;
 *   });
 *
 * It needs to read files and to listen. `isBuildFresh` in stamp.ts tells whether dev.ts has to run before. Imports
 * inside `_fresh/` are literal, so that an executable can embed the site:
 * `deno compile --include _fresh/server.js --include _fresh/static --include static`.
 *
 * The real Fresh, where JSR can be reached: `deno run -A --config deno.fresh.json dev.ts build`, then the same server
 * with the same `--config`; its server also needs DENO_DEPLOYMENT_ID, GITHUB_SHA and CI_COMMIT_SHA from the
 * environment. Each configuration links `node_modules` to its own packages, so do not run both at once from one
 * directory.
 */
export { App, type ListenOptions } from "./app.ts";
export { Context } from "./context.ts";
export { csp, type CSPOptions } from "./csp.ts";
export { csrf, type CsrfOptions } from "./csrf.ts";
export { createDefine, type Define, page } from "./define.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export type * from "./types.ts";
