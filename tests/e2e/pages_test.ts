/** Pages in a real browser: they start, move, draw, and keep quiet while they are read. */
import assert from "node:assert/strict";
import { browserTest, whenLive } from "../support/browser.ts";
import { PAGES } from "../web/routes.ts";

browserTest("every page starts without a complaint and its numbers move", { pace: 1_000 }, async ({ open }) => {
  for (const path of Object.values(PAGES)) {
    const { page, complaints } = await open(path);
    await whenLive(page);
    const clock = page.locator(".bar-clock time");
    const before = await clock.textContent();
    await page.waitForFunction((text) => document.querySelector(".bar-clock time")!.textContent !== text, before);
    await page.waitForTimeout(700);
    assert.deepEqual(complaints, [], path);
    await page.context().close();
  }
});

browserTest("numbers are painted at most four times a second, however fast they come", {}, async ({ open, system }) => {
  const { page } = await open("/");
  await whenLive(page);
  await page.evaluate(() => {
    const painted: number[] = [];
    (globalThis as unknown as { painted: number[] }).painted = painted;
    new MutationObserver(() => painted.push(performance.now()))
      .observe(document.querySelector(".headline")!, { subtree: true, characterData: true, childList: true });
  });
  const end = performance.now() + 2_000;
  while (performance.now() < end) {
    system.advance(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const painted = await page.evaluate(() => (globalThis as unknown as { painted: number[] }).painted);
  assert.ok(painted.length >= 4 && painted.length <= 10, `${painted.length} paints in 2 s`);
});

const pixels = (): number => {
  const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-ready]")!;
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
  return drawn;
};

browserTest("charts are drawn, and their crosshair is read by keys and by pointer", {}, async ({ open, system }) => {
  for (const path of ["/", "/symbol/BTC-USD"]) {
    const { page, complaints } = await open(path);
    await page.locator("canvas[data-ready=true]").waitFor();
    await page.waitForFunction(() => document.querySelector("canvas")!.width > 300);
    assert.ok(await page.evaluate(pixels) > 2_000, path);
    const chart = page.locator("[role=slider]");
    const newest = Number(await chart.getAttribute("aria-valuemax"));
    await chart.focus();
    for (
      const [key, at] of [["ArrowLeft", newest - 1], ["PageDown", newest - 11], ["Home", 0], ["ArrowRight", 1], [
        "End",
        newest,
      ]] as const
    ) {
      await page.keyboard.press(key);
      await page.waitForFunction(
        (want) => document.querySelector("[role=slider]")!.getAttribute("aria-valuenow") === want,
        String(at),
      );
    }
    await page.keyboard.press("ArrowLeft");
    assert.match((await chart.getAttribute("aria-valuetext"))!, /^2026-01-05 \d\d:\d\d:\d\dZ {2}/);
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + 100);
    await page.waitForFunction(
      (limit) => Number(document.querySelector("[role=slider]")!.getAttribute("aria-valuenow")) < limit,
      newest / 4,
    );
    assert.deepEqual(complaints, [], path);
    await page.context().close();
  }
  assert.equal(system.controls.length, 0);
});

browserTest(
  "the candle chart zooms, pans into older candles, regroups, and says so in the address",
  {},
  async ({ open }) => {
    const { page, complaints } = await open("/symbol/ETH-USD");
    await page.locator("canvas[data-ready=true]").waitFor();
    const chart = page.locator("[role=slider]");
    const shown = async () => Number(await chart.getAttribute("aria-valuemax")) + 1;
    const becomes = (count: number) =>
      page.waitForFunction(
        (want) => document.querySelector("[role=slider]")!.getAttribute("aria-valuemax") === want,
        String(count - 1),
      );
    assert.equal(await shown(), 120);
    await page.getByRole("button", { name: "More candles" }).click();
    await becomes(240);
    await chart.focus();
    await page.keyboard.press("-");
    await becomes(500);
    assert.match(page.url(), /candles=500/);
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await becomes(120);
    const newest = await chart.getAttribute("aria-valuetext");
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("[");
      await page.waitForTimeout(30);
    }
    await page.keyboard.press("Home");
    await page.waitForFunction(() =>
      document.querySelector("[role=slider]")!.getAttribute("aria-valuetext")!.startsWith("2026-01-05 00:")
    );
    await page.getByRole("button", { name: "Newest candles" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "5m", exact: true }).click();
    await page.waitForFunction(
      (text) => document.querySelector("[role=slider]")!.getAttribute("aria-valuetext") !== text,
      newest,
    );
    assert.match((await chart.getAttribute("aria-label"))!, /5 minutes/);
    await page.reload();
    await page.locator("canvas[data-ready=true]").waitFor();
    assert.match((await chart.getAttribute("aria-label"))!, /5 minutes/);
    await page.getByRole("button", { name: "Table", exact: true }).click();
    await page.locator("#chart table tbody tr").first().waitFor();
    assert.ok(await page.locator("#chart table tbody tr").count() > 50);
    assert.deepEqual(complaints, []);
  },
);

browserTest("the chart takes a candle in when it closes", {}, async ({ open, system }) => {
  const { page } = await open("/symbol/BTC-USD");
  await page.locator("canvas[data-ready=true]").waitFor();
  await whenLive(page);
  system.advance(60_000);
  await page.waitForFunction(() =>
    document.querySelector("[role=slider]")!.getAttribute("aria-valuetext")!.includes("14:05:00Z")
  );
});

