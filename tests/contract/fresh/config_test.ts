/**
 * The two configurations: `deno.json` with the stand-in, `deno.fresh.json` with the real Fresh. They differ in that
 * alone.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";

type Config = Record<string, unknown> & { imports: Record<string, string> };

const ROOT = new URL("../../../", import.meta.url);

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, ROOT));
}

const standIn: Config = JSON.parse(read("deno.json"));
const real: Config = JSON.parse(read("deno.fresh.json"));

const isFresh = (name: string) => name === "fresh" || name.startsWith("fresh/");

/** What must be equal: everything but where Fresh comes from, the lock file and links. */
function common({ imports, lock: _lock, links: _links, ...rest }: Config): Config {
  return { ...rest, imports: Object.fromEntries(Object.entries(imports).filter(([name]) => !isFresh(name))) };
}

Deno.test("config: both files agree in everything but Fresh, lock and links; a change belongs into both", () => {
  assert.deepEqual(common(real), common(standIn));
});

Deno.test("config: Fresh comes from this repository, or whole from one exact release", () => {
  const fresh = ({ imports }: Config) => Object.fromEntries(Object.entries(imports).filter(([name]) => isFresh(name)));
  assert.deepEqual(fresh(standIn), {
    "fresh": "./web/fresh/mod.ts",
    "fresh/dev": "./web/fresh/dev.ts",
    "fresh/internal": "./web/fresh/internal.ts",
    "fresh/runtime": "./web/fresh/runtime.ts",
  });
  assert.deepEqual(fresh(real), { fresh: "jsr:@fresh/core@2.3.3" });
  assert.notDeepEqual(real.lock, standIn.lock, "one lock file cannot serve both");
});

Deno.test("config: nothing but the real configuration names a registry other than npm's", () => {
  for (const [name, target] of Object.entries(standIn.imports)) assert.match(target, /^(npm:|\.\/)/, name);
});

Deno.test("config: every package is pinned to one version", () => {
  for (const target of Object.values(standIn.imports)) {
    if (target.startsWith("npm:")) assert.match(target, /@\d+\.\d+\.\d+$/);
  }
});

// Two copies of Preact give an empty page with status 200 and no error.
Deno.test("config: the resolved tree holds exactly one Preact, for the server and for the bundle", () => {
  const { npm } = JSON.parse(read("deno.lock")) as { npm: Record<string, unknown> };
  const locked = Object.keys(npm).filter((name) => name.startsWith("preact@")).map((name) => name.split("_")[0]);
  assert.deepEqual([...new Set(locked)], [standIn.imports.preact.replace("npm:", "")]);

  const installed = new URL("node_modules/.deno/", ROOT);
  const holders = readdirSync(installed).filter((name) => name.includes("@"));
  const copies = holders.flatMap((name) => {
    try {
      return [Deno.realPathSync(new URL(`${name}/node_modules/preact`, installed))];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  assert.ok(copies.length >= 3, `preact itself, signals and render-to-string, got ${copies.length}`);
  assert.equal(new Set(copies).size, 1, `several copies of Preact: ${copies.join()}`);
});
