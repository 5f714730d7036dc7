/**
 * `fresh`: a stand-in for the part of Fresh 2 that the dashboard uses.
 */
export { App, type ListenOptions } from "./app.ts";
export { Context } from "./context.ts";
export { csp, type CSPOptions } from "./csp.ts";
export { csrf, type CsrfOptions } from "./csrf.ts";
export { createDefine, type Define, page } from "./define.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export type {
  HandlerByMethod,
  HandlerFn,
  LayoutConfig,
  Lazy,
  Method,
  Middleware,
  PageProps,
  PageResponse,
  ResolvedFreshConfig,
  Route,
  RouteConfig,
  RouteHandler,
} from "./types.ts";
