/** Two configurations, one program: `deno.json` brings the stand-in, `deno.fresh.json` the real Fresh. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { freshConfig } from "../../../scripts/check_fresh_config.ts";

const ROOT = new URL("../../../", import.meta.url);

function readJson(name: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(name, ROOT)));
}

const standIn = readJson("deno.json");
const real = readJson("deno.fresh.json");

Deno.test("config: the files agree in all but Fresh, lock and links (else: scripts/check_fresh_config.ts --write)", () => {
  assert.deepEqual(real, freshConfig(standIn, real.links));
});

Deno.test("config: Fresh comes whole from this repository, or whole from one exact release with its own lock", () => {
  const fresh = (imports: Record<string, string>) =>
    Object.entries(imports).filter(([name]) => /^fresh(\/|$)/.test(name)).map(([name, target]) => `${name} ${target}`);
  assert.deepEqual(fresh(standIn.imports), [
    "fresh ./web/fresh/mod.ts",
    "fresh/dev ./web/fresh/dev.ts",
    "fresh/internal ./web/fresh/internal.ts",
    "fresh/runtime ./web/fresh/runtime.ts",
  ]);
  assert.deepEqual(fresh(real.imports), ["fresh jsr:@fresh/core@2.3.3"]);
  assert.notEqual(real.lock.path, standIn.lock.path);
});

Deno.test("config: a change of anything else is carried over", () => {
  const changed = { ...standIn, tasks: { x: "y" }, imports: { ...standIn.imports, added: "npm:added@1.0.0" } };
  const { imports, tasks } = freshConfig(changed);
  assert.deepEqual([imports.added, imports["fresh/dev"], tasks], ["npm:added@1.0.0", undefined, { x: "y" }]);
});

Deno.test("config: by default every import is a file of ours or one version of an npm package", () => {
  for (const [name, target] of Object.entries(standIn.imports)) {
    assert.match(target as string, /^(npm:.+@\d+\.\d+\.\d+|\.\/.+)$/, name);
  }
});

// Two copies of Preact give an empty page with status 200 and no error.
Deno.test("config: the resolved tree holds exactly one Preact, for the server and for the bundle", () => {
  const locked = Object.keys(readJson("deno.lock").npm).filter((name) => name.startsWith("preact@"));
  assert.deepEqual([...new Set(locked.map((name) => `npm:${name.split("_")[0]}`))], [standIn.imports.preact]);

  const installed = new URL("node_modules/.deno/", ROOT);
  const copies = readdirSync(installed).filter((name) => name.includes("@")).flatMap((name) => {
    try {
      return [Deno.realPathSync(new URL(`${name}/node_modules/preact`, installed))];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  assert.ok(copies.length >= 3, `Preact itself, signals and render-to-string, got ${copies.length}`);
  assert.equal(new Set(copies).size, 1, `several copies of Preact: ${copies.join()}`);
});
