/** Content-Security-Policy with Fresh's defaults, on every response that passes it: not on the root's error pages. */
import type { Middleware } from "./types.ts";

export interface CSPOptions {
  reportOnly?: boolean;
  /** Where browsers send reports. */
  reportTo?: string;
  /** Directives to add; one of the same name as a default replaces it. */
  csp?: string[];
  /** Allow inline scripts and styles by nonce, not altogether. */
  useNonce?: boolean;
}

/** The nonce of each rendered response. A copy of a response has none, and its policy then falls back. */
export const nonceOf = new WeakMap<Response, string>();

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

/** Sets the policy on the responses of what follows it. */
export function csp<State>({ reportOnly, reportTo, csp = [], useNonce }: CSPOptions = {}): Middleware<State> {
  const reports = reportTo ? ["report-to csp-endpoint", `report-uri ${reportTo}`] : [];
  const byName = new Map<string, string>();
  for (const directive of [...DEFAULTS, ...csp, ...reports]) {
    const name = directive.split(" ", 1)[0];
    byName.delete(name); // so that a replaced one moves to the end
    byName.set(name, directive);
  }
  const policy = [...byName.values()].join("; ");
  const header = reportOnly ? "content-security-policy-report-only" : "content-security-policy";

  return async (ctx) => {
    const response = await ctx.next();
    const nonce = useNonce && nonceOf.get(response);
    response.headers.set(header, nonce ? policy.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`) : policy);
    if (reportTo) response.headers.set("reporting-endpoints", `csp-endpoint="${reportTo}"`);
    return response;
  };
}
