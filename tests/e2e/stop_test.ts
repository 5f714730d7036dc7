/** STOP, resume, pause: by mouse, by keyboard, without script, and with a program that is not there. */
import assert from "node:assert/strict";
import { browserTest, whenLive } from "../support/browser.ts";
import { createFakeSystem } from "../support/fake_system.ts";

browserTest(
  "STOP says that it is stopping until it is acknowledged, then what it did",
  {},
  async ({ open, system }) => {
    const { page, complaints } = await open("/decisions");
    await whenLive(page);
    system.delayControl(600);
    await page.locator(".stop").click();
    await page.locator(".stop", { hasText: "Stopping…" }).waitFor();
    assert.equal(await page.locator(".bar .chip-stop").count(), 0, "nothing is claimed before it is done");
    await page.locator(".notice", { hasText: /Stopped: \d+ entry orders cancelled, \d+ positions keep their stops/ })
      .waitFor();
    await page.locator(".bar .chip-stop", { hasText: "Halted" }).waitFor();
    await page.locator(".stop", { hasText: "STOP" }).waitFor();
    assert.equal(
      await page.locator("[role=alert]").textContent(),
      await page.locator(".notice-text").first().textContent(),
    );
    assert.equal(system.controls.length, 1);
    assert.deepEqual(complaints, []);
  },
);

browserTest("Ctrl or ⌘ and . stops from anywhere, also while writing", {}, async ({ open, system }) => {
  for (const [modifier, path] of [["Control", "/"], ["Meta", "/symbol/BTC-USD"], ["Control", "/decisions"]]) {
    const { page } = await open(path);
    await whenLive(page);
    const count = system.controls.length;
    if (path === "/decisions") await page.locator("select[name=symbol]").focus();
    await page.keyboard.press(`${modifier}+.`);
    await page.locator(".notice", { hasText: "Stopped:" }).waitFor();
    assert.equal(system.controls.length, count + 1);
    await page.context().close();
  }
});

browserTest("resume takes a hold of 1.5 s: a click or a short press does nothing", {}, async ({ open, system }) => {
  system.scene("halted");
  const { page } = await open("/");
  const hold = page.locator(".hold-button");
  await hold.waitFor();
  await hold.click();
  await hold.hover();
  await page.mouse.down();
  await page.locator(".hold-button", { hasText: "Keep holding" }).waitFor();
  await page.waitForTimeout(1_000);
  await page.mouse.up();
  await page.mouse.down();
  await page.waitForTimeout(700);
  await page.mouse.move(5, 500); // slipping off lets go
  await page.waitForTimeout(1_200);
  await page.mouse.up();
  assert.equal(system.controls.length, 0);
  await hold.hover();
  const startedMs = performance.now();
  await page.mouse.down();
  await page.locator(".notice", { hasText: "Resumed: new" }).waitFor();
  await page.mouse.up();
  assert.ok(performance.now() - startedMs >= 1_450, `${performance.now() - startedMs} ms`);
  assert.deepEqual(system.controls.map(({ command }) => command.type), ["resume"]);
});

browserTest(
  "resume by keyboard: the word, then Enter; a wrong word and a timed key do nothing",
  {},
  async ({ open, system }) => {
    system.scene("halted");
    const { page } = await open("/");
    await page.locator(".hold-button").focus();
    await page.keyboard.press("Enter"); // goes to the field, as a key cannot be held for a time
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "confirm");
    await page.keyboard.type("RESUM");
    assert.equal(await page.getByRole("button", { name: "Confirm" }).isDisabled(), true);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(300);
    assert.equal(system.controls.length, 0);
    await page.keyboard.type("E");
    await page.keyboard.press("Enter");
    await page.locator(".notice", { hasText: "Resumed: new" }).waitFor();
    assert.deepEqual(system.controls.map(({ command }) => command.type), ["resume"]);
  },
);

