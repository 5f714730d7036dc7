import assert from "node:assert/strict";
import fc from "fast-check";
import { createRng } from "../rng.ts";
import { fixed, SEED } from "../../tests/support/seed.ts";
import {
  IN,
  maxSlots,
  momentsSlots,
  OUT,
  OUT_SQUARES,
  pushMax,
  pushMoments,
  pushRank,
  pushSum,
  rankSlots,
  sumSlots,
} from "./windows.ts";

const U = 2 ** -53;

/** Sum of doubles, correctly rounded but for the last addition (Shewchuk's expansions, as Python's fsum). */
function exactSum(values: Iterable<number>): number {
  const partials: number[] = [];
  for (let x of values) {
    let kept = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  return partials.reverse().reduce((a, b) => a + b, 0);
}

/** Values over 24 orders of magnitude, with stretches of equal ones. */
function wildValues(length: number, seed: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length }, (_, i) => (i % 1_000 > 850 ? 0.1 : 10 ** (rng.next() * 24 - 12)));
}

Deno.test("after 5,000,000 wild values the rolling sum and moments still equal a fresh computation", () => {
  const n = 60;
  const values = wildValues(5_000_000, SEED);
  const sum = new Float64Array(sumSlots(n));
  const moments = new Float64Array(momentsSlots(n));
  let worstSum = 0, worstSquares = 0, checked = 0;
  for (let i = 0; i < values.length; i++) {
    sum[IN] = moments[IN] = values[i];
    pushSum(sum, 0, n);
    pushMoments(moments, 0, n);
    // A sparse sample on the way, every window at the end.
    if (i < n || (i % 997 !== 0 && i < values.length - 5_000)) continue;
    const window = values.subarray(i - n + 1, i + 1);
    const total = exactSum(window);
    const mean = total / n;
    const squares = exactSum(window.map((v) => (v - mean) ** 2));
    const kappa = Math.sqrt(exactSum(window.map((v) => v * v)) / squares);
    worstSum = Math.max(worstSum, Math.abs(sum[OUT] - total) / total / (n * U));
    if (squares === 0) assert.equal(moments[OUT_SQUARES], 0, `window of equal values ending at ${i}`);
    else {
      const error = Math.abs(moments[OUT_SQUARES] - squares) / squares / (4 * n * kappa * U);
      worstSquares = Math.max(worstSquares, error);
    }
    checked++;
  }
  console.log(
    `  ${checked} windows checked; worst error as a share of the bound: sum ${worstSum.toFixed(3)}, ` +
      `squares ${worstSquares.toFixed(3)} (seed ${SEED})`,
  );
  assert.ok(worstSum <= 1 && worstSquares <= 1);
});

Deno.test("a running sum, which the windows replace, is lost after one huge value", () => {
  // The reason for the blocks: the same stream through `sum += new - old`.
  const values = new Float64Array(200).fill(0.1);
  values[70] = 1e18;
  let running = 0;
  const blocks = new Float64Array(sumSlots(60));
  values.forEach((value, i) => {
    running += value - (i >= 60 ? values[i - 60] : 0);
    blocks[IN] = value;
    pushSum(blocks, 0, 60);
  });
  assert.notEqual(running.toFixed(6), "6.000000");
  assert.equal(blocks[OUT].toFixed(12), "6.000000000000");
});

Deno.test("a window of equal values has squares of exactly zero, whatever came before", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 1e15, noNaN: true }), { maxLength: 100 }),
      (n, value, before) => {
        const s = new Float64Array(momentsSlots(n));
        for (const v of [...before, ...new Array(n).fill(value)]) {
          s[IN] = v;
          pushMoments(s, 0, n);
        }
        assert.equal(s[OUT_SQUARES], 0);
        assert.equal(s[OUT], value);
      },
    ),
    fixed(300),
  );
});

Deno.test("pushMax() and pushRank() equal a plain look at the window, ties included", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 80 }),
      (n, values) => {
        const max = new Float64Array(maxSlots(n));
        const rank = new Float64Array(rankSlots(n));
        values.forEach((value, i) => {
          max[IN] = rank[IN] = value;
          pushMax(max, 0, n);
          pushRank(rank, 0, n);
          const window = values.slice(Math.max(0, i - n + 1), i + 1);
          const below = window.filter((v) => v < value).length;
          const equal = window.filter((v) => v === value).length;
          assert.equal(max[OUT], Math.max(...window));
          assert.equal(rank[OUT], (below + (equal + 1) / 2) / window.length);
        });
      },
    ),
    fixed(500),
  );
});

for (
  const { name, values, want } of [
    { name: "the greatest of four has rank 1", values: [1, 2, 3, 4], want: 1 },
    { name: "the least of four has rank 1/4", values: [4, 3, 2, 1], want: 1 / 4 },
    { name: "four equal ones have rank 5/8", values: [7, 7, 7, 7], want: 5 / 8 },
    { name: "the value that leaves no longer counts", values: [1, 9, 9, 9, 2], want: 1 / 4 },
  ]
) {
  Deno.test(`pushRank(): ${name}`, () => {
    const s = new Float64Array(rankSlots(4));
    for (const value of values) {
      s[IN] = value;
      pushRank(s, 0, 4);
    }
    assert.equal(s[OUT], want);
  });
}
