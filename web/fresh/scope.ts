/**
 * Scopes: what applies at a path and everywhere below it (middlewares, wrapper, layout, error page), and how a chain of
 * them runs. Always true:
 *  - a chain holds what was registered before its route; only the page for 404 is looked up when it is needed
 *  - the error page of a scope lies outside the middlewares of that scope
 */
import { type Context, INTERNAL } from "./context.ts";
import { HttpError } from "./error.ts";
import { renderComponent } from "./render.ts";
import { METHODS } from "./router.ts";
import type {
  LayoutConfig,
  Lazy,
  MaybeLazyMiddleware,
  Method,
  Middleware,
  Route,
  RouteComponent,
  RouteHandler,
} from "./types.ts";

export type Chain<State> = MaybeLazyMiddleware<State>[];

/** A path as a place to register at; the root has no parent. */
export class Scope<State> {
  readonly middlewares: Chain<State> = [];
  app: RouteComponent<State> | null = null;
  layout: { component: RouteComponent<State>; config: LayoutConfig } | null = null;
  error: Route<State> | null = null;
  notFound: Route<State> | null = null;
  readonly #children = new Map<string, Scope<State>>();
  readonly #parent: Scope<State> | null;

  constructor(parent: Scope<State> | null) {
    this.#parent = parent;
  }

  /**
   * The scope of a path by whole segments. Of a route file the last segment is its own name, not a directory
   * (`whole: false`). "/admin/*" names a segment called "*": that is why Fresh's documented form guards nothing.
   */
  at(path: string, { whole }: { whole: boolean }): Scope<State> {
    if (path === "/" || path === "*" || path === "/*") return this;
    const segments = path.replace(/^\//, "").split("/");
    const last = segments.pop()!;
    if (whole && last !== "") segments.push(last);
    return segments.reduce<Scope<State>>((scope, segment) => scope.#child(segment), this);
  }

  #child(segment: string): Scope<State> {
    let child = this.#children.get(segment);
    if (!child) this.#children.set(segment, child = new Scope(this));
    return child;
  }

  /** Everything that applies here now, outermost first. */
  chain(): Chain<State> {
    const { app, layout, error } = this;
    const root = this.#root();
    const enter: Middleware<State> = async (ctx) => {
      const ui = { ...ctx[INTERNAL] };
      if (app) ui.app = app;
      if (layout) {
        ui.layouts = layout.config.skipInheritedLayouts ? [layout.component] : [...ui.layouts, layout.component];
      }
      if (layout?.config.skipAppWrapper) ui.app = null;
      ctx[INTERNAL] = ui;
      try {
        return await ctx.next();
      } catch (thrown) {
        const status = thrown instanceof HttpError ? thrown.status : 500;
        if (status === 404 && root.notFound) return await renderRoute(ctx, root.notFound);
        if (error) return await renderRoute(ctx, error, status);
        throw thrown;
      }
    };
    return [...this.#parent?.chain() ?? [], enter, ...this.middlewares];
  }

  #root(): Scope<State> {
    return this.#parent ? this.#parent.#root() : this;
  }
}

/** Runs a chain; past its end the `next` the context came with answers. */
export function runChain<State>(chain: Chain<State>, ctx: Context<State>): Promise<Response> {
  const end = ctx.next;
  const runFrom = async (index: number): Promise<Response> => {
    if (index === chain.length) return await end();
    const outside = ctx[INTERNAL];
    ctx.next = () => runFrom(index + 1);
    try {
      const result = await chain[index](ctx);
      if (typeof result !== "function") return result;
      chain[index] = result;
      return await result(ctx);
    } catch (thrown) {
      ctx.error = thrown;
      throw thrown;
    } finally {
      ctx[INTERNAL] = outside;
    }
  };
  return runFrom(0);
}

/** What answers a route: a page without a handler is rendered with `{}`, a route without either is a 404. */
function handlersOf<State>({ handler, component }: Route<State>): RouteHandler<unknown, State> {
  const page = component ? () => ({ data: {} }) : unknownPath;
  if (typeof handler !== "object") return handler ?? page;
  return component ? { GET: page, ...handler } : handler;
}

/** The methods that a route answers. */
export function methodsOf<State>(route: Route<State>): readonly string[] {
  const handlers = handlersOf(route);
  return typeof handlers === "function" ? METHODS : Object.keys(handlers);
}

/** The end of every chain that has nothing to run. */
export function unknownPath(): Promise<Response> {
  throw new HttpError(404);
}

/** Renders a route that is loaded on its first request. */
export function lazyRoute<State>(load: Lazy<Route<State>>): Middleware<State> {
  let route: Route<State> | undefined;
  return async (ctx) => renderRoute(ctx, route ??= await load());
}

/** Runs the handler of a route and renders its page; a method without a handler goes on to what comes next (404). */
export async function renderRoute<State>(ctx: Context<State>, route: Route<State>, status = 200): Promise<Response> {
  const { component, config } = route;
  const ui = { ...ctx[INTERNAL] };
  if (config?.skipAppWrapper) ui.app = null;
  if (config?.skipInheritedLayouts) ui.layouts = [];
  ctx[INTERNAL] = ui;

  const handlers = handlersOf(route);
  const method = ctx.req.method as Method;
  const handler = typeof handlers === "function"
    ? handlers
    : handlers[method] ?? (method === "HEAD" ? handlers.GET : undefined) ?? ctx.next;
  const result = await handler(ctx);
  if (result instanceof Response) return result;
  // Set, not appended, as in Fresh: of several cookies only the last survives.
  const headers = new Headers();
  new Headers(result.headers).forEach((value, name) => headers.set(name, value));
  const vnode = component ? await renderComponent(ctx, component, result.data, () => null) : null;
  if (vnode instanceof Response) return vnode;
  return await ctx.render(vnode, { headers, status: result.status ?? status });
}
