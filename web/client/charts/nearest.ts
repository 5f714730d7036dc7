/** The point whose time is nearest to an instant; times ascend. `null` when there is no point. */
export function nearest(times: readonly number[], atMs: number): number | null {
  if (times.length === 0) return null;
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < atMs) low = middle + 1;
    else high = middle;
  }
  return low > 0 && atMs - times[low - 1] <= times[low] - atMs ? low - 1 : low;
}
