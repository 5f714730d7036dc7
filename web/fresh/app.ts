/**
 * The app: an ordered list of registrations. Nothing is decided before `handler()`, which plays the list into scopes
 * and a router, so that a build attached in between brings the file routes to the place of `fsRoutes()`.
 */
import { STATUS_CODES } from "node:http";
import { Context } from "./context.ts";
import { HttpError } from "./error.ts";
import { addFileRoutes } from "./fs_routes.ts";
import { METHODS, Router } from "./router.ts";
import { type Chain, lazyRoute, methodsOf, renderRoute, runChain, Scope, unknownPath } from "./scope.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import type {
  LayoutConfig,
  Lazy,
  MaybeLazyMiddleware,
  Middleware,
  ResolvedFreshConfig,
  Route,
  RouteComponent,
} from "./types.ts";

interface Site<State> {
  readonly root: Scope<State>;
  readonly router: Router<MaybeLazyMiddleware<State>>;
  readonly snapshot: Snapshot;
}

/** `hostname` must be said: Fresh's own default is every interface of the machine. */
export type ListenOptions =
  & Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>
  & { hostname: string };

export type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

const LOCAL_INFO = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 1234 },
  completed: Promise.resolve(),
} as const satisfies Deno.ServeHandlerInfo;

/** Register in the order that shall hold: what comes after a route does not apply to it. */
export class App<State> {
  readonly config: ResolvedFreshConfig = { root: ".", basePath: "", mode: "production" };
  readonly #registrations: ((site: Site<State>) => void)[] = [];

  /** Adds middlewares for a path and everything below it. "/admin/*" guards nothing, as in Fresh: write "/admin". */
  use(...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(first: string | MaybeLazyMiddleware<State>, ...rest: MaybeLazyMiddleware<State>[]): this {
    const [path, middlewares] = typeof first === "string" ? [first, rest] : ["*", [first, ...rest]];
    return this.#register(({ root }) => root.at(path, { whole: true }).middlewares.push(...middlewares));
  }

  get(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["GET"], path, chain);
  }

  post(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["POST"], path, chain);
  }

  put(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["PUT"], path, chain);
  }

  patch(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["PATCH"], path, chain);
  }

  delete(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["DELETE"], path, chain);
  }

  head(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(["HEAD"], path, chain);
  }

  all(path: string, ...chain: MaybeLazyMiddleware<State>[]): this {
    return this.#verb(METHODS, path, chain);
  }

  route(path: string, route: Route<State> | Lazy<Route<State>>): this {
    return typeof route === "function"
      ? this.#verb(METHODS, path, [lazyRoute(route)])
      : this.#verb(methodsOf(route), path, [(ctx) => renderRoute(ctx, route)]);
  }

  /** The outer document. */
  appWrapper(component: RouteComponent<State>): this {
    return this.#register(({ root }) => root.app = component);
  }

  layout(path: string, component: RouteComponent<State>, config: LayoutConfig = {}): this {
    return this.#register(({ root }) => root.at(path, { whole: true }).layout = { component, config });
  }

  /** The error page of a path and everything below it; it runs outside the middlewares of that path. */
  onError(path: string, page: Route<State> | Middleware<State>): this {
    return this.#register(({ root }) => root.at(path, { whole: true }).error = asRoute(page));
  }

  /** The page for every 404; its status is 200 unless its handler says otherwise. */
  notFound(page: Route<State> | Middleware<State>): this {
    return this.#register(({ root }) => root.notFound = asRoute(page));
  }

  /** Puts the routes of the attached build here. */
  fsRoutes(): this {
    return this.#register(({ root, router, snapshot }) => addFileRoutes(root, router, snapshot.routes));
  }

  /** The request handler, for `Deno.serve` and for tests. */
  handler(): Handler {
    const { config } = this;
    const snapshot = snapshotOf(this);
    const root = new Scope<State>(null);
    const router = new Router<MaybeLazyMiddleware<State>>();
    for (const register of this.#registrations) register({ root, router, snapshot });
    const rootChain = root.chain();

    return async (req, info = LOCAL_INFO) => {
      const url = new URL(req.url);
      url.pathname = url.pathname.replace(/\/+/g, "/");
      const match = router.match(req.method, url);
      const next = match && !match.chain ? () => unknownMethod(req.method, match.allowed) : unknownPath;
      const { pattern: route = null, params = {} } = match ?? {};
      const ctx = new Context<State>({ req, url, info, route, params, config, next, snapshot });
      try {
        const response = await runChain(match?.chain ?? rootChain, ctx);
        if (!(response instanceof Response)) {
          throw new Error(`Expected a "Response" instance to be returned, but got: ${response}`);
        }
        if (req.method !== "HEAD") return response;
        await response.body?.cancel();
        return new Response(null, response);
      } catch (error) {
        return lastResort(error);
      }
    };
  }

  /** Serves on the given port, else on the first free one from 8000 to 8019. */
  // deno-lint-ignore require-await
  async listen(options: ListenOptions): Promise<void> {
    const handler = this.handler();
    for (let port = options.port ?? 8000;; port++) {
      try {
        Deno.serve({ ...options, port }, handler);
        return;
      } catch (error) {
        const isLast = options.port !== undefined || port === 8019;
        if (isLast || !(error instanceof Deno.errors.AddrInUse)) throw error;
      }
    }
  }

  #register(registration: (site: Site<State>) => void): this {
    this.#registrations.push(registration);
    return this;
  }

  #verb(methods: readonly string[], path: string, chain: Chain<State>): this {
    return this.#register(({ root, router }) => {
      router.add(methods, path, [...root.at(path, { whole: true }).chain(), ...chain]);
    });
  }
}

function asRoute<State>(page: Route<State> | Middleware<State>): Route<State> {
  return typeof page === "function" ? { handler: page } : page;
}

function unknownMethod(method: string, allowed: readonly string[]): Promise<Response> {
  if (method !== "OPTIONS") throw new HttpError(405);
  return Promise.resolve(new Response(null, { status: 204, headers: { allow: allowed.join(", ") } }));
}

/** The answer to what no error page took. The text of an unexpected error goes to the log, never to the client. */
function lastResort(error: unknown): Response {
  if (!(error instanceof HttpError) || error.status >= 500) console.error(error);
  if (!(error instanceof HttpError)) return new Response("Internal server error", { status: 500 });
  return new Response(error.message || STATUS_CODES[error.status], { status: error.status });
}
