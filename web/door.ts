/**
 * The door in front of every route: who may ask, and what every answer carries. Always true:
 *  - a request is let in only by a Host of this machine's loopback with the right port, without an Origin or with that
 *    very origin, and not when the browser says that another site started it; a page elsewhere that has this address
 *    under its own name (DNS rebinding) or posts a form here (CSRF) gets 403
 *  - commands are POST under /api/control/, everything else is GET or HEAD: nothing changes by following a link
 *  - the security headers are on every response, error pages and refusals included
 */
import { logged } from "./log.ts";

export type Fetch = (request: Request, info?: Deno.ServeHandlerInfo) => Response | Promise<Response>;

export const BODY_LIMIT_BYTES = 4_096;
const COMMANDS = "/api/control/";
const NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** For everything that is not a rendered page: an error page may show its stylesheet and post STOP, and no more. */
const BARE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Not "no-referrer": browsers would then send "Origin: null" with our own forms.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()",
};

/** Puts the door in front of a site that is served on `port()`; asked per request, as a port of 0 is picked late. */
export function behindDoor(
  site: Fetch,
  port: () => number,
): (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
  return async (request, info) => withHeaders(refusal(request, port()) ?? await answer(site, request, info));
}

async function answer(site: Fetch, request: Request, info?: Deno.ServeHandlerInfo): Promise<Response> {
  try {
    return await site(request, info);
  } catch (error) {
    logged(error);
    return plain(500, "Internal server error");
  }
}

/** Why this request is not let in; `null` when it is. */
function refusal(request: Request, port: number): Response | null {
  const { headers, method } = request;
  const url = new URL(request.url);
  const hosts = NAMES.flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]);
  const host = headers.get("host");
  // Both: the address in the request line wins over the header when a URL is made of them.
  if (host === null || !hosts.includes(host) || !hosts.includes(url.host)) {
    return plain(403, `Unknown host. Open http://127.0.0.1:${port}/`);
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return plain(403, "Requests from other origins are refused");
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    return plain(403, `Requests that another site started are refused. Open http://127.0.0.1:${port}/ by hand`);
  }
  if (!isDecodable(url.pathname)) return plain(400, "The address has a broken percent escape");

  const allowed = url.pathname.startsWith(COMMANDS) ? ["POST"] : ["GET", "HEAD"];
  const allow = { allow: [...allowed, "OPTIONS"].join(", ") };
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: allow });
  if (!allowed.includes(method)) return plain(405, `Use ${allowed.join(" or ")}`, allow);
  const length = Number(headers.get("content-length") ?? 0);
  if (!(length <= BODY_LIMIT_BYTES)) return plain(413, `A body may have ${BODY_LIMIT_BYTES} bytes`);
  return null;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function plain(status: number, text: string, headers: HeadersInit = {}): Response {
  return new Response(text + "\n", { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}

function withHeaders(response: Response): Response {
  const out = new Response(response.body, response); // its own headers may be immutable
  for (const [name, value] of Object.entries(HEADERS)) out.headers.set(name, value);
  const policy = out.headers.get("content-security-policy");
  // A policy without a nonce is the fall-back of a response that is no page. upgrade-insecure-requests would make a
  // browser ask for scripts by HTTPS, which nothing here speaks.
  const isPage = policy?.includes("'nonce-");
  out.headers.set("content-security-policy", isPage ? withoutUpgrade(policy!) : BARE_POLICY);
  if (!out.headers.has("cache-control")) out.headers.set("cache-control", "no-store");
  return out;
}

const withoutUpgrade = (policy: string): string =>
  policy.split("; ").filter((directive) => directive !== "upgrade-insecure-requests").join("; ");
