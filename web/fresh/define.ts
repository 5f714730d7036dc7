/** Helpers that exist for the compiler: each returns what it is given, `page()` a plain object. */
import type {
  HandlerByMethod,
  HandlerFn,
  Middleware,
  PageComponent,
  PageResponse,
  RouteComponent,
  RouteHandler,
} from "./types.ts";

export interface Define<State> {
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(handlers: Handlers): Handlers;
  page<
    // deno-lint-ignore no-explicit-any
    Handler extends RouteHandler<any, State> = never,
    Data = Handler extends HandlerFn<infer D, State> ? D : Handler extends HandlerByMethod<infer D, State> ? D : never,
  >(component: PageComponent<Data, State>): PageComponent<Data, State>;
  layout(component: RouteComponent<State>): RouteComponent<State>;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

/** Helpers that know the type of `ctx.state`. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (component) => component,
    layout: (component) => component,
    middleware: (middleware) => middleware,
  };
}

/** What a handler returns to have the page of its route rendered; `page()` and `page(null)` give `data` undefined. */
export function page<T>(data: T, options?: { headers?: HeadersInit; status?: number }): PageResponse<T>;
export function page(): PageResponse<undefined>;
export function page<T>(data?: T, options: { headers?: HeadersInit; status?: number } = {}): PageResponse<T> {
  return { data: data ?? (undefined as T), headers: options.headers, status: options.status };
}
