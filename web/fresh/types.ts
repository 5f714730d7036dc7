/** The public types of the stand-in, named and shaped as in Fresh 2 so that app files type-check on both. */
import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import type { Context } from "./context.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface ResolvedFreshConfig {
  root: string;
  basePath: string;
  mode: "development" | "production";
}

export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;
export type Lazy<T> = () => Promise<T>;
/** A middleware, or a function that loads one on first use. */
export type MaybeLazyMiddleware<State> = (ctx: Context<State>) => Response | Promise<Response | Middleware<State>>;

export interface PageResponse<Data> {
  data: Data;
  headers?: HeadersInit;
  status?: number;
}

export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) => Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

export type PageProps<Data = unknown, State = unknown> =
  & Pick<Context<State>, "config" | "url" | "req" | "params" | "info" | "state" | "route" | "error" | "isPartial">
  & { data: Data; Component: FunctionComponent };

/** A page, layout or wrapper: a component, or a real `async function` that gives JSX, null or a whole response. */
export type PageComponent<Data, State> = (
  props: PageProps<Data, State>,
) => ComponentChildren | Promise<VNode | Response | null>;
// deno-lint-ignore no-explicit-any
export type RouteComponent<State> = PageComponent<any, State>;

export interface LayoutConfig {
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}
export type RouteConfig = LayoutConfig;

export interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  // deno-lint-ignore no-explicit-any
  handler?: RouteHandler<any, State>;
}
