import fc from "fast-check";
import assert from "node:assert/strict";
import { fixed } from "../../tests/support/seed.ts";
import { cutPage } from "./decision_page.ts";

const rows = (...times: number[]) => times.map((closedAtMs, i) => ({ closedAtMs, id: i }));

Deno.test("cutPage() does not cut through candles that closed together", () => {
  const cases: [times: number[], size: number, kept: number, next: number | null][] = [
    [[], 3, 0, null],
    [[9, 8, 7], 3, 3, null],
    [[9, 8, 7, 6], 3, 3, 7],
    [[9, 8, 7, 7, 6], 3, 4, 7],
    [[9, 9, 9, 9], 2, 4, null],
    [[9, 9, 8, 8, 7], 2, 2, 9],
  ];
  for (const [times, size, kept, next] of cases) {
    const page = cutPage(rows(...times), size);
    assert.deepEqual([page.rows.length, page.nextBeforeMs], [kept, next], `${times} by ${size}`);
  }
});

Deno.test("property: page after page, every decision is shown once", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (times, size) => {
      const all = rows(...times.sort((a, b) => b - a));
      const seen: number[] = [];
      // As the recorder: those before an instant, at most so many; no instant has more than 80.
      for (let before: number | null = Infinity; before !== null;) {
        const limit: number = before;
        const page = cutPage(all.filter(({ closedAtMs }) => closedAtMs < limit).slice(0, size + 80), size);
        seen.push(...page.rows.map(({ id }) => id));
        before = page.nextBeforeMs;
      }
      assert.deepEqual(seen, all.map(({ id }) => id));
    }),
    fixed(200),
  );
});
