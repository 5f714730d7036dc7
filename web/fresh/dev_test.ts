import assert from "node:assert/strict";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { App } from "./app.ts";
import { bundleIslands } from "./bundle.ts";
import { Builder } from "./dev.ts";
import { isBuildFresh } from "./stamp.ts";
import { staticFiles } from "./static_files.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const FIXTURE = `${ROOT}/tests/contract/app`;

/** Builds the fixture to a folder of its own, which is gone afterwards. */
async function withBuild(run: (build: { outDir: string; path: string }) => void | Promise<void>): Promise<void> {
  const outDir = `_fresh/${crypto.randomUUID()}`;
  const path = `${FIXTURE}/${outDir}`;
  try {
    await new Builder({ root: FIXTURE, outDir }).build();
    await run({ outDir, path });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    return isDirectory ? filesBelow(`${folder}/${name}`).map((file) => `${name}/${file}`) : [name];
  }).sort();
}

Deno.test(
  "a build on disk holds the bundles, two modules and a stamp, and no metafile",
  () =>
    withBuild(({ outDir, path }) => {
      const files = filesBelow(path).map((file) =>
        file.replace(/js\/\w+\//, "js/ID/").replace(/chunk-\w+/, "chunk-HASH")
      );
      assert.deepEqual([...new Set(files)], [
        "server.js",
        "snapshot.js",
        "stamp.json",
        ...[
          "Block",
          "Counter",
          "Feed",
          "Late",
          "Local",
          "Panel",
          "Props",
          "Shifting",
          "Thrower",
          "chunk-HASH",
          "fresh-runtime",
        ]
          .map((name) => `static/_fresh/js/ID/${name}.js`),
      ]);
      assert.equal(isBuildFresh(FIXTURE, outDir), true);
    }),
);

Deno.test("a build on disk cannot be attached by hand", async () => {
  const outDir = `_fresh/${crypto.randomUUID()}`;
  try {
    const attach = await new Builder({ root: FIXTURE, outDir }).build();
    assert.throws(() => attach(new App()), new RegExp(`import ${outDir}/server.js`));
  } finally {
    await Deno.remove(`${FIXTURE}/${outDir}`, { recursive: true });
  }
});

/** Builds a copy of the sources at another place, with a builder from there. */
async function buildElsewhere(change: (root: string) => void = () => {}): Promise<Map<string, string>> {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["web/fresh", "tests/contract/app"]) {
      for (const file of filesBelow(`${ROOT}/${folder}`).filter((file) => !file.startsWith("_fresh/"))) {
        const target = `${root}/${folder}/${file}`;
        Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
        Deno.copyFileSync(`${ROOT}/${folder}/${file}`, target);
      }
    }
    Deno.symlinkSync(`${ROOT}/node_modules`, `${root}/node_modules`);
    change(root);
    const { Builder: Elsewhere } = await import(`file://${root}/web/fresh/dev.ts`);
    const site = `${root}/tests/contract/app`;
    await new Elsewhere({ root: site }).build();
    const files = filesBelow(`${site}/_fresh`).filter((file) => file !== "stamp.json");
    return new Map(files.map((file) => [file, Deno.readTextFileSync(`${site}/_fresh/${file}`)]));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const idOf = (build: Map<string, string>) => /buildId: "(\w+)"/.exec(build.get("snapshot.js")!)![1];

Deno.test("the same sources give the same bytes, wherever they are built", async () => {
  const [one, two] = [await buildElsewhere(), await buildElsewhere()];
  assert.deepEqual(one, two);
});

Deno.test("the build id follows what browsers keep, and nothing else", async () => {
  const id = idOf(await buildElsewhere());
  const append = (file: string, text: string) => (root: string) =>
    Deno.writeTextFileSync(`${root}/tests/contract/app/${file}`, text, { append: true });
  assert.equal(idOf(await buildElsewhere(append("routes/index.tsx", "export const more = 1;"))), id);
  assert.notEqual(idOf(await buildElsewhere(append("static/site.css", "p {}"))), id);
  assert.notEqual(idOf(await buildElsewhere(append("describe.ts", "globalThis.name = 'bundled';"))), id);
});

Deno.test("the server of a build needs to read files, and no other permission", () =>
  withBuild(async ({ path }) => {
    Deno.writeTextFileSync(
      `${path}/worker.js`,
      `import server from "./server.js";
       self.onmessage = async ({ data }) => {
         const response = await server.fetch(new Request("http://localhost" + data));
         self.postMessage([response.status, await response.text()]);
       };
       self.postMessage("ready");`,
    );
    const worker = new Worker(`file://${path}/worker.js`, {
      type: "module",
      deno: { permissions: { read: [ROOT], net: false, env: false, run: false, write: false, sys: false, ffi: false } },
    });
    try {
      const next = () =>
        new Promise<MessageEvent>((resolve, reject) => {
          worker.onmessage = resolve;
          worker.onerror = (event) => (event.preventDefault(), reject(new Error(event.message)));
        });
      assert.equal((await next()).data, "ready");
      const ask = async (url: string): Promise<[number, string]> => {
        const reply = next();
        worker.postMessage(url);
        return (await reply).data;
      };
      const [status, html] = await ask("/islands");
      assert.equal(status, 200);
      const script = /from "([^"]+fresh-runtime.js)"/.exec(html)![1];
      assert.equal((await ask(script))[0], 200);
      assert.equal((await ask("/site.css"))[0], 200);
      assert.equal((await ask("/a%20b.txt"))[1], "spaced\n");

      Deno.removeSync(`${path}/static${script}`);
      assert.equal((await ask(script))[0], 404, "a file that is gone since the build");
    } finally {
      worker.terminate();
    }
  }));

