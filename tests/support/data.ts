/**
 * The shared test data. It lies beside the repository, or where GRODT_DATA says; a test that needs a file which is not
 * there is skipped and names it.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = Deno.env.get("GRODT_DATA") ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Where a data file is, for example `dataPath("indicators/stock-indicators/EMA.csv")`. */
export const dataPath = (relative: string): string => `${ROOT}/${relative}`;

/** A test that needs data files; without them it shows as ignored with the first missing path in its name. */
export function dataTest(name: string, relativePaths: readonly string[], fn: (t: Deno.TestContext) => unknown): void {
  const missing = relativePaths.map(dataPath).find((path) => !existsSync(path));
  Deno.test({
    name: missing === undefined ? name : `${name} (skipped: no ${missing})`,
    ignore: missing !== undefined,
    fn: async (t) => void await fn(t),
  });
}
