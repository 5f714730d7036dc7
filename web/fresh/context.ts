/**
 * What every middleware, handler and component is given: one request and the ways to answer it. One per request;
 * `state` is the same object for all who see it.
 */
import { isValidElement, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { nonceOf } from "./csp.ts";
import { renderComponent, renderDocument } from "./render.ts";
import type { Snapshot } from "./snapshot.ts";
import type { LayoutConfig, ResolvedFreshConfig, RouteComponent } from "./types.ts";

/** What a request carries besides its public members: the build it is served from, the wrapper and layouts entered. */
export const INTERNAL = Symbol("internal");

interface Internal<State> {
  readonly snapshot: Snapshot;
  app: RouteComponent<State> | null;
  layouts: RouteComponent<State>[];
}

type Members<State> =
  & Pick<Context<State>, "req" | "url" | "info" | "route" | "params" | "config" | "next">
  & { snapshot: Snapshot };

/** One request on its way through the app. */
export class Context<State> {
  readonly req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  /** The pattern that matched, null for an unknown path. */
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly config: ResolvedFreshConfig;
  readonly state: State = {} as State;
  readonly isPartial: boolean = false;
  /** What was thrown, on error pages; null for an unknown path when the app has no root middleware. */
  error: unknown = null;
  /** Runs the rest of the chain. Call it once and return its result. */
  next: () => Promise<Response>;
  [INTERNAL]: Internal<State>;

  constructor({ req, url, info, route, params, config, next, snapshot }: Members<State>) {
    this.req = req;
    this.url = url;
    this.info = info;
    this.route = route;
    this.params = params;
    this.config = config;
    this.next = next;
    this[INTERNAL] = { snapshot, app: null, layouts: [] };
  }

  /** An HTML page: the JSX inside the layouts and the wrapper that were entered on the way here. */
  async render(vnode: VNode | null, init: ResponseInit = {}, config: LayoutConfig = {}): Promise<Response> {
    if (arguments.length === 0) throw new Error("No arguments passed to: ctx.render()");
    if (vnode !== null && !isValidElement(vnode)) throw new Error("Non-JSX element passed to: ctx.render()");
    const { app, layouts, snapshot } = this[INTERNAL];

    let page = vnode;
    for (const layout of config.skipInheritedLayouts ? [] : layouts.toReversed()) {
      const inner = page;
      const result = await renderComponent(this, layout, null, () => inner);
      if (result instanceof Response) return result;
      page = result;
    }
    // The page is rendered before the wrapper, so that the wrapper's <head> knows what the page put into it.
    const child = { html: "" };
    const wrapper = app && !config.skipAppWrapper
      ? await renderComponent(this, app, null, () => jsxTemplate([child.html]))
      : undefined;
    if (wrapper instanceof Response) return wrapper;

    const nonce = crypto.randomUUID().replaceAll("-", "");
    const html = renderDocument(page, wrapper, child, { url: this.url, nonce, snapshot });
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    const response = new Response(html, { ...init, headers });
    nonceOf.set(response, nonce);
    return response;
  }

  /** Text, without any header of its own. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  html(content: string, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** A body sent piece by piece, strings as UTF-8; no content type is set. */
  stream<Piece extends string | Uint8Array>(
    source: Iterable<Piece> | AsyncIterable<Piece> | (() => Iterable<Piece> | AsyncIterable<Piece>),
    init?: ResponseInit,
  ): Response {
    const encoder = new TextEncoder();
    const pieces = ReadableStream.from<Piece>(typeof source === "function" ? source() : source);
    const encode = new TransformStream<Piece, Uint8Array<ArrayBuffer>>({
      transform(piece, out) {
        out.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece as Uint8Array<ArrayBuffer>);
      },
    });
    return new Response(pieces.pipeThrough(encode), init);
  }

  /** A redirect; in a path leading "//" is collapsed, an absolute URL is kept: never pass user input unchecked. */
  redirect(location: string, status = 302): Response {
    const path = location.startsWith("/") ? /^[^?#]*/.exec(location)![0] : "";
    return new Response(null, {
      status,
      headers: { location: path.replace(/\/+/g, "/") + location.slice(path.length) },
    });
  }
}