Deno.test("islands of the same name in different folders stay apart", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["islands/a", "islands/b", "routes"]) Deno.mkdirSync(`${root}/${folder}`, { recursive: true });
    for (const folder of ["a", "b"]) {
      const code =
        `export default function Chart() { return "${folder}"; }\nexport const Legend = () => "${folder}";\n`;
      Deno.writeTextFileSync(`${root}/islands/${folder}/Chart.js`, code);
    }
    Deno.writeTextFileSync(
      `${root}/routes/index.js`,
      `import { h } from "preact";
       import A, { Legend as LegendA } from "../islands/a/Chart.js";
       import B, { Legend as LegendB } from "../islands/b/Chart.js";
       export default () => [A, B, LegendA, LegendB].map((island) => h(island, null));`,
    );
    const app = new App().use(staticFiles()).fsRoutes();
    (await new Builder({ root }).build({ snapshot: "memory" }))(app);
    const ask = async (path: string) => await (await app.handler()(new Request(`http://localhost${path}`))).text();
    const html = await ask("/");
    const names = [...html.matchAll(/frsh:island:(\w+):/g)].map(([, name]) => name);
    assert.deepEqual(names, ["Chart", "Chart_2", "Legend", "Legend_2"]);
    assert.match(html, /boot\(\{Chart,Chart_2,Legend,Legend_2\}/);
    for (const [name, text] of [["Chart", "a"], ["Chart_2", "b"]]) {
      const url = new RegExp(`\\{ default as ${name} \\} from "([^"]+)"`).exec(html)![1];
      assert.ok((await ask(url)).includes(`"${text}"`), url);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("an island that cannot be bundled fails the build with its place", async () => {
  const root = await Deno.makeTempDir();
  try {
    Deno.mkdirSync(`${root}/islands`);
    Deno.writeTextFileSync(
      `${root}/islands/Bad.tsx`,
      `import { readFileSync } from "node:fs";\nexport default readFileSync;`,
    );
    await assert.rejects(new Builder({ root }).build({ snapshot: "memory" }), /islands\/Bad\.tsx:1:.*node:fs/s);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

for (const path of ["/tmp/x", "../x", "./x", "C:\\x", "\\x"]) {
  Deno.test(`Builder refuses ${path} as a folder, naming the option`, () => {
    assert.throws(() => new Builder({ islandDir: path }), new RegExp("islandDir is .*below the root"));
  });
}

Deno.test("a site without islands, routes and static files builds to nothing", async () => {
  const root = await Deno.makeTempDir();
  try {
    const app = new App().use(staticFiles()).fsRoutes();
    (await new Builder({ root }).build({ snapshot: "memory" }))(app);
    assert.equal((await app.handler()(new Request("http://localhost/"))).status, 404);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

// Measured: 11.2 kB. A second copy of Preact, or the server's half of devalue, would show here.
const TRIVIAL_PAGE_MAX_BYTES = 13_000;

Deno.test("runtime, Preact, signals and one small island stay below 13 kB compressed, in shared chunks", () => {
  const islands = [["Counter", "islands/Counter.tsx"]] as const;
  const { files } = bundleIslands({ root: FIXTURE, islands, target: "es2022" });
  assert.deepEqual(files.map(({ name }) => name.replace(/-.*/, "")).sort(), ["Counter", "chunk", "fresh"]);
  const size = files.reduce((sum, { content }) => sum + gzipSync(content).byteLength, 0);
  assert.ok(size < TRIVIAL_PAGE_MAX_BYTES, `${size} bytes`);
});
