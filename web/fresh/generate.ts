/** The text of the modules in `_fresh/`. Imports are literal, so that `deno compile` finds and embeds what they name. */
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
  const lists = [
    ...list("islands", islands.map(([chunk, file]) => `${quote(chunk)}, ${importOf(file)}`)),
    ...list(
      "routes",
      routes.map(([path, file]) => {
        return `${quote(path)}, ${isSpecial(path) ? importOf(file) : `() => import(${specifier(outDir, file)})`}`;
      }),
    ),
    ...list(
      "files",
      assets.map(({ path, file, hash }) => {
        return `${quote(path)}, ${specifier(outDir, file.split("/").map(encodeURIComponent).join("/"))}, ${
          quote(hash)
        }`;
      }),
    ),
  ];
  return lines(
    HEADER,
    `import { createSnapshot } from "fresh/internal";`,
    ...imports,
    "",
    "export default createSnapshot({",
    `  buildId: ${quote(buildId)},`,
    "  base: import.meta.url,",
    ...lists,
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
