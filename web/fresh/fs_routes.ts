/**
 * File routes: what the name of a file under `routes/` means. Always true:
 *  - names beat `[param]`, which beats `[...rest]`
 *  - `_middleware`, `_layout` and `_error` are in place before any route is added
 *  - groups like `(admin)` vanish from the URL and keep their own scope
 */
import { METHODS, type Router } from "./router.ts";
import { lazyRoute, type Scope } from "./scope.ts";
import type { Lazy, MaybeLazyMiddleware, Middleware, Route, RouteComponent, RouteConfig } from "./types.ts";

/** What a file under `routes/` may export. */
export interface RouteModule {
  default?: unknown;
  handler?: unknown;
  handlers?: unknown;
  config?: RouteConfig;
}

export interface RouteFile {
  /** Below the routes folder, without ending: "blog/[slug]". */
  readonly path: string;
  /** Pages are loaded on first use, special files with the build. */
  readonly module: RouteModule | Lazy<RouteModule>;
}

/** Whether a file says something about its directory and is no page itself. */
export function isSpecial(path: string): boolean {
  return /(^|\/)_(app|layout|middleware|error|404)$/.test(path);
}

/** Adds the files in the order that counts; throws, naming the file, when one exports what it must not. */
export function addFileRoutes<State>(
  root: Scope<State>,
  router: Router<MaybeLazyMiddleware<State>>,
  files: readonly RouteFile[],
): void {
  for (const { path, module } of files.filter(({ path }) => isSpecial(path))) {
    addSpecialFile(root, path, module as RouteModule);
  }
  const pages = files.filter(({ path }) => !isSpecial(path));
  for (const { path, module } of pages.toSorted((a, b) => compareRoutes(a.path, b.path))) {
    // The scope is cut out of the pattern, as in Fresh: below "docs/[[v]]" that is "docs{", not "docs".
    const isDirectory = /(^|\/)index$/.test(path);
    const scope = root.at(routePattern(path, { keepGroups: true }), { whole: isDirectory });
    const load = async () => toRoute<State>(path, await (module as Lazy<RouteModule>)());
    router.add(METHODS, routePattern(path), [...scope.chain(), lazyRoute(load)]);
  }
}

function addSpecialFile<State>(root: Scope<State>, path: string, module: RouteModule): void {
  const [, directory, kind] = /^(.*?)\/?_(\w+)$/.exec(path)!;
  const scope = root.at(routePattern(directory, { keepGroups: true }), { whole: true });
  const route = toRoute<State>(path, module);
  const { component, config = {} } = route;
  if (kind === "app") root.app = component ?? null;
  if (kind === "404") root.notFound = route;
  if (kind === "error") scope.error = route;
  if (kind === "layout" && component) scope.layout = { component, config };
  if (kind === "middleware") {
    const middlewares = [route.handler ?? component].flat();
    // Fresh ignores this with a warning, and the directory is open.
    if (middlewares.some((middleware) => typeof middleware !== "function")) {
      throw new Error(`routes/${path}: a middleware must be a function or a list of them, not keyed by method`);
    }
    scope.middlewares.push(...middlewares as Middleware<State>[]);
  }
}

function toRoute<State>(path: string, module: RouteModule): Route<State> {
  const handler = module.handlers ?? module.handler;
  if (!handler && !module.default && !module.config) {
    throw new Error(`routes/${path}: exports neither handler, nor a default component, nor config`);
  }
  if (typeof handler === "function" && handler.length > 1) {
    throw new Error(`routes/${path}: a handler takes one argument, the context, not ${handler.length}`);
  }
  return {
    component: module.default as RouteComponent<State> | undefined,
    config: module.config,
    handler: handler as Route<State>["handler"],
  };
}

/** "blog/[slug]" → "/blog/:slug". Groups stay only where directories are told apart, not URLs. */
export function routePattern(path: string, { keepGroups = false } = {}): string {
  const parts = path.replace(/(^|\/)index$/, "").split("/").filter((part) => part !== "");
  const segments = parts.map((part) => {
    if (/^\(.*\)$/.test(part)) return keepGroups ? `/${part}` : "";
    const [, dots, name] = /^\[(\.{3})?(\w+)\]$/.exec(part) ?? [];
    if (dots) return `/:${name}*`;
    const optional = /^\[\[(\w+)\]\]$/.exec(part);
    if (optional) return `{/:${optional[1]}}?`;
    const segment = part.replace(/\[(\w+)\]/g, ":$1");
    if (/[[\]]/.test(segment) || part.includes("][")) {
      throw new SyntaxError(`routes/${path}: cannot read "${part}"; use [name], [[name]] or [...name]`);
    }
    return `/${segment}`;
  });
  return segments.join("") || "/";
}

/** Order in which patterns are tried: by segment, fixed before `[param]` before `[...rest]`; then the longer path. */
export function compareRoutes(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => path.split("/").filter((part) => !/^\(.*\)$/.test(part)));
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = rank(left[i]) - rank(right[i]);
    if (difference !== 0) return difference;
  }
  return right.length - left.length || (a < b ? -1 : 1);
}

function rank(segment: string): number {
  return segment.startsWith("[...") ? 2 : segment.startsWith("[") ? 1 : 0;
}
