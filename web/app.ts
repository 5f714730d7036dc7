/** The site: static files, the policy of its pages, the system in `ctx.state`, then the files under `routes/`. */
import { App, csp, staticFiles } from "fresh";
import { options } from "preact";
import type { State } from "./define.ts";
import { heldSite } from "./site.ts";

// A panel that cannot be drawn says so in its place, on the server as in the browser (components/Panel.tsx).
(options as { errorBoundaries?: boolean }).errorBoundaries = true;

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "font-src 'none'",
  "img-src 'self'",
  "media-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  // Text from outside never becomes markup: no script of a page may write HTML at all.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

export const app = new App<State>()
  .use(staticFiles())
  .use(csp({ useNonce: true, csp: POLICY }))
  .use((ctx) => {
    ctx.state.site = heldSite();
    return ctx.next();
  })
  .fsRoutes();
