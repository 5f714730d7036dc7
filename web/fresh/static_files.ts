/**
 * Serves the files that were listed when the site was built, and no others. A URL that names the build it was made with
 * may be kept for a year, every other one is asked for again each time.
 */
import { INTERNAL } from "./context.ts";
import { ASSET_KEY } from "./decorate.ts";
import type { Middleware } from "./types.ts";

// deno-fmt-ignore
const TYPES: Record<string, string> = {
  avif: "image/avif", css: "text/css; charset=UTF-8", gif: "image/gif", html: "text/html; charset=UTF-8",
  ico: "image/vnd.microsoft.icon", jpg: "image/jpeg", js: "text/javascript; charset=UTF-8",
  json: "application/json; charset=UTF-8", png: "image/png", svg: "image/svg+xml", ttf: "font/ttf",
  wasm: "application/wasm", webmanifest: "application/manifest+json", webp: "image/webp", woff2: "font/woff2",
};

/** Answers for files of the build, islands included, and leaves every other path to what follows. */
export function staticFiles<State>(): Middleware<State> {
  return async (ctx) => {
    const { req, url } = ctx;
    const { buildId, files } = ctx[INTERNAL].snapshot;
    const path = decodeURIComponent(url.pathname);
    const file = files.get(path);
    const key = url.searchParams.get(ASSET_KEY);

    if (!file) return path === "/favicon.ico" ? new Response(null, { status: 404 }) : ctx.next();
    if (req.method !== "GET" && req.method !== "HEAD") return new Response("Method Not Allowed", { status: 405 });
    if (key !== null && key !== buildId) {
      url.searchParams.delete(ASSET_KEY);
      return new Response(null, { status: 307, headers: { location: url.pathname + url.search } });
    }

    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain; charset=UTF-8";
    const headers = new Headers({ "content-type": type, vary: "If-None-Match" });
    const etag = `W/"${file.hash}"`;
    if (req.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });

    let content;
    try {
      content = await file.read();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return ctx.next(); // removed since the build
      throw error;
    }
    const immutable = key === buildId || url.pathname.startsWith(`/_fresh/js/${buildId}/`);
    headers.set("etag", etag);
    headers.set("content-length", String(content.byteLength));
    headers.set(
      "cache-control",
      immutable ? "public, max-age=31536000, immutable" : "no-cache, no-store, max-age=0, must-revalidate",
    );
    return new Response(req.method === "HEAD" ? null : content, { headers });
  };
}
