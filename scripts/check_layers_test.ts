import assert from "node:assert/strict";
import plugin, { importFault, layerOf, LAYERS, relativePath } from "./check_layers.ts";

/** What the rules say of a file with this source. */
const lint = (path: string, source: string): string[] =>
  Deno.lint.runPlugin(plugin, path, source).map(({ id, message }) => `${id}: ${message}`);

// deno-fmt-ignore
const REFUSED_IMPORTS: [path: string, source: string, why: string][] = [
  ["core/risk/x.ts",             `import { a } from "../../adapters/y.ts"`,           "core may import only core"],
  ["core/x.ts",                  `import type { A } from "../actors/shared/y.ts"`,    "core may import only core"],
  ["core/x.ts",                  `import { z } from "zod"`,                           "core may import only core"],
  ["core/x.ts",                  `import { a } from "node:path"`,                     "core may import only core"],
  ["core/x.ts",                  `export { a } from "../configs/y.ts"`,               "core may import only core"],
  ["core/x.ts",                  `export * from "../storage/y.ts"`,                   "core may import only core"],
  ["core/x.ts",                  `type A = import("../storage/y.ts").A`,              "core may import only core"],
  ["core/x.ts",                  `const a = import("../storage/y.ts")`,               "core may import only core"],
  ["configs/x.ts",               `import { a } from "../adapters/y.ts"`,              "configs may import only core, configs and packages"],
  ["adapters/venue/x.ts",        `import { a } from "../../storage/y.ts"`,            "adapters may import only core, adapters and packages"],
  ["storage/x.ts",               `import { a } from "../actors/broker/logic.ts"`,     "storage may import only"],
  ["actors/shared/x.ts",         `import { a } from "../broker/protocol.ts"`,         "actors/shared may import only"],
  ["actors/broker/protocol.ts",  `import type { A } from "./logic.ts"`,               "actor protocol may import only"],
  ["actors/broker/logic.ts",     `import { a } from "../../adapters/y.ts"`,           "actor logic may import only"],
  ["actors/broker/logic.ts",     `import { z } from "zod"`,                           "actor logic may import only"],
  ["actors/broker/logic.ts",     `import { a } from "../symbol/logic.ts"`,            "actor logic may import only"],
  ["actors/broker/logic.ts",     `import { a } from "./worker.ts"`,                   "actor logic may import only"],
  ["actors/broker/worker.ts",    `import { a } from "../symbol/logic.ts"`,            "actor shell may import only its own folder"],
  ["actors/broker/worker.ts",    `import { a } from "../symbol/worker.ts"`,           "actor shell may import only its own folder"],
  ["actors/broker/shell.ts",     `import { a } from "../../configs/load.ts"`,         "actor shell may import only its own folder"],
  ["actors/supervisor/logic.ts", `import { a } from "./shell.ts"`,                    "actor logic may import only"],
  ["actors/supervisor/shell.ts", `import { a } from "../broker/worker.ts"`,           "supervisor may import only"],
  ["actors/supervisor/shell.ts", `import { z } from "zod"`,                           "supervisor may import only"],
  ["actors/supervisor/system.ts", `import { a } from "../../web/app.ts"`,             "supervisor may import only"],
  ["actors/shared/actor.ts",     `import { a } from "../../adapters/clock.ts"`,       "actors/shared may import only"],
  ["web/system_port.ts",         `import { a } from "./app.ts"`,                      "web/port may import only"],
  ["backtest/x.ts",              `import { a } from "../actors/broker/worker.ts"`,    "backtest may import only"],
  ["backtest/x.ts",              `import { a } from "../adapters/y.ts"`,              "backtest may import only"],
  ["web/stream.ts",              `import type { A } from "../actors/broker/protocol.ts"`, "web may import only"],
  ["web/stream.ts",              `import { a } from "../core/time.ts"`,               "web may import only"],
  ["web/stream.ts",              `import { type A, a } from "../core/time.ts"`,       "web may import only"],
  ["web/format.ts",              `import { a } from "./app.ts"`,                      "web/view may import only"],
  ["web/view/types.ts",          `import { h } from "preact"`,                        "web/view may import only"],
  ["web/fresh/mod.ts",           `import { a } from "../app.ts"`,                     "web/fresh may import only"],
  ["routes/index.tsx",           `import { a } from "../storage/y.ts"`,               "routes may import only"],
  ["islands/Stop.tsx",           `import { a } from "../web/stream.ts"`,              "islands may import only"],
  ["components/Chip.tsx",        `import { a } from "../islands/Stop.tsx"`,           "components may import only"],
  ["core/x.ts",                  `import { a } from "jsr:@std/path"`,                 "packages come from npm"],
  ["scripts/x.ts",               `import { a } from "https://x.test/y.ts"`,           "packages come from npm"],
  ["elsewhere/x.ts",             `import { a } from "./y.ts"`,                        "is in no layer"],
];
for (const [path, source, why] of REFUSED_IMPORTS) {
  Deno.test(`grodt/imports refuses ${source} in ${path}`, () => {
    const [first, ...rest] = lint(path, source);
    assert.deepEqual(rest, []);
    assert.ok(first?.startsWith(`grodt/imports: ${path} `) && first.includes(why), first);
  });
}

