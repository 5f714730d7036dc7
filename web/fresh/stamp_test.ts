import assert from "node:assert/strict";
import { dirname } from "node:path";
import { isBuildFresh, writeStamp } from "./stamp.ts";

const FOLDERS = { islandDir: "islands", routeDir: "routes", staticDir: "static" };

/** A site in a folder of its own, stamped as built from `lib/format.ts` besides the usual folders. */
async function withStampedSite(run: (root: string) => void): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const file of ["islands/Chart.tsx", "routes/index.tsx", "static/site.css", "lib/format.ts", "deno.json"]) {
      write(root, file, file);
    }
    Deno.mkdirSync(`${root}/_fresh`);
    writeStamp(root, "_fresh", FOLDERS, ["islands/Chart.tsx", "lib/format.ts"]);
    run(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function write(root: string, file: string, content: string): void {
  Deno.mkdirSync(dirname(`${root}/${file}`), { recursive: true });
  Deno.writeTextFileSync(`${root}/${file}`, content);
}

function edit(file: string, content = "new"): (root: string) => void {
  return (root) => write(root, file, content);
}

function remove(file: string): (root: string) => void {
  return (root) => Deno.removeSync(`${root}/${file}`);
}

// deno-fmt-ignore
const CHANGES: { change: string; apply: (root: string) => void; want: boolean }[] = [
  { change: "nothing",                          apply: () => {},                         want: true },
  { change: "the code of a page",               apply: edit("routes/index.tsx"),         want: true },
  { change: "other server code",                apply: edit("lib/server.ts"),            want: true },
  { change: "a test beside a page",             apply: edit("routes/index_test.ts"),     want: true },
  { change: "an island",                        apply: edit("islands/Chart.tsx"),        want: false },
  { change: "what an island imports",           apply: edit("lib/format.ts"),            want: false },
  { change: "a static file",                    apply: edit("static/site.css"),          want: false },
  { change: "the configuration",                apply: edit("deno.json"),                want: false },
  { change: "the lock file, added",             apply: edit("deno.lock"),                want: false },
  { change: "a page, added",                    apply: edit("routes/about.tsx"),         want: false },
  { change: "a page, removed",                  apply: remove("routes/index.tsx"),       want: false },
  { change: "an island, added",                 apply: edit("islands/Feed.tsx"),         want: false },
  { change: "an empty static file, added",      apply: edit("static/empty.txt", ""),     want: false },
  { change: "what an island imports, removed",  apply: remove("lib/format.ts"),          want: false },
  { change: "the stamp, removed",               apply: remove("_fresh/stamp.json"),      want: false },
];
for (const { change, apply, want } of CHANGES) {
  Deno.test(`isBuildFresh() is ${want} after a change of ${change}`, () =>
    withStampedSite((root) => {
      assert.equal(isBuildFresh(root), true);
      apply(root);
      assert.equal(isBuildFresh(root), want);
    }));
}

Deno.test("isBuildFresh() is false where nothing was ever built", async () => {
  const root = await Deno.makeTempDir();
  try {
    assert.equal(isBuildFresh(root), false);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
