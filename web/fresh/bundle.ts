/**
 * Bundles the islands and the browser runtime with esbuild; what several need goes into shared chunks. esbuild runs as
 * a command: its own JavaScript API keeps a process that ends some time after it was told to, which tests take for a
 * leak.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface BundleOptions {
  readonly root: string;
  /** Path of each island file below the root, by the name of its chunk. */
  readonly islands: readonly (readonly [chunk: string, file: string])[];
  readonly target: string | string[];
}

export interface Bundle {
  /** Modules by name, without ".js". */
  readonly files: readonly { readonly name: string; readonly content: Uint8Array<ArrayBuffer> }[];
  /** The sources that went in, packages aside, relative to the root. */
  readonly sources: readonly string[];
}

/** Throws with place and reason when an island cannot be bundled. */
export function bundleIslands({ root, islands, target }: BundleOptions): Bundle {
  if (islands.length === 0) return { files: [], sources: [] };
  const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  // Beside the build, so that a builder needs to write nowhere else.
  Deno.mkdirSync(`${root}/_fresh`, { recursive: true });
  const out = Deno.makeTempDirSync({ dir: `${root}/_fresh`, prefix: "bundle-" });
  try {
    const { success, stderr } = new Deno.Command(esbuildBinary(), {
      cwd: root,
      args: [
        `fresh-runtime=${own("./client.ts")}`,
        ...islands.map(([chunk, file]) => `${chunk}=${file}`),
        `--alias:fresh/runtime=${own("./runtime.ts")}`,
        `--outdir=${out}`,
        "--chunk-names=chunk-[hash]",
        `--metafile=${out}/metafile.json`,
        `--target=${target}`,
        ..."--bundle --splitting --minify --format=esm --platform=browser".split(" "),
        ..."--jsx=automatic --jsx-import-source=preact --log-level=error --color=false".split(" "),
      ],
    }).outputSync();
    if (!success) throw new Error(`The islands cannot be bundled:\n${new TextDecoder().decode(stderr)}`);
    const { inputs } = JSON.parse(Deno.readTextFileSync(`${out}/metafile.json`));
    const names = [...Deno.readDirSync(out)].map(({ name }) => name).filter((name) => name.endsWith(".js")).sort();
    return {
      files: names.map((name) => ({
        name: name.slice(0, -".js".length),
        content: Deno.readFileSync(`${out}/${name}`),
      })),
      sources: Object.keys(inputs).filter((path) => !path.includes("node_modules/")).sort(),
    };
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
}

/** The program of the platform that this runs on, from the package esbuild keeps it in. */
function esbuildBinary(): string {
  const { os, arch } = Deno.build;
  const platform = `${os === "windows" ? "win32" : os}-${arch === "x86_64" ? "x64" : "arm64"}`;
  const file = os === "windows" ? "esbuild.exe" : "bin/esbuild";
  return createRequire(import.meta.resolve("esbuild")).resolve(`@esbuild/${platform}/${file}`);
}