// deno-fmt-ignore
const ALLOWED_IMPORTS: [path: string, source: string][] = [
  ["core/risk/x.ts",            `import { a } from "../money.ts"; export * from "./y.ts"`],
  ["core/x_test.ts",            `import { a } from "../adapters/y.ts"; import fc from "fast-check"`],
  ["tests/e2e/x.ts",            `import { a } from "../../actors/broker/worker.ts"`],
  ["main.ts",                   `import { a } from "./actors/broker/worker.ts"; import { b } from "./web/app.ts"`],
  ["commands/start.ts",         `import { a } from "../storage/y.ts"; import { b } from "../configs/load.ts"`],
  ["configs/load.ts",           `import { z } from "zod"; import { a } from "./schema.ts"; import { b } from "../core/money.ts"`],
  ["adapters/venue/x.ts",       `import { a } from "../clock.ts"; import { b } from "node:fs"; import { c } from "../../core/time.ts"`],
  ["actors/broker/protocol.ts", `import type { A } from "../symbol/protocol.ts"; import { b } from "../../core/time.ts"`],
  ["actors/broker/logic.ts",    `import { a } from "./brackets.ts"; import { b } from "../shared/mailbox.ts"; import { c } from "../feed/protocol.ts"`],
  ["actors/broker/worker.ts",   `import { a } from "./logic.ts"; import { b } from "../../storage/y.ts"; import { c } from "zod"; import { d } from "./shell.ts"`],
  ["actors/symbol/worker.ts",   `import { a } from "../shared/worker_main.ts"; import { b } from "./shell.ts"`],
  ["actors/shared/worker_main.ts", `import { a } from "../../adapters/clock.ts"; import { b } from "./actor.ts"`],
  ["actors/supervisor/system.ts", `import type { A } from "../../web/system_port.ts"; import { b } from "./shell.ts"; import { c } from "../recorder/funnel.ts"; import { d } from "./logic.ts"`],
  ["backtest/x.ts",             `import { a } from "../actors/broker/logic.ts"; import { b } from "../storage/y.ts"`],
  ["web/stream.ts",             `import type { A } from "../core/time.ts"; import { b } from "./view/types.ts"; import { App } from "fresh"`],
  ["web/stream.ts",             `import { type A, type B } from "../core/time.ts"; export type { C } from "../core/time.ts"`],
  ["web/fresh/mod.ts",          `import { a } from "./app.ts"; import { h } from "preact"`],
  ["routes/index.tsx",          `import { a } from "../web/system_port.ts"; import B from "../islands/Stop.tsx"`],
  ["islands/Stop.tsx",          `import { a } from "../web/format.ts"; import B from "../components/Chip.tsx"; import { signal } from "@preact/signals"`],
];
for (const [path, source] of ALLOWED_IMPORTS) {
  Deno.test(`grodt/imports allows ${source} in ${path}`, () => assert.deepEqual(lint(path, source), []));
}

// deno-fmt-ignore
const REFUSED_CODE: [source: string, what: string][] = [
  [`const a = Date.now()`,                        "Date.now"],
  [`const a = Date["now"]()`,                     "Date.now"],
  [`const a = new Date()`,                        "new Date()"],
  [`const a = new Date(2026, 0, 5)`,              "local time"],
  [`const a = Date()`,                            "Date as a value"],
  [`const { now } = Date`,                        "Date as a value"],
  [`const a = globalThis.Date.now()`,             "globalThis.Date"],
  [`const a = globalThis["fetch"]`,               "globalThis.fetch"],
  [`const k = "x"; const a = globalThis[k]`,      "globalThis.[…]"],
  [`const a = performance.now()`,                 "performance.now"],
  [`const a = performance.timeOrigin`,            "performance.timeOrigin"],
  [`setTimeout(() => {}, 1)`,                     "setTimeout"],
  [`setInterval(() => {}, 1)`,                    "setInterval"],
  [`const later = setTimeout`,                    "setTimeout"],
  [`const a = { later: setTimeout }`,             "setTimeout"],
  [`const a = { setTimeout }`,                    "setTimeout"],
  [`queueMicrotask(() => {})`,                    "queueMicrotask"],
  [`const a = Math.random()`,                     "Math.random"],
  [`const { random } = Math`,                     "Math as a value"],
  [`const k = "random"; const a = Math[k]`,       "Math as a value"],
  [`const a = crypto.randomUUID()`,               "crypto.randomUUID"],
  [`crypto.getRandomValues(new Uint8Array(1))`,   "crypto.getRandomValues"],
  [`const a = fetch("x")`,                        "fetch"],
  [`const a = new WebSocket("ws://x")`,           "WebSocket"],
  [`const a = Deno.env.get("X")`,                 "Deno.env"],
  [`const a = Deno.openKv("x")`,                  "Deno.openKv"],
  [`const a = process.env.X`,                     "process.env"],
  [`console.log("x")`,                            "console.log"],
  [`const a = Temporal.Now.instant()`,            "Temporal.Now"],
  [`const a = localStorage.getItem("x")`,         "localStorage.getItem"],
  [`const a = new Worker("x")`,                   "Worker"],
  [`const a = (Date as unknown as { now(): number }).now()`, "Date as a value"],
  [`const a = \`\${Date.now()}\``,                "Date.now"],
];
for (const [source, what] of REFUSED_CODE) {
  for (
    const path of [
      "core/x.ts",
      "actors/broker/logic.ts",
      "configs/x.ts",
      "backtest/x.ts",
      "components/X.tsx",
      "routes/x.tsx",
    ]
  ) {
    Deno.test(`grodt/purity refuses ${source} in ${path}`, () => {
      const told = lint(path, source);
      assert.ok(
        told.length >= 1 && told.every((one) => one.startsWith(`grodt/purity: ${path} uses `)),
        told.join("\n"),
      );
      assert.ok(told.some((one) => one.includes(`uses ${what}: `)), told.join("\n"));
    });
  }
  for (
    const path of [
      "adapters/clock.ts",
      "actors/broker/worker.ts",
      "main.ts",
      "islands/X.tsx",
      "core/x_test.ts",
      "web/stream.ts",
    ]
  ) {
    Deno.test(`grodt/purity allows ${source} in ${path}`, () => assert.deepEqual(lint(path, source), []));
  }
}

