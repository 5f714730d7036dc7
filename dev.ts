/**
 * Builds the dashboard into `_fresh/`: bundles for the browser, the list of routes and files for the server. Works with
 * the stand-in and with the real Fresh (`--config deno.fresh.json`). Whether it has to run tells `isBuildFresh` in
 * web/fresh/stamp.ts. Nothing else in the program starts another program or writes next to its sources:
 *
 *   deno run --allow-read --allow-write --allow-run dev.ts build
 */
import { Builder } from "fresh/dev";

const root = import.meta.dirname!;
// Builds of another day, or of the other Fresh, would stay behind.
await Deno.remove(`${root}/_fresh`, { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
await new Builder({ root, serverEntry: "web/app.ts", target: "es2022" }).build();
