/** Access: axe on every page in both themes, and the whole way by keyboard. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import assert from "node:assert/strict";
import { browserTest, whenLive } from "../support/browser.ts";
import type { Scene } from "../support/fake_system.ts";
import { PAGES } from "../web/routes.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<unknown> } }).axe.run({
      resultTypes: ["violations"],
    })
  ) as AxeResults;
  return results.violations.map(({ id, help, nodes }) =>
    `${id}: ${help}\n${
      nodes.map(({ html, failureSummary }) => `  ${html.slice(0, 160)}\n  ${failureSummary}`).join("\n")
    }`
  );
}

const EVERY = [...Object.values(PAGES), "/?equity=table", "/symbol/BTC-USD?view=table", "/no-such-page"];
const LIVELY = ["/", "/symbol/BTC-USD"];

// deno-fmt-ignore
const LOOKS: [scene: Scene, colorScheme: "dark" | "light", width: number][] = [
  ["busy", "dark", 1440], ["busy", "light", 1440], ["busy", "light", 390],
  ["halted", "dark", 1440], ["halted", "light", 1440], ["unknown", "light", 1440], ["recorderParked", "dark", 1440],
  ["empty", "light", 1440], ["live", "dark", 1440],
];
for (const [scene, colorScheme, width] of LOOKS) {
  browserTest(`axe finds nothing: ${scene}, ${colorScheme}, ${width} px`, {}, async ({ open, system }) => {
    system.scene(scene);
    for (const path of scene === "busy" ? EVERY : LIVELY) {
      const { page } = await open(path, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      if (path !== "/no-such-page") await whenLive(page);
      assert.deepEqual(await violations(page), [], path);
      await page.context().close();
    }
  });
}

browserTest("axe finds nothing in menus, dialogs, stale panels and green and red", {}, async ({ open, stop }) => {
  for (const colorScheme of ["dark", "light"] as const) {
    const { page } = await open("/", { colorScheme, bypassCSP: true });
    await whenLive(page);
    await page.locator(".view-menu summary").click();
    await page.getByLabel("Green, red").check();
    await page.locator("#positions .menu summary").click();
    assert.deepEqual(await violations(page), [], "menus");
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    assert.deepEqual(await violations(page), [], "help");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator(".palette[open]").waitFor();
    assert.deepEqual(await violations(page), [], "palette");
    await page.context().close();
  }
  const { page } = await open("/", { bypassCSP: true });
  await whenLive(page);
  await stop();
  await page.locator(":root[data-link=offline]").waitFor({ state: "attached" });
  await page.evaluate(AXE);
  assert.deepEqual(await violations(page), [], "offline");
});

browserTest("by keyboard: skip link, rows, pages, filter, palette, help; off means off", {}, async ({ open }) => {
  const { page, complaints } = await open("/");
  await whenLive(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement!.textContent), "Skip to the page");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement!.id), "main");

  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const row = () => page.evaluate(() => document.activeElement!.closest("tr")?.rowIndex);
  assert.equal(await row(), 1);
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth);
  assert.equal(ring, "2px");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/decision\//);

  await page.locator(".gates").waitFor();
  await whenLive(page);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForURL(/\/decisions$/);
  await whenLive(page);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement!.getAttribute("name")), "symbol");
  await page.keyboard.press("g"); // inside a field it is a letter
  await page.keyboard.press("o");
  assert.match(page.url(), /\/decisions$/);

  await page.keyboard.press("Control+k");
  await page.locator(".palette[open] input").waitFor();
  await page.keyboard.type("sol");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/symbol\/SOL-USD$/);
  await whenLive(page);
  await page.keyboard.press("?");
  await page.locator("dialog[open]", { hasText: "None places an order" }).waitFor();
  await page.keyboard.press("Escape");

  await page.locator(".view-menu summary").click();
  await page.getByRole("group", { name: "Keyboard shortcuts" }).getByLabel("Off").check();
  await page.locator("main").focus();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.waitForTimeout(300);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.match(page.url(), /SOL-USD$/);
  assert.deepEqual(complaints, []);
});

browserTest(
  "nothing that moves is spoken; mode, connection and what a command did is",
  { pace: 1_000 },
  async ({ open }) => {
    const { page } = await open("/");
    await whenLive(page);
    const spoken = await page.locator("[aria-live], [role=status], [role=alert], [role=log], output").evaluateAll((
      all,
    ) => all.map(({ id }) => id));
    assert.deepEqual(spoken, ["spoken", "alerts"]);
    const before = await page.locator("#spoken").textContent();
    await page.waitForTimeout(1_500);
    assert.equal(await page.locator("#spoken").textContent(), before);
    assert.doesNotMatch(before!, /\d/);
  },
);

browserTest(
  "preferences hold: theme and colours at once and on the next page, local time everywhere",
  {},
  async ({ open }) => {
    const { page } = await open("/", { timezoneId: "Asia/Kolkata", colorScheme: "dark" });
    await whenLive(page);
    await page.locator(".view-menu summary").click();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await ground(), "rgb(14, 17, 22)");
    await page.getByLabel("Light").check();
    assert.equal(await ground(), "rgb(255, 255, 255)");
    await page.getByLabel("Local").check();
    await page.locator(".bar-clock time", { hasText: "19:35:05+05:30" }).waitFor();
    await page.goto(new URL("/decisions", page.url()).href);
    assert.equal(await ground(), "rgb(255, 255, 255)");
    await page.locator(".bar-clock time", { hasText: "+05:30" }).waitFor();
  },
);
