/**
 * A build as the server uses it: the islands by component, the files that may be served, the file routes. The generated
 * `_fresh/snapshot.js` and the in-memory build both go through `createSnapshot`.
 */
import type { FunctionComponent } from "preact";
import type { App } from "./app.ts";
import { setBuildId } from "./build_id.ts";
import type { RouteFile } from "./fs_routes.ts";

export interface Island {
  /** Unique on the site: the file's name for a default export, else the export's. */
  readonly name: string;
  readonly exportName: string;
  /** Name of the browser module that holds it. */
  readonly chunk: string;
  readonly component: FunctionComponent;
}

export interface StaticFile {
  readonly hash: string;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Snapshot {
  readonly buildId: string;
  readonly islands: ReadonlyMap<FunctionComponent, Island>;
  /** By decoded path below the site's root. */
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly routes: readonly RouteFile[];
}

export interface SnapshotSource {
  readonly buildId: string;
  /** What the relative locations in `files` are relative to. */
  readonly base: string;
  /** Chunk and module of each island file. */
  readonly islands: readonly (readonly [chunk: string, module: Record<string, unknown>])[];
  readonly files: readonly (readonly [path: string, content: string | Uint8Array<ArrayBuffer>, hash: string])[];
  readonly routes: readonly (readonly [path: string, module: RouteFile["module"]])[];
}

/** Names the islands and makes the files readable. */
export function createSnapshot(source: SnapshotSource): Snapshot {
  const { buildId, base } = source;
  const islands = new Map<FunctionComponent, Island>();
  const names = new Set<string>();
  for (const [chunk, module] of source.islands) {
    for (const [exportName, exported] of Object.entries(module)) {
      if (typeof exported !== "function") continue;
      const component = exported as FunctionComponent;
      const name = uniqueName(exportName === "default" ? chunk : exportName, names);
      islands.set(component, { name, exportName, chunk, component });
    }
  }
  const files = source.files.map(([path, content, hash]): [string, StaticFile] => {
    const read = typeof content === "string"
      ? () => Deno.readFile(new URL(content, base))
      : () => Promise.resolve(content);
    return [path, { hash, read }];
  });
  const routes = source.routes.map(([path, module]) => ({ path, module }));
  return { buildId, islands, files: new Map(files), routes };
}

/** The name itself, or with the first number that makes it unique; it is added to `taken`. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
  taken.add(unique);
  return unique;
}

/** Where the browser finds a built module. */
export function scriptUrl(buildId: string, chunk: string): string {
  return `/_fresh/js/${buildId}/${chunk}.js`;
}

// deno-lint-ignore no-explicit-any
const attached = new WeakMap<App<any>, Snapshot>();

/** Lets an app serve a build; before `app.handler()` is called. */
export function attachSnapshot<State>(app: App<State>, snapshot: Snapshot): void {
  setBuildId(snapshot.buildId);
  attached.set(app, snapshot);
}

/** The build of an app; one without a build has neither islands nor file routes nor static files. */
export function snapshotOf<State>(app: App<State>): Snapshot {
  return attached.get(app) ?? { buildId: "0", islands: new Map(), files: new Map(), routes: [] };
}
