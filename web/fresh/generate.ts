/** The text of the modules in `_fresh/`. Imports are literal, so that `deno compile` can find what they name. */
import { posix } from "node:path";
import { isSpecial } from "./fs_routes.ts";

/** What a site is made of; files are relative to its root. */
export interface Site {
  readonly buildId: string;
  readonly islands: readonly (readonly [chunk: string, file: string])[];
  readonly routes: readonly (readonly [path: string, file: string])[];
  readonly assets: readonly Asset[];
}

/** A file for browsers: where it is served, and where it lies. */
export interface Asset {
  readonly path: string;
  readonly file: string;
  readonly hash: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

const HEADER = "// Written by the builder in web/fresh/dev.ts. Do not edit, do not commit.";

/** `_fresh/snapshot.js`: loads islands and special files at once, pages on their first request. */
export function snapshotModule({ buildId, islands, routes, assets }: Site, outDir: string): string {
  const imports: string[] = [];
  const importOf = (file: string) => {
    const name = `module${imports.length}`;
    imports.push(`import * as ${name} from ${specifier(outDir, file)};`);
    return name;
  };
  const list = (name: string, entries: string[]) => [`  ${name}: [`, ...entries.map((e) => `    [${e}],`), "  ],"];
  const islandEntries = islands.map(([chunk, file]) => `${quote(chunk)}, ${importOf(file)}`);
  const routeEntries = routes.map(([path, file]) => {
    const module = isSpecial(path) ? importOf(file) : `() => import(${specifier(outDir, file)})`;
    return `${quote(path)}, ${module}`;
  });
  const fileEntries = assets.map(({ path, file, hash }) => {
    const url = file.split("/").map(encodeURIComponent).join("/");
    return `${quote(path)}, ${specifier(outDir, url)}, ${quote(hash)}`;
  });
  return lines(
    HEADER,
    `import { createSnapshot } from "fresh/internal";`,
    ...imports,
    "",
    "export default createSnapshot({",
    `  buildId: ${quote(buildId)},`,
    "  base: import.meta.url,",
    ...list("islands", islandEntries),
    ...list("routes", routeEntries),
    ...list("files", fileEntries),
    "});",
  );
}

/** `_fresh/server.js`: the app with its build, as `{ fetch }`. */
export function serverModule(serverEntry: string, outDir: string): string {
  return lines(
    HEADER,
    `import { attachSnapshot } from "fresh/internal";`,
    `import { app } from ${specifier(outDir, serverEntry)};`,
    `import snapshot from "./snapshot.js";`,
    "",
    "attachSnapshot(app, snapshot);",
    "export default { fetch: app.handler() };",
  );
}

function specifier(outDir: string, file: string): string {
  const path = posix.relative(outDir, file);
  return quote(path.startsWith(".") ? path : `./${path}`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function lines(...text: string[]): string {
  return text.join("\n") + "\n";
}
