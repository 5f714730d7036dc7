/**
 * Whether a build is still the one its sources would give, told by a hash of what went into it: the names of routes and
 * islands, the content of static files and of all that was bundled, the configuration, the builder. Pages and other
 * server code run from their sources, so that a change there needs no build.
 */
import { createHash } from "node:crypto";
import { relative } from "node:path";
import { findFiles, type Folders } from "./crawl.ts";

interface Stamp {
  readonly folders: Folders;
  readonly bundled: readonly string[];
  readonly hash: string;
}

/** True when `_fresh` needs no rebuild. Needs permission to read the project, takes a few milliseconds. */
export function isBuildFresh(root: string, outDir = "_fresh"): boolean {
  const text = readIfThere(`${root}/${outDir}/stamp.json`);
  if (text === null) return false;
  const { folders, bundled, hash }: Stamp = JSON.parse(new TextDecoder().decode(text));
  return hash === hashInputs(root, folders, bundled);
}

/** Written last, so that a build that was cut short is not taken for a whole one. */
export function writeStamp(root: string, outDir: string, folders: Folders, bundled: readonly string[]): void {
  const stamp: Stamp = { folders, bundled, hash: hashInputs(root, folders, bundled) };
  Deno.writeTextFileSync(`${root}/${outDir}/stamp.json`, JSON.stringify(stamp, null, 2) + "\n");
}

function hashInputs(root: string, folders: Folders, bundled: readonly string[]): string {
  const { islands, routes, statics } = findFiles(root, folders);
  const builder = [...Deno.readDirSync(import.meta.dirname!)].map(({ name }) => name).sort()
    .map((name) => relative(root, `${import.meta.dirname}/${name}`));
  const hash = createHash("sha256").update(JSON.stringify({ islands, routes }));
  for (const path of ["deno.json", "deno.lock", "dev.ts", ...builder, ...statics, ...bundled]) {
    const content = readIfThere(`${root}/${path}`);
    hash.update(`\n${path} ${content?.length}\n`).update(content ?? "");
  }
  return hash.digest("hex");
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
