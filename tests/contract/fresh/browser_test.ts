/** Islands in a real browser. Skipped, visibly, where there is none. */
import { Builder } from "fresh/dev";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { describe } from "../app/describe.ts";
import { app } from "../app/main.ts";
import { streams } from "../app/routes/events.ts";
import { CARRIED, CARRIED_BY_STAND_IN } from "../app/values.ts";
import { IS_STAND_IN } from "./support.ts";

const CANDIDATES = [Deno.env.get("CHROMIUM_PATH"), "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = CANDIDATES.find((path) => path && existsSync(path));
if (!executablePath) console.warn("Browser tests are skipped: no Chromium found, set CHROMIUM_PATH");

// deno-fmt-ignore
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

interface Visit {
  page: Page;
  origin: string;
  /** Everything the page complained about: console errors, uncaught errors, blocked resources. */
  complaints: string[];
}

async function withBrowser(visit: (visit: Visit) => Promise<void>): Promise<void> {
  let browser: Browser | undefined;
  const attach = await new Builder({ root: `${import.meta.dirname}/../app` }).build({ snapshot: "memory" });
  attach(app);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.handler());
  try {
    browser = await chromium.launch({ executablePath, args: ARGS });
    const page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await visit({ page, origin: `http://127.0.0.1:${server.addr.port}`, complaints });
  } finally {
    await browser?.close();
    await server.shutdown();
  }
}

/** The real builder leaves a process of its own running. */
function browserTest(name: string, visit: (visit: Visit) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !executablePath,
    sanitizeOps: IS_STAND_IN,
    sanitizeResources: IS_STAND_IN,
    fn: () => withBrowser(visit),
  });
}

browserTest(
  "browser: islands start on the HTML of the server, answer clicks and share a signal",
  async ({ page, origin, complaints }) => {
    await page.goto(`${origin}/islands`);
    await page.locator("#one[data-started=true]").waitFor();
    await page.locator("#nested[data-started=true]").waitFor();
    const counts = () => page.locator("button").allTextContents();
    assert.deepEqual(await counts(), ["3", "3", "3"]);
    await page.click("#one");
    assert.deepEqual(await counts(), ["4", "4", "4"]);
    await page.click("#nested");
    assert.deepEqual(await counts(), ["5", "5", "5"]);
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "browser: differences to the HTML are corrected, links and assets are as on the server",
  async ({ page, origin, complaints }) => {
    await page.goto(`${origin}/islands`);
    await page.locator("#where[data-started=true]").waitFor();
    assert.equal(await page.textContent("#where"), "browser");
    const src = await page.getAttribute("#image", "src");
    assert.match(src!, /^\/dot\.svg\?__frsh_c=\w+$/);
    assert.equal(await page.textContent("#added"), src!.replace("/dot.svg", "/site.css"));
    assert.equal(await page.getAttribute("#link", "aria-current"), "page");
    assert.equal(await page.textContent("#label"), "named export");
    const ids = await page.locator("#islands > *").evaluateAll((nodes) => nodes.map(({ id }) => id));
    assert.deepEqual(ids, ["one", "two", "nested", "link", "image", "where", "added", "label", "feed"]);
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "browser: an island reads server-sent events under the policy, and leaving ends the stream",
  async ({ page, origin, complaints }) => {
    const response = await page.goto(`${origin}/islands`);
    assert.match(response!.headers()["content-security-policy"], /connect-src 'self'.*/);
    await page.locator("#feed", { hasText: "5" }).waitFor();
    for (let i = 0; i < 100 && streams.open > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(streams.open, 0);
    assert.deepEqual(complaints, []);
  },
);

async function arrivedProps({ page, origin, complaints }: Visit, path: string): Promise<Record<string, string>> {
  await page.goto(`${origin}${path}`);
  await page.locator("#props[data-started=true]").waitFor();
  const [names, texts] = [page.locator("#props dt"), page.locator("#props dd")];
  const entries = (await names.allTextContents()).map((name, i) => [name, i] as const);
  const values = await texts.allTextContents();
  assert.deepEqual(complaints, []);
  return Object.fromEntries(entries.map(([name, i]) => [name, values[i]]));
}

function described(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, describe(value)]));
}

browserTest("browser: props of every kind arrive as they were sent", async (visit) => {
  assert.deepEqual(await arrivedProps(visit, "/props/carried"), described(CARRIED));
  assert.equal(await visit.page.title(), "fixture");
});

if (IS_STAND_IN) {
  browserTest("browser: the stand-in carries binary views, buffers and search parameters too", async (visit) => {
    const arrived = await arrivedProps(visit, "/props/stand-in");
    assert.deepEqual(arrived, {
      ...described(CARRIED_BY_STAND_IN),
      // A view is copied: the rest of its buffer stays here.
      view: "Uint8Array(1,2 of 2)",
      floatView: "Float64Array(2,3 of 16)",
    });
  });
}

browserTest(
  "browser: an island that throws or was moved by the browser does not stop the others",
  async ({ page, origin, complaints }) => {
    await page.goto(`${origin}/broken`);
    await page.locator("#well[data-started=true]").waitFor();
    await page.click("#well");
    assert.equal(await page.textContent("#well"), "2");
    assert.ok(complaints.some((text) => text.includes("thrown by an island")), complaints.join());
    assert.equal(complaints.length, 2, complaints.join());
    if (IS_STAND_IN) assert.ok(complaints.some((text) => text.includes("Block was not started")), complaints.join());
  },
);

browserTest(
  "browser: islands without an element of their own keep to their place whatever they show",
  async ({ page, origin, complaints }) => {
    const SHOWN = ["ab0", "1odd", "bac2", "text3odd", "0textc4", "c5odd"];
    await page.goto(`${origin}/shifting`);
    const state = [0, 1, 5];
    const shows = async () => {
      const [first, second, third] = state.map((step) => SHOWN[step]);
      const text = `${first}late${second}${third}`;
      await page.waitForFunction((text) => document.querySelector("#shifting")!.textContent === text, text);
    };
    await shows();
    for (let i = 0; i < 3; i++) await page.locator("#shifting button[data-started=true]").nth(i).waitFor();
    for (let round = 0; round < 8; round++) {
      for (const island of [1, 0, 2]) {
        await page.locator("#shifting button").nth(island).click();
        state[island] = (state[island] + 1) % SHOWN.length;
        await shows();
      }
    }
    assert.deepEqual(complaints, []);
  },
);

browserTest("browser: a form works without any script", async ({ page, origin, complaints }) => {
  await page.goto(`${origin}/form`);
  await page.click("button");
  assert.equal(await page.textContent("#state"), "needed");
  await page.fill("input", "BTC");
  await page.click("button");
  assert.equal(await page.textContent("#state"), "done");
  // The browser itself reports the 422.
  assert.ok(complaints.every((text) => text.includes("422")), complaints.join());
});
