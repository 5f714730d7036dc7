/** The fixture app: what a product's app file looks like, with the middlewares in their usual order. */
import { App, csp, csrf, staticFiles } from "fresh";
import type { State } from "./define.ts";

export const app = new App<State>()
  .use(staticFiles())
  .use(csp({ useNonce: true }))
  .use(csrf())
  .get("/healthz", (ctx) => ctx.json({ ok: true }))
  .fsRoutes();