browserTest(
  "pause is at once and can be undone for ten seconds; then going on takes a hold",
  {},
  async ({ open, system }) => {
    const { page } = await open("/symbol/SOL-USD");
    await whenLive(page);
    await page.clock.install();
    await page.getByRole("button", { name: "Pause SOL-USD" }).click();
    const undo = page.getByRole("button", { name: "Undo" });
    await undo.waitFor();
    await undo.click();
    await page.getByRole("button", { name: "Pause SOL-USD" }).click();
    await undo.waitFor();
    await page.clock.fastForward(10_100);
    await page.locator(".pause .hold-button").waitFor();
    assert.equal(await undo.count(), 0);
    assert.deepEqual(system.controls.map(({ command }) => command.type), ["pause", "unpause", "pause"]);
  },
);

browserTest(
  "without script STOP is a form: it stops, comes back and says what it did",
  {},
  async ({ open, system }) => {
    const { page, complaints } = await open("/decisions?symbol=BTC-USD", { javaScriptEnabled: false });
    await page.locator(".stop").click();
    await page.locator(".notice", { hasText: /Stopped: \d+ entry orders cancelled/ }).waitFor();
    assert.match(page.url(), /\/decisions\?symbol=BTC-USD&did=/);
    await page.locator(".bar .chip-stop", { hasText: "Halted" }).waitFor();
    await page.locator("input[name=confirm]").fill("nonsense");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.locator(".notice", { hasText: "To confirm, type RESUME" }).waitFor();
    await page.locator("input[name=confirm]").fill("resume");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.locator(".notice", { hasText: "Resumed: new" }).waitFor();
    assert.deepEqual(system.controls.map(({ command }) => command.type), ["stop", "resume"]);
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "without script a page from before a restart gets another STOP, one click further",
  {},
  async ({ open, stop, start }) => {
    const { page } = await open("/", { javaScriptEnabled: false });
    const next = createFakeSystem();
    await stop();
    start(next);
    await page.locator(".stop").click();
    await page.getByText("from before a restart").waitFor();
    assert.deepEqual(next.controls, []);
    await page.locator(".stop").click();
    await page.locator(".notice", { hasText: "Stopped:" }).waitFor();
    assert.equal(next.controls.length, 1);
  },
);

browserTest(
  "STOP while the program is away: says so, tells the command, and stops when it is back",
  {},
  async ({ open, stop, start }) => {
    const { page } = await open("/");
    await whenLive(page);
    await stop();
    await page.locator(".stop").click();
    const notice = page.locator(".notice-halt", { hasText: "Stopping: not confirmed" });
    await notice.waitFor();
    assert.match((await notice.textContent())!, /trying again.*deno task stop/);
    const next = createFakeSystem();
    start(next); // with another token, as after a crash
    await page.locator(".notice", { hasText: "Stopped:" }).waitFor();
    assert.deepEqual(next.controls.map(({ command }) => command.type), ["stop"]);
    assert.equal(next.panels().status.tradingState, "halted");
  },
);

browserTest("a STOP that fails inside is not shown as done", {}, async ({ open, system }) => {
  const { page } = await open("/");
  await whenLive(page);
  system.fail("control", new Error("the broker is gone"));
  const original = console.error;
  console.error = () => {};
  try {
    await page.locator(".stop").click();
    await page.locator(".notice", { hasText: "Not done" }).waitFor();
  } finally {
    console.error = original;
  }
  assert.match((await page.locator(".notice-text").first().textContent())!, /deno task stop/);
  assert.equal(await page.locator(".bar .chip-stop").count(), 0);
});

browserTest(
  "with more pages open than a browser has connections, all have numbers and STOP is heard",
  { pace: 500 },
  async ({ browser, url, system }) => {
    const context = await browser.newContext();
    const pages = [];
    for (let i = 0; i < 8; i++) {
      const page = await context.newPage();
      await page.goto(url());
      pages.push(page);
    }
    for (const page of pages) {
      const before = await page.locator(".bar-clock time").textContent();
      await page.waitForFunction((text) => document.querySelector(".bar-clock time")!.textContent !== text, before, {
        timeout: 8_000,
      });
    }
    for (const page of pages.toReversed().slice(0, 3)) {
      const startedMs = performance.now();
      await page.locator(".stop").click();
      await page.locator(".notice", { hasText: "Stopped:" }).waitFor();
      assert.ok(performance.now() - startedMs < 3_000, `${performance.now() - startedMs} ms`);
    }
    assert.equal(system.controls.length, 3);
  },
);
