/**
 * Time series packed into chunks of Float64Array rows, one chunk per fixed span of time: a chunk stays far below the 64 KiB
 * that a KV value may hold, and reading a day costs a handful of gets. A row is found by its first column, its time.
 * Always true: rows of a chunk are sorted by time and each time stands once; writing a row again replaces it.
 */
import type { Key, Store, Write } from "../core/ports/store.ts";
import type { UtcMs } from "../core/time.ts";

export interface PackedSeries {
  /** Puts rows (sorted by time) in and returns the writes that store them. */
  put(rows: Float64Array): Promise<{ writes: Write[]; bytes: number }>;
  /** All rows with `fromMs <= time < toMs`, oldest first. */
  read(fromMs: UtcMs, toMs: UtcMs): Promise<Float64Array>;
}

export function packedSeries(
  store: Store,
  options: { readonly prefix: Key; readonly stride: number; readonly spanMs: number },
): PackedSeries {
  const { prefix, stride, spanMs } = options;
  const chunkOf = (atMs: UtcMs): UtcMs => Math.floor(atMs / spanMs) * spanMs;
  // Only the newest chunk is written again and again, so it alone is kept. It holds rows that may not be on disk yet.
  let open: { startMs: UtcMs; rows: Float64Array } | null = null;

  const load = async (startMs: UtcMs): Promise<Float64Array> => {
    if (open?.startMs === startMs) return open.rows;
    const value = await store.get([...prefix, startMs]);
    if (value === null) return new Float64Array(0);
    if (!(value instanceof Float64Array) || value.length % stride !== 0) {
      throw new Error(`the store holds no rows of ${stride} numbers at ${prefix.join("/")}/${startMs}`);
    }
    return value;
  };

  return {
    async put(rows) {
      const writes: Write[] = [];
      let bytes = 0;
      for (let row = 0; row < rows.length;) {
        const startMs = chunkOf(rows[row]);
        let end = row;
        while (end < rows.length && chunkOf(rows[end]) === startMs) end += stride;
        const merged = merge(await load(startMs), rows.subarray(row, end), stride);
        if (!open || startMs >= open.startMs) open = { startMs, rows: merged };
        writes.push({ op: "set", key: [...prefix, startMs], value: merged });
        bytes += merged.byteLength;
        row = end;
      }
      return { writes, bytes };
    },
    async read(fromMs, toMs) {
      if (toMs <= fromMs) return new Float64Array(0);
      const parts: Float64Array[] = [];
      const add = (chunk: Float64Array) => {
        let from = 0;
        let to = chunk.length;
        while (from < to && chunk[from] < fromMs) from += stride;
        while (to > from && chunk[to - stride] >= toMs) to -= stride;
        if (to > from) parts.push(chunk.slice(from, to));
      };
      const openStartMs = open?.startMs ?? Infinity;
      for await (const { key, value } of store.list({ prefix, from: chunkOf(fromMs), to: toMs })) {
        if (key[prefix.length] !== openStartMs) add(value as Float64Array);
      }
      if (open && open.startMs < toMs && open.startMs + spanMs > fromMs) add(open.rows);
      parts.sort((a, b) => a[0] - b[0]);
      const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        all.set(part, offset);
        offset += part.length;
      }
      return all;
    },
  };
}

/** Rows of both, sorted; where a time stands in both, the new row wins. */
function merge(old: Float64Array, fresh: Float64Array, stride: number): Float64Array {
  const merged = new Float64Array(old.length + fresh.length);
  let o = 0;
  let f = 0;
  let length = 0;
  while (o < old.length || f < fresh.length) {
    const takeFresh = o >= old.length || (f < fresh.length && fresh[f] <= old[o]);
    if (takeFresh && o < old.length && fresh[f] === old[o]) o += stride;
    const from = takeFresh ? fresh : old;
    const at = takeFresh ? f : o;
    for (let c = 0; c < stride; c++) merged[length + c] = from[at + c];
    length += stride;
    if (takeFresh) f += stride;
    else o += stride;
  }
  return merged.slice(0, length);
}