// deno-fmt-ignore
const WAITING = [
  `async function f() {}`,
  `const f = async () => {}`,
  `class A { async f() {} }`,
  `for await (const a of []) a`,
  `const a = await b`,
  `const a = new Promise(() => {})`,
  `const a = Promise.all([])`,
];
for (const source of WAITING) {
  Deno.test(`grodt/purity refuses ${source} in the core and in logic, and nowhere else`, () => {
    for (const path of ["core/x.ts", "actors/broker/logic.ts", "actors/broker/protocol.ts"]) {
      assert.ok(lint(path, source).some((one) => one.includes("never waits")), path);
    }
    for (const path of ["configs/x.ts", "backtest/x.ts", "routes/x.tsx"]) assert.deepEqual(lint(path, source), []);
  });
}

// deno-fmt-ignore
const ALLOWED_CODE = [
  `// Date.now() in a comment\nconst a = "Date.now()"; const b = \`setTimeout \${a}\`; const c = /fetch\\(/`,
  `const a = new Date(0).toISOString(); const b = Date.UTC(2026, 0, 5); const c = Date.parse("2026-01-05T00:00:00Z")`,
  `const isDate = (x: unknown) => x instanceof Date`,
  `const a = Math.max(1, Math.sqrt(2))`,
  `function run(clock: { now(): number }, fetch: (url: string) => string) { return fetch(String(clock.now())) }`,
  `const a = { fetch: 1, Date: 2, setTimeout: 3 }; const b = a.fetch + a.Date + a.setTimeout`,
  `interface A { fetch(x: Date): Promise<Worker>; readonly console: number }`,
  `type A = typeof fetch; declare const b: Date`,
  `class A { fetch() { return 1 } static console = 2 }`,
  `import { crypto } from "./x.ts"; const a = crypto.hash`,
  `const [process] = [1]; const a = process + 1`,
  `const d = Temporal.Instant.fromEpochMilliseconds(0)`,
  `enum A { fetch = 1 } export { A as WebSocket }`,
];
for (const source of ALLOWED_CODE) {
  Deno.test(`grodt/purity allows ${JSON.stringify(source)} in the core`, () =>
    assert.deepEqual(lint("core/x.ts", source), []));
}

Deno.test("each layer has its own name, and each path of the tree has a layer", () => {
  assert.equal(new Set(LAYERS.map(({ name }) => name)).size, LAYERS.length);
  // deno-fmt-ignore
  const want: [path: string, layer: string | null][] = [
    ["core/money.ts", "core"], ["core/money_test.ts", "tests"], ["actors/shared/envelope.ts", "actors/shared"],
    ["actors/feed/protocol.ts", "actor protocol"], ["actors/feed/worker.ts", "actor shell"], ["actors/feed/logic.ts", "actor logic"],
    ["web/format.ts", "web/view"], ["web/view/types.ts", "web/view"], ["web/app.ts", "web"], ["other.ts", null],
  ];
  for (const [path, layer] of want) assert.equal(layerOf(path)?.name ?? null, layer, path);
});

Deno.test("every layer that a row names exists", () => {
  const names = new Set([...LAYERS.map(({ name }) => name), "packages", "core types"]);
  for (const { may } of LAYERS) for (const layer of may?.layers ?? []) assert.ok(names.has(layer), layer);
});

Deno.test("relativePath() gives paths from the root of the repository, on every system", () => {
  const root = new URL("..", import.meta.url).pathname;
  assert.equal(relativePath(`${root}core/money.ts`), "core/money.ts");
  assert.equal(relativePath("core\\money.ts"), "core/money.ts");
});

Deno.test("importFault() follows a path that climbs out of the folder", () => {
  assert.equal(importFault("core/a/b.ts", "../../core/c.ts", false), null);
  assert.match(importFault("core/a/b.ts", "../../../x.ts", false)!, /core may import only core/);
});
