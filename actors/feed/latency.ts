/** Latencies of the newest events, and their percentiles. */
export interface LatencyWindow {
  add(ms: number): void;
  /** `null` before the first one. */
  percentiles(): { readonly p50: number; readonly p99: number; readonly count: number } | null;
}

export function createLatencyWindow(size: number): LatencyWindow {
  const newest = new Float64Array(size);
  let count = 0;
  return {
    add(ms) {
      newest[count++ % size] = ms;
    },
    percentiles() {
      if (count === 0) return null;
      const sorted = newest.slice(0, Math.min(count, size)).sort();
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
      return { p50: at(0.5), p99: at(0.99), count };
    },
  };
}
