/**
 * Sum, moments, maximum and rank of the last n values. Each window lives in a caller's Float64Array from slot `at` on, so
 * that one `slice()` is a snapshot of everything, and values go in and out through its slots: doubles passed to functions
 * may be boxed. Use: write the value to slot `at`, push, read the slots named `OUT`.
 *
 * Why no running sum: `sum += new - old` carries the rounding errors of every value that ever passed, and after a huge one
 * the rest is noise. Here the stream is cut into blocks of n; the window is a tail of the previous block and the head of
 * the current one. The aggregates of all tails are computed once, from right to left, when a block is full; the head's
 * grows by one a step. Nothing is subtracted, so what has left the window leaves no trace.
 * ```
 *   … | t t t t t t | h h h . . . |       window = aggregate of the tail ⊕ aggregate of the head
 * ```
 * Bounds, however long the stream: a sum of values of one sign is within n·2⁻⁵³ of the exact sum, relatively; the sum of
 * squared deviations within 4·n·κ·2⁻⁵³, where κ² = Σv² / Σ(v−mean)²; maximum and rank are exact. Cost: two steps of the
 * aggregate a value, no allocation. Until n values have come, the missing ones are as if absent.
 */

/** Where each window expects its value. */
export const IN = 0;
/** Where each window leaves its answer: the sum, the mean, the maximum, the share. */
export const OUT = 1;

const POSITION = 2; // values in the head, 0..n-1; for the rank: the slot to overwrite next
const HEAD = 3; // aggregate of the head; for the rank: values held

// ---- sum -----------------------------------------------------------------------------------------------------------

const SUM_TAILS = 4; // n aggregates of tails, overwritten one by one by the head's values, then one empty tail

export const sumSlots = (n: number): number => SUM_TAILS + n + 1;

/** Sum of the last `n` values. */
export function pushSum(s: Float64Array, at: number, n: number): void {
  const k = s[at + POSITION];
  const value = s[at + IN];
  const head = s[at + HEAD] + value;
  const slot = at + SUM_TAILS + k;
  s[at + OUT] = head + s[slot + 1];
  s[slot] = value;
  s[at + HEAD] = head;
  s[at + POSITION] = k + 1;
  if (k + 1 === n) turnSum(s, at, n);
}

function turnSum(s: Float64Array, at: number, n: number): void {
  let tail = 0;
  for (let slot = at + SUM_TAILS + n - 1; slot >= at + SUM_TAILS; slot--) s[slot] = tail += s[slot];
  s[at + HEAD] = 0;
  s[at + POSITION] = 0;
}

// ---- mean and sum of squared deviations ----------------------------------------------------------------------------

/** Where `pushMoments` leaves the sum of squared deviations from the mean; 0 exactly when all values are equal. */
export const OUT_SQUARES = 4;
const HEAD_SQUARES = 5;
const MOMENT_TAILS = 6; // n + 1 means of tails, then n + 1 sums of squared deviations

export const momentsSlots = (n: number): number => MOMENT_TAILS + 2 * (n + 1);

/** Mean and squared deviations of the last `n` values (Welford's step, Chan's merge of head and tail). */
export function pushMoments(s: Float64Array, at: number, n: number): void {
  const k = s[at + POSITION];
  const value = s[at + IN];
  const inHead = k + 1;
  const inTail = n - inHead;
  const off = value - s[at + HEAD];
  const mean = s[at + HEAD] + off / inHead;
  const squares = s[at + HEAD_SQUARES] + off * (value - mean);
  const slot = at + MOMENT_TAILS + k;
  const apart = s[slot + 1] - mean;
  s[at + OUT] = mean + (apart * inTail) / n;
  s[at + OUT_SQUARES] = squares + s[slot + n + 2] + apart * apart * ((inHead * inTail) / n);
  s[slot] = value;
  s[at + HEAD] = mean;
  s[at + HEAD_SQUARES] = squares;
  s[at + POSITION] = inHead;
  if (inTail === 0) turnMoments(s, at, n);
}

