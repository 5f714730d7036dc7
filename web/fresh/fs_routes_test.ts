import assert from "node:assert/strict";
import { addFileRoutes, compareRoutes, isSpecial, type RouteFile, routePattern } from "./fs_routes.ts";
import { Router } from "./router.ts";
import { Scope } from "./scope.ts";

// deno-fmt-ignore
const PATTERNS: [path: string, url: string, scope: string][] = [
  ["index",                   "/",                  "/"],
  ["about",                   "/about",             "/about"],
  ["blog/index",              "/blog",              "/blog"],
  ["blog/[slug]",             "/blog/:slug",        "/blog/:slug"],
  ["old/[...path]",           "/old/:path*",        "/old/:path*"],
  ["docs/[[v]]/index",        "/docs{/:v}?",        "/docs{/:v}?"],
  ["(group)/index",           "/",                  "/(group)"],
  ["a/(group)/x",             "/a/x",               "/a/(group)/x"],
  ["x-[a]-[b]",               "/x-:a-:b",           "/x-:a-:b"],
  ["files/[name].json",       "/files/:name.json",  "/files/:name.json"],
];
for (const [path, url, scope] of PATTERNS) {
  Deno.test(`routePattern() reads routes/${path} as ${url}`, () => {
    assert.equal(routePattern(path), url);
    assert.equal(routePattern(path, { keepGroups: true }), scope);
  });
}

for (const path of ["[a][b]", "[a", "a]", "x-[[a]]", "[[a]]-x", "[...a]-x"]) {
  Deno.test(`routePattern() refuses routes/${path} by name`, () => {
    assert.throws(() => routePattern(path), (error: Error) => error.message.includes(`routes/${path}`));
  });
}

Deno.test("compareRoutes() puts names before parameters before the rest, and ignores groups", () => {
  const sorted = ["[...all]", "[id]", "a/[...all]", "(g)/[id]/b", "a/[id]/edit", "[id]/[[v]]", "a/(g)/b", "index"];
  assert.deepEqual(sorted.toReversed().toSorted(compareRoutes), [
    "a/(g)/b",
    "a/[id]/edit",
    "a/[...all]",
    "index",
    "(g)/[id]/b",
    "[id]/[[v]]",
    "[id]",
    "[...all]",
  ]);
});

Deno.test("isSpecial() knows the files that speak for their folder", () => {
  for (const name of ["_app", "_layout", "_middleware", "_error", "_404"]) {
    assert.equal(isSpecial(name), true);
    assert.equal(isSpecial(`a/b/${name}`), true);
  }
  for (const path of ["index", "_other", "a_layout", "_layout/x"]) assert.equal(isSpecial(path), false);
});

function add(...files: RouteFile[]): void {
  addFileRoutes(new Scope(null), new Router(), files);
}

// deno-fmt-ignore
const REFUSED: { name: string; path: string; module: Record<string, unknown>; message: RegExp }[] = [
  { name: "a middleware keyed by method", path: "admin/_middleware", module: { handler: { GET() {} } },
    message: /routes\/admin\/_middleware: .*not keyed by method/ },
  { name: "a middleware that is none", path: "_middleware", module: { config: {} },
    message: /routes\/_middleware: a middleware must be a function/ },
  { name: "a special file without exports", path: "_layout", module: { nothing: 1 },
    message: /routes\/_layout: exports neither/ },
  { name: "a handler with two parameters", path: "_error", module: { handler: (_req: unknown, _ctx: unknown) => {} },
    message: /routes\/_error: a handler takes one argument/ },
];
for (const { name, path, module, message } of REFUSED) {
  Deno.test(`addFileRoutes() refuses ${name}, naming the file`, () => {
    assert.throws(() => add({ path, module }), message);
  });
}
