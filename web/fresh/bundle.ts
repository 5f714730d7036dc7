/** Bundles the islands and the browser runtime with esbuild; what several need goes into shared chunks. */
import * as esbuild from "esbuild";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

export interface BundleOptions {
  readonly root: string;
  /** Path of each island file below the root, by the name of its chunk. */
  readonly islands: Readonly<Record<string, string>>;
  readonly target: string | string[];
}

export interface Bundle {
  /** Modules by name, without ".js". */
  readonly files: readonly { readonly name: string; readonly content: Uint8Array<ArrayBuffer> }[];
  /** The sources that went in, packages aside, relative to the root. */
  readonly sources: readonly string[];
}

export async function bundleIslands({ root, islands, target }: BundleOptions): Promise<Bundle> {
  if (Object.keys(islands).length === 0) return { files: [], sources: [] };
  const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  try {
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: { "fresh-runtime": own("./client.ts"), ...islands },
      alias: { "fresh/runtime": own("./runtime.ts") },
      outdir: "out",
      chunkNames: "chunk-[hash]",
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target,
      jsx: "automatic",
      jsxImportSource: "preact",
      metafile: true,
      write: false,
      logLevel: "silent", // a failed build throws with the same text
    });
    return {
      files: outputFiles.map(({ path, contents }) => ({
        name: basename(path, ".js"),
        content: contents as Uint8Array<ArrayBuffer>,
      })),
      sources: Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/")).sort(),
    };
  } finally {
    await esbuild.stop();
  }
}