function turnMoments(s: Float64Array, at: number, n: number): void {
  let mean = 0, squares = 0;
  for (let count = 1, slot = at + MOMENT_TAILS + n - 1; count <= n; count++, slot--) {
    const value = s[slot];
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
    s[slot] = mean;
    s[slot + n + 1] = squares;
  }
  s[at + HEAD] = 0;
  s[at + HEAD_SQUARES] = 0;
  s[at + POSITION] = 0;
}

// ---- maximum -------------------------------------------------------------------------------------------------------

const MAX_TAILS = 4;

export const maxSlots = (n: number): number => MAX_TAILS + n + 1;

/** Greatest of the last `n` values, which must be above zero: an absent one counts as 0. */
export function pushMax(s: Float64Array, at: number, n: number): void {
  const k = s[at + POSITION];
  const value = s[at + IN];
  const head = Math.max(s[at + HEAD], value);
  const slot = at + MAX_TAILS + k;
  s[at + OUT] = Math.max(head, s[slot + 1]);
  s[slot] = value;
  s[at + HEAD] = head;
  s[at + POSITION] = k + 1;
  if (k + 1 === n) turnMax(s, at, n);
}

function turnMax(s: Float64Array, at: number, n: number): void {
  let tail = 0;
  for (let slot = at + MAX_TAILS + n - 1; slot >= at + MAX_TAILS; slot--) s[slot] = tail = Math.max(tail, s[slot]);
  s[at + HEAD] = 0;
  s[at + POSITION] = 0;
}

// ---- rank ----------------------------------------------------------------------------------------------------------

const RANK_RING = 4; // n values in order of arrival, then the same in order of size

export const rankSlots = (n: number): number => RANK_RING + 2 * n;

/**
 * Share of the last `n` values, the newest included, that are not above the newest; equal ones count half and the newest
 * itself whole, so the greatest gives 1, the least 1/n, and n equal ones (n + 1)/2n (the percentile rank of pandas).
 * Two binary searches and one move of memory: the values stay sorted.
 */
export function pushRank(s: Float64Array, at: number, n: number): void {
  const value = s[at + IN];
  const held = s[at + HEAD] | 0; // | 0: slots hold doubles, indices are best as integers
  const next = s[at + POSITION] | 0;
  const ring = at + RANK_RING + next;
  const first = at + RANK_RING + n;
  let newest = first + countNotAbove(s, first, held, at + IN);
  if (held < n) {
    s.copyWithin(newest + 1, newest, first + held);
    s[at + HEAD] = held + 1;
  } else {
    const leaving = first + countNotAbove(s, first, held, ring) - 1;
    if (newest > leaving) newest--;
    closeHole(s, leaving, newest);
  }
  s[newest] = value;
  s[ring] = value;
  s[at + POSITION] = next + 1 === n ? 0 : next + 1;
  const notAbove = newest + 1 - first;
  let below = newest - first;
  if (below > 0 && s[newest - 1] === value) below = countBelow(s, first, below, at + IN);
  s[at + OUT] = (below + 1 + notAbove) / (2 * s[at + HEAD]);
}

/** Moves the hole at slot `from` to slot `to`, shifting what lies between by one. */
function closeHole(s: Float64Array, from: number, to: number): void {
  if (to > from) s.copyWithin(from, from + 1, to + 1);
  else if (to < from) s.copyWithin(to + 1, to, from);
}

/**
 * How many of the `count` sorted values from slot `first` on are not above the value of slot `of`. A binary search without
 * branches on the data, which no processor could predict.
 */
function countNotAbove(s: Float64Array, first: number, count: number, of: number): number {
  if (count === 0) return 0;
  const value = s[of];
  let base = first;
  for (let left = count; left > 1;) {
    const half = left >>> 1;
    base += half * Number(s[base + half - 1] <= value);
    left -= half;
  }
  return base - first + Number(s[base] <= value);
}

/** As `countNotAbove`, but strictly below. */
function countBelow(s: Float64Array, first: number, count: number, of: number): number {
  const value = s[of];
  let base = first;
  for (let left = count; left > 1;) {
    const half = left >>> 1;
    base += half * Number(s[base + half - 1] < value);
    left -= half;
  }
  return base - first + Number(s[base] < value);
}
