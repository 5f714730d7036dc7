/** The build on disk, from which the program serves: made by `dev.ts`, served by `startWeb` with no more rights than it needs. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { PAGES } from "./routes.ts";
import { openSite } from "./site.ts";

const ROOT = new URL("../../", import.meta.url);
const PARTS = ["components", "core", "islands", "routes", "static", "web", "deno.json", "deno.lock", "dev.ts"];

/** Serves for one question and ends. A scanty system will do: the rest of the tests have the whole one. */
const SERVE = `
import { startWeb } from "./web/serve.ts";
const panels = JSON.parse(Deno.readTextFileSync("panels.json"));
const system = {
  panels: () => panels,
  onChange: () => () => {},
  health: () => ({ live: true, ready: true, why: [] }),
};
try {
  const server = await startWeb(system, { token: "t".repeat(32) });
  const html = await (await fetch(server.url)).text();
  const script = /"(\\/_fresh\\/js\\/[^"]+)"/.exec(html)?.[1];
  const loaded = script ? await fetch(new URL(script, server.url)) : null;
  await loaded?.body?.cancel();
  console.log(JSON.stringify({ title: /<title>(.*?)<\\/title>/.exec(html)?.[1], script: loaded?.status }));
  await server.close();
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}
`;

async function deno(cwd: string, ...args: string[]): Promise<string> {
  const env = { NO_COLOR: "1" };
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, env }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function copy(from: URL, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    if (!name.includes("_test.")) await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}

Deno.test("the program serves the build on disk with rights to read and to its own address, and says when there is none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "grodt_build_" });
  try {
    for (const part of PARTS) await copy(new URL(part, ROOT), `${folder}/${part}`);
    await Deno.symlink(new URL("node_modules", ROOT), `${folder}/node_modules`);
    await Deno.writeTextFile(`${folder}/serve_once.ts`, SERVE);
    await using site = await openSite();
    await Deno.writeTextFile(`${folder}/panels.json`, JSON.stringify(site.system.panels()));
    const rights = [
      "run",
      "--no-prompt",
      `--allow-read=${folder},${await Deno.realPath(new URL("node_modules", ROOT))}`,
      "--allow-net=127.0.0.1",
    ];
    const serve = async () => JSON.parse(await deno(folder, ...rights, "serve_once.ts"));
    assert.match((await serve()).error, /not built: run `deno task build`/);
    await deno(folder, "run", "-A", "dev.ts", "build");
    assert.deepEqual(await serve(), { title: "Overview · grodt SIM", script: 200 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const BUDGET_BYTES = 200_000;

Deno.test("no page ships more script than its budget, charts included", async () => {
  await using site = await openSite();
  for (const path of Object.values(PAGES)) {
    const html = await (await site.ask(path)).text();
    const wanted = [...html.matchAll(/"(\/_fresh\/js\/[^"]+\.js)"/g)].map(([, script]) => script);
    const sizes = new Map<string, number>();
    for (let script = wanted.pop(); script; script = wanted.pop()) {
      if (sizes.has(script)) continue;
      const text = await (await site.ask(script)).text();
      sizes.set(script, gzipSync(text).byteLength);
      const folder = script.slice(0, script.lastIndexOf("/"));
      // Also what is imported only when a chart is drawn.
      for (const [, name] of text.matchAll(/(?:from|import)\s*\(?"\.\/([^"]+\.js)"/g)) wanted.push(`${folder}/${name}`);
    }
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    console.log(`${path.slice(0, 24).padEnd(24)} ${sizes.size} scripts, ${(total / 1_000).toFixed(1)} kB gzipped`);
    assert.ok(sizes.size > 3 && total <= BUDGET_BYTES, `${path}: ${total} bytes`);
  }
});
