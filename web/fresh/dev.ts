/**
 * `fresh/dev`: builds a site, to disk for the server or in memory for tests. Always true: the build id is a hash of
 * what browsers may keep, so the same sources give the same bytes, whenever and wherever they are built.
 */
import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "./app.ts";
import { bundleIslands } from "./bundle.ts";
import { findFiles, type Folders } from "./crawl.ts";
import { isSpecial, type RouteModule } from "./fs_routes.ts";
import { type Asset, serverModule, type Site, snapshotModule } from "./generate.ts";
import { attachSnapshot, createSnapshot, scriptUrl, uniqueName } from "./snapshot.ts";
import { writeStamp } from "./stamp.ts";
import type { Lazy } from "./types.ts";

/** All paths but `root` are relative to it, with "/". */
export interface BuildOptions extends Partial<Folders> {
  root?: string;
  /** The file that exports `app`. */
  serverEntry?: string;
  outDir?: string;
  /** What browsers must understand, in esbuild's words. */
  target?: string | string[];
}

// deno-lint-ignore no-explicit-any
export class Builder<State = any> {
  readonly #options: Required<BuildOptions>;

  constructor(options: BuildOptions = {}) {
    this.#options = {
      serverEntry: "main.ts",
      outDir: "_fresh",
      islandDir: "islands",
      routeDir: "routes",
      staticDir: "static",
      target: "es2022",
      ...options,
      root: resolve(options.root ?? "."),
    };
    const { serverEntry, outDir, islandDir, routeDir, staticDir } = this.#options;
    for (const [name, path] of Object.entries({ serverEntry, outDir, islandDir, routeDir, staticDir })) {
      if (/^(\.|[/\\]|\w:)/.test(path)) {
        throw new Error(`Builder: ${name} is "${path}"; give a path below the root, like "web/${name}"`);
      }
    }
  }

  /** Resolves to what attaches a build in memory to an app; a build on disk is used through its `server.js`. */
  async build({ snapshot = "disk" }: { snapshot?: "disk" | "memory" } = {}): Promise<(app: App<State>) => void> {
    const { root, outDir, serverEntry, islandDir, routeDir, staticDir } = this.#options;
    const { site, sources } = readSite(this.#options);
    if (snapshot === "memory") return await loadSite<State>(root, site);

    for (const { file, content } of site.assets) {
      if (file.startsWith(`${outDir}/`)) writeFile(`${root}/${file}`, content);
    }
    writeFile(`${root}/${outDir}/snapshot.js`, snapshotModule(site, outDir));
    writeFile(`${root}/${outDir}/server.js`, serverModule(serverEntry, outDir));
    writeStamp(root, outDir, { islandDir, routeDir, staticDir }, sources);
    return () => {
      throw new Error(`A build on disk cannot be attached: import ${outDir}/server.js, or build in memory`);
    };
  }
}

/** Finds and bundles everything; `sources` are the files that were bundled. */
function readSite(options: Required<BuildOptions>): { site: Site; sources: readonly string[] } {
  const { root, outDir, routeDir, staticDir, target } = options;
  const files = findFiles(root, options);
  const islands = nameChunks(files.islands);
  const routes = files.routes.map((file) => [file.slice(routeDir.length + 1).replace(/\.\w+$/, ""), file] as const);
  const statics = files.statics.map((file) => {
    return asset(file.slice(staticDir.length), file, Deno.readFileSync(`${root}/${file}`));
  });
  const bundle = bundleIslands({ root, islands, target });

  const kept = [
    ...statics.map(({ path, hash }) => path + hash),
    ...bundle.files.map((f) => f.name + sha256(f.content)),
  ];
  const buildId = sha256(kept.join()).slice(0, 16);
  const scripts = bundle.files.map(({ name, content }) => {
    const path = scriptUrl(buildId, name);
    return asset(path, `${outDir}/static${path}`, content);
  });
  return { site: { buildId, islands, routes, assets: [...statics, ...scripts] }, sources: bundle.sources };
}

function asset(path: string, file: string, content: Uint8Array<ArrayBuffer>): Asset {
  return { path, file, hash: sha256(content), content };
}

async function loadSite<State>(root: string, site: Site): Promise<(app: App<State>) => void> {
  const load = (file: string) => import(pathToFileURL(`${root}/${file}`).href);
  const islands = site.islands.map(async ([chunk, file]) => [chunk, await load(file)] as const);
  const routes = site.routes.map(async ([path, file]): Promise<readonly [string, RouteModule | Lazy<RouteModule>]> => {
    return [path, isSpecial(path) ? await load(file) : () => load(file)];
  });
  const snapshot = createSnapshot({
    buildId: site.buildId,
    base: import.meta.url,
    islands: await Promise.all(islands),
    routes: await Promise.all(routes),
    files: site.assets.map(({ path, content, hash }) => [path, content, hash]),
  });
  return (app) => attachSnapshot(app, snapshot);
}

/** Names the browser module of each island file after the file, as an identifier, without doubles. */
function nameChunks(files: readonly string[]): [chunk: string, file: string][] {
  const taken = new Set<string>();
  return files.map((file) => {
    const name = file.split("/").at(-1)!.replace(/\.\w+$/, "").replace(/^(?=\d)|\W/g, "_");
    return [uniqueName(name, taken), file];
  });
}

function writeFile(path: string, content: string | Uint8Array): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
