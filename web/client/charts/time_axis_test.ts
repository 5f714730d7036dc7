import fc from "fast-check";
import assert from "node:assert/strict";
import { fixed } from "../../../tests/support/seed.ts";
import { nearest } from "./nearest.ts";
import { tickText, timeTicks } from "./time_axis.ts";

const MIN = 60_000;
const DAY = 1_440 * MIN;

Deno.test("timeTicks() takes the smallest round step that fits", () => {
  const cases: [spanMin: number, most: number, stepMin: number][] = [
    [10, 10, 1],
    [11, 10, 5],
    [120, 8, 15],
    [500, 8, 120],
    [1_440, 8, 180],
    [10_080, 8, 1_440],
  ];
  for (const [spanMin, most, stepMin] of cases) {
    const ticks = timeTicks(0, spanMin * MIN, most);
    assert.equal(ticks[1] - ticks[0], stepMin * MIN, `${spanMin} min, ${most} ticks`);
  }
});

Deno.test("property: ticks lie inside, on multiples of their step, and are few", () => {
  fc.assert(
    fc.property(
      fc.nat(4e12),
      fc.integer({ min: 1, max: 400 * 1_440 }),
      fc.integer({ min: 2, max: 12 }),
      (from, minutes, most) => {
        const ticks = timeTicks(from, from + minutes * MIN, most);
        assert.ok(ticks.length <= most + 1);
        for (const [i, tick] of ticks.entries()) {
          assert.ok(tick >= from && tick <= from + minutes * MIN);
          if (i > 0) assert.equal(tick % (ticks[1] - ticks[0]), 0);
        }
      },
    ),
    fixed(200),
  );
});

Deno.test("tickText() says the hour, and the day where one begins", () => {
  const day = Date.UTC(2026, 0, 5);
  assert.equal(tickText(day + 5 * MIN, 60 * MIN, "utc"), "00:05");
  assert.equal(tickText(day, 60 * MIN, "utc"), "01-05");
  assert.equal(tickText(day + 720 * MIN, 6 * DAY, "utc"), "01-05");
});

Deno.test("property: nearest() finds the point with the least distance", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_000), { minLength: 1 }), fc.integer({ min: -50, max: 1_050 }), (all, at) => {
      const times = all.sort((a, b) => a - b);
      const least = Math.min(...times.map((time) => Math.abs(time - at)));
      assert.equal(Math.abs(times[nearest(times, at)!] - at), least);
    }),
    fixed(300),
  );
  assert.equal(nearest([], 5), null);
});