browserTest("a list stands still under the pointer, and news waits in a pill", {}, async ({ open, system }) => {
  const { page } = await open("/");
  await whenLive(page);
  const first = page.locator("#recent tbody tr").first().locator("a");
  await page.locator("#recent tbody tr").nth(2).hover();
  const before = await first.getAttribute("href");
  system.advance(60_000);
  await page.locator("#recent .pill", { hasText: "4 new" }).waitFor();
  assert.equal(await first.getAttribute("href"), before);
  await page.locator("#recent .pill").click();
  await page.waitForFunction(
    (href) => document.querySelector("#recent tbody a")!.getAttribute("href") !== href,
    before,
  );
});

browserTest(
  "frozen, panels stand still while mode and trading state do not",
  { pace: 1_000 },
  async ({ open, system }) => {
    const { page } = await open("/");
    await whenLive(page);
    await page.getByRole("button", { name: "Freeze" }).click();
    const bid = page.locator("#symbols tbody td").first();
    await page.waitForTimeout(400);
    const before = await bid.textContent();
    await page.waitForTimeout(1_000);
    assert.equal(await bid.textContent(), before);
    system.scene("halted");
    await page.locator(".bar .chip-stop", { hasText: "Halted" }).waitFor();
    assert.equal(await bid.textContent(), before);
    await page.getByRole("button", { name: "Frozen" }).click();
    await page.waitForFunction((text) => document.querySelector("#symbols tbody td")!.textContent !== text, before);
  },
);

browserTest(
  "a panel that breaks says so in its place; the others go on, and it heals",
  { pace: 1_000 },
  async ({ open, system }) => {
    const { page, complaints } = await open("/");
    await whenLive(page);
    system.scene("broken");
    await page.locator(".p-positions[data-state=failed]").waitFor();
    assert.match((await page.locator(".p-positions").textContent())!, /cannot be drawn.*STOP go on.*positions-/);
    const bid = page.locator("#symbols tbody td").first();
    const before = await bid.textContent();
    await page.waitForFunction((text) => document.querySelector("#symbols tbody td")!.textContent !== text, before);
    system.scene("busy");
    await page.waitForTimeout(600);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.locator("#positions[data-state=live] tbody tr").first().waitFor();
    assert.ok(complaints.every((text) => /positions-\w+ TypeError/.test(text)), complaints.join("\n"));
  },
);

browserTest("text from outside runs nothing in a browser", {}, async ({ open, system }) => {
  system.scene("hostile");
  for (const path of Object.values(PAGES)) {
    const { page, complaints } = await open(path);
    await whenLive(page);
    system.advance(61_000);
    await page.waitForTimeout(500);
    assert.equal(await page.evaluate(() => (globalThis as { pwned?: number }).pwned), undefined, path);
    const strange = await page.locator('script:not([nonce]), img, a[href^="javascript:"], svg[onload]').count();
    assert.equal(strange, 0, path);
    assert.deepEqual(complaints, [], path);
    await page.context().close();
  }
});

browserTest(
  "a tab that nobody sees closes its stream, and misses nothing when it is seen again",
  {},
  async ({ open, system, streams }) => {
    const { page } = await open("/");
    await whenLive(page);
    const see = (hidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    const become = async (count: number) => {
      for (let i = 0; i < 100 && streams() !== count; i++) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(streams(), count);
    };
    await become(1);
    await see(true);
    await become(0);
    system.advance(30_000);
    await see(false);
    await become(1);
    await page.waitForFunction(() => document.querySelector(".bar-clock time")!.textContent === "14:05:35Z");
  },
);

browserTest("motion is only for those who want it", { pace: 1_000 }, async ({ open }) => {
  const { page } = await open("/", { reducedMotion: "reduce" });
  await whenLive(page);
  await page.waitForTimeout(1_500);
  const running = await page.evaluate(() => document.getAnimations().length);
  assert.equal(running, 0);
});

browserTest("on a phone nothing is wider than the screen, STOP stays, and targets are large", {}, async ({ open }) => {
  for (const path of Object.values(PAGES)) {
    const { page } = await open(path, { viewport: { width: 360, height: 740 }, hasTouch: true });
    await whenLive(page);
    const { wide, view } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      view: innerWidth,
    }));
    assert.ok(wide <= view, `${path}: ${wide} > ${view}`);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const stop = (await page.locator(".stop").boundingBox())!;
    assert.ok(stop.y >= 0 && stop.height >= 44 && stop.width >= 44, path);
    const nav = (await page.locator(".nav").boundingBox())!;
    assert.ok(Math.abs(nav.y + nav.height - 740) < 1, path);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(
        "button, summary, select, .nav a, input:not([type=hidden], [type=radio])",
      )]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ box: element.getBoundingClientRect(), text: element.outerHTML.slice(0, 80) }))
        .filter(({ box }) => box.height < 44 || box.width < 40)
        .map(({ text }) => text)
    );
    assert.deepEqual(small, [], path);
    await page.context().close();
  }
});

browserTest("on a desk no target is smaller than 24 px", {}, async ({ open, system }) => {
  system.scene("halted");
  for (const path of Object.values(PAGES)) {
    const { page } = await open(path);
    await whenLive(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(
        "button, summary, select, .nav a, input:not([type=hidden], [type=radio])",
      )]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ box: element.getBoundingClientRect(), text: element.outerHTML.slice(0, 80) }))
        .filter(({ box }) => box.height < 24 || box.width < 24)
        .map(({ text }) => text)
    );
    assert.deepEqual(small, [], path);
    await page.context().close();
  }
});
