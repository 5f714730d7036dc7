/** What a page says and does when the program is silent, gone, and back. */
import assert from "node:assert/strict";
import { browserTest, whenLive } from "../support/browser.ts";
import { createFakeSystem } from "../support/fake_system.ts";

browserTest(
  "after a restart the page is whole again without a gap, and shows the new program's state",
  {},
  async ({ open, stop, start }) => {
    const { page } = await open("/");
    await whenLive(page);
    await stop();
    await page.locator(":root[data-link=offline]").waitFor({ state: "attached" });
    // Another run: other money, other decisions, and numbers that start anew.
    const next = createFakeSystem({ seed: 3, candles: 600 });
    next.advance(20_000);
    start(next);
    await whenLive(page);
    const { equity, recent, status } = next.panels();
    await page.waitForFunction(
      (text) => document.querySelector(".headline .num")!.textContent === text,
      `$${equity.equityUsd.toFixed(2)}`,
    );
    const ids = await page.locator("#recent tbody a").evaluateAll((links) =>
      links.map((link) => link.getAttribute("href"))
    );
    assert.deepEqual(ids, recent.map(({ decisionId }) => `/decision/${encodeURIComponent(decisionId)}`));
    assert.match((await page.locator(".mode").textContent())!, new RegExp(`seed ${status.seed}`));
    next.advance(40_000);
    await page.waitForFunction(() => document.querySelector(".bar-clock time")!.textContent === "10:01:05Z");
  },
);

browserTest(
  "offline: how long, when it tries again, Retry; numbers are dimmed and panels say stale",
  {},
  async ({ open, stop, start }) => {
    const { page } = await open("/");
    await whenLive(page);
    const colour = () => page.locator(".headline > .num").evaluate((element) => getComputedStyle(element).color);
    const bright = await colour();
    await stop();
    const chip = page.locator(".bar-link .chip-warn", { hasText: /Offline \d+ s, (again in 00:\d\d|trying)/ });
    await chip.waitFor();
    assert.notEqual(await colour(), bright);
    await page.locator("#positions .chip", { hasText: "stale" }).waitFor();
    assert.match(
      (await page.locator("#positions .panel-why").textContent())!,
      /Not connected: these are the last known values/,
    );
    assert.match((await page.locator("[role=status]").textContent())!, /Not connected/);
    await page.waitForTimeout(4_000); // the pause has grown beyond what the test waits below
    start(createFakeSystem());
    await page.getByRole("button", { name: "Retry" }).click();
    await whenLive(page);
    await page.waitForFunction(
      (text) => getComputedStyle(document.querySelector(".headline > .num")!).color === text,
      bright,
    );
  },
);

browserTest("a socket that stays open and says nothing is stale after 15 s and given up after 30", {
  heartbeatMs: 3_600_000,
}, async ({ open }) => {
  const { page } = await open("/");
  await page.clock.install();
  await page.reload(); // from here on its timers are ours
  await whenLive(page);
  const state = () => page.evaluate(() => document.documentElement.dataset.link);
  await page.clock.runFor(12_000);
  assert.equal(await state(), "live");
  await page.clock.runFor(5_000);
  assert.equal(await state(), "stale");
  assert.match((await page.locator(".bar-link").textContent())!, /Stale, heard 1\d s ago/);
  await page.clock.runFor(16_000);
  await whenLive(page); // it asked again and was answered
});

browserTest(
  "while the stream is heard, a feed that is silent is told by the age of its data",
  {},
  async ({ open, system }) => {
    const { page } = await open("/");
    await whenLive(page);
    await page.locator(".bar-link .chip-quiet", { hasText: /data \d s/ }).waitFor();
    const { status } = system.panels();
    system.override({ status: { ...status, dataAgeMs: 15_000 } }, ["status"]);
    await page.waitForTimeout(400);
    system.override({ status: { ...status, dataAgeMs: 41_000 } }, ["status"]);
    await page.locator(".bar-link .chip-warn", { hasText: "data 41 s old" }).waitFor();
  },
);
