/**
 * The arithmetic of one step of each indicator, so small that every engine can inline it: streaming features, batch
 * columns, benchmarks with other seeds. How a value starts is the caller's business; the step is the same for all.
 */

/** One step of exponential smoothing: EMA with `weight` 2/(n+1), Wilder's average with 1/n. */
export const smooth = (previous: number, value: number, weight: number): number =>
  (value - previous) * weight + previous;

/**
 * `smooth` with the usual seed: value number `have` of an average that starts as the plain mean of its first `need`
 * values. Before, the running sum is returned, which is not yet an average.
 */
export const seededSmooth = (
  previous: number,
  value: number,
  have: number,
  need: number,
  weight: number,
): number => {
  if (have > need) return smooth(previous, value, weight);
  return have === need ? (previous + value) / need : previous + value;
};

/** True range in USD (Wilder 1978): the candle's range, stretched to the close before it. No branch on noise. */
export const trueRange = (high: number, low: number, previousClose: number): number =>
  Math.max(high, previousClose) - Math.min(low, previousClose);

/** RSI 0..100 (Wilder 1978) from average gain and loss; 50 where nothing moved at all. */
export const rsi = (averageGain: number, averageLoss: number): number => {
  const sum = averageGain + averageLoss;
  return sum > 0 ? (100 * averageGain) / sum : 50;
};

/**
 * Natural logarithm of `price / previous`. Neighbouring prices differ by little, and there log(a/b) loses digits to the
 * rounding of a/b near 1; the odd series 2(z + z³/3 + z⁵/5 + …) in z = (a − b)/(a + b) does not, and is faster. Five
 * terms leave a relative error below 1e-19 for |z| <= 1/64 (moves up to 3 %); larger moves take the library's logarithm.
 */
export const logReturn = (price: number, previous: number): number => {
  const z = (price - previous) / (price + previous);
  const w = z * z;
  if (w > 1 / 4096) return Math.log(price / previous);
  return 2 * z * (1 + w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9)))));
};
