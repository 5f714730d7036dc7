/**
 * Refuses writes that another site started, by what browsers say of a request (no token). A client that sends neither
 * Sec-Fetch-Site nor Origin passes: it is no browser, and authentication must come from elsewhere.
 */
import type { Context } from "./context.ts";
import { HttpError } from "./error.ts";
import type { Middleware } from "./types.ts";

export interface CsrfOptions<State> {
  /** Allowed origins. With this given, the site's own is no longer allowed by itself. */
  origin?: string | string[] | ((origin: string, ctx: Context<State>) => boolean);
}

/** Answers 403 to writes of other sites; reads pass. */
export function csrf<State>({ origin: allowed }: CsrfOptions<State> = {}): Middleware<State> {
  function isAllowed(origin: string, ctx: Context<State>): boolean {
    if (!allowed) return origin === ctx.url.origin;
    if (typeof allowed === "function") return allowed(origin, ctx);
    return [allowed].flat().includes(origin);
  }

  return (ctx) => {
    const { method, headers } = ctx.req;
    if (["GET", "HEAD", "OPTIONS"].includes(method)) return ctx.next();
    const site = headers.get("sec-fetch-site");
    const origin = headers.get("origin");
    const passes = site === "same-origin" || site === "none" || (site === null && origin === null) ||
      (origin !== null && isAllowed(origin, ctx));
    if (!passes) throw new HttpError(403);
    return ctx.next();
  };
}
