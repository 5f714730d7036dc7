/** Pictures of every page in both themes and widths, in `tests/artifacts/`, for people to look at; and prints. */
import assert from "node:assert/strict";
import { browserTest, whenLive } from "../support/browser.ts";
import { PAGES } from "../web/routes.ts";

const OUT = new URL("../artifacts/", import.meta.url).pathname;
const SIZES = [["desktop", 1440, 900], ["phone", 390, 844]] as const;

browserTest("pictures of every page, desktop and phone, dark and light", {}, async ({ open, system }) => {
  const traded = (await system.decisions({ limit: 5_000 })).find(({ outcomeR }) => outcomeR !== null)!;
  const pages = {
    ...PAGES,
    "traded.tsx": `/decision/${encodeURIComponent(traded.decisionId)}`,
    "error.tsx": "/no-such-page",
  };
  for (const [file, path] of Object.entries(pages)) {
    const name = file.replace(/\W+tsx$/, "").replaceAll(/\W+/g, "_");
    for (const [size, width, height] of SIZES) {
      for (const colorScheme of ["dark", "light"] as const) {
        const { page } = await open(path, { viewport: { width, height }, colorScheme });
        if (file !== "error.tsx") await whenLive(page);
        if (await page.locator("canvas").count() > 0) await page.locator("canvas[data-ready=true]").waitFor();
        await page.waitForTimeout(200);
        const png = await page.screenshot({ path: `${OUT}${name}-${size}-${colorScheme}.png`, fullPage: true });
        assert.ok(png.byteLength > 5_000, name);
        await page.context().close();
      }
    }
  }
});

browserTest(
  "a decision prints light, without bar and navigation, under a head that says what it is",
  {},
  async ({ open, system }) => {
    const [{ decisionId }] = await system.decisions({ limit: 1 });
    const { page } = await open(`/decision/${encodeURIComponent(decisionId)}`, { colorScheme: "dark" });
    await whenLive(page);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".bar").isVisible(), false);
    assert.equal(await page.locator(".nav").isVisible(), false);
    assert.match(
      (await page.locator(".print-head").textContent())!,
      /mode SIM, simulated market.*2026-01-05 14:05:05Z, seed 42/,
    );
    assert.equal(await page.locator(".print-head").isVisible(), true);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    const pdf = await page.pdf({ path: `${OUT}decision_print.pdf`, format: "A4" });
    assert.ok(pdf.byteLength > 10_000);
  },
);
