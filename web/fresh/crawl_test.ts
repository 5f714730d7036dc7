import assert from "node:assert/strict";
import { dirname } from "node:path";
import { findFiles } from "./crawl.ts";

const FOLDERS = { islandDir: "islands", routeDir: "routes", staticDir: "static" };

// In no order at all, as a disk gives them.
// deno-fmt-ignore
const FILES = [
  "islands/Zoom.tsx", "islands/Axis.tsx", "islands/deep/Bars.jsx", "islands/Axis_test.tsx", "islands/notes.md",
  "routes/z.ts", "routes/index.tsx", "routes/_app.tsx", "routes/a/_layout.tsx", "routes/a/[id].tsx",
  "routes/index.test.ts",
  "routes/a/(_islands)/Local.tsx", "routes/a/(_components)/row.tsx", "routes/(group)/x.js", "routes/readme.txt",
  "static/site.css", "static/img/b.svg", "static/img/a.svg", "static/.env", "static/.git/config",
  "static/.well-known/security.txt", "static/img/.hidden",
  "elsewhere/x.tsx",
];

Deno.test("findFiles() tells islands, routes and static files apart, in one order on every machine", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const file of FILES) {
      Deno.mkdirSync(dirname(`${root}/${file}`), { recursive: true });
      Deno.writeTextFileSync(`${root}/${file}`, "");
    }
    Deno.symlinkSync(`${root}/elsewhere`, `${root}/static/linked`);
    assert.deepEqual(findFiles(root, FOLDERS), {
      islands: ["islands/Axis.tsx", "islands/Zoom.tsx", "islands/deep/Bars.jsx", "routes/a/(_islands)/Local.tsx"],
      routes: [
        "routes/(group)/x.js",
        "routes/_app.tsx",
        "routes/a/[id].tsx",
        "routes/a/_layout.tsx",
        "routes/index.tsx",
        "routes/z.ts",
      ],
      statics: ["static/.well-known/security.txt", "static/img/a.svg", "static/img/b.svg", "static/site.css"],
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("findFiles() finds nothing where there is nothing", () => {
  const files = findFiles("/nowhere", FOLDERS);
  assert.deepEqual(files, { islands: [], routes: [], statics: [] });
});
