/** `deno run -A dev.ts build`: bundles the islands and writes `_fresh/`, from which `web/serve.ts` serves the dashboard. */
import { Builder } from "fresh/dev";

if (Deno.args[0] !== "build") {
  console.error("Usage: deno run -A dev.ts build");
  Deno.exit(2);
}
// Earlier builds would stay on disk and be served.
await Deno.remove("_fresh", { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
await new Builder({ serverEntry: "web/app.ts", target: "es2022" }).build();
