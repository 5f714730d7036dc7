/**
 * The store in memory, in Deno KV's key order, for simulation and tests. Values are cloned on the way in and out, as a file
 * would, so that no caller can change what was stored.
 */
import type { Key, KeyPart, ListOptions, Store } from "../core/ports/store.ts";

export function createMemoryStore(): Store {
  const entries: { key: Key; value: unknown }[] = [];
  const find = (key: Key): { index: number; found: boolean } => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(entries[middle].key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, found: low < entries.length && compareKeys(entries[low].key, key) === 0 };
  };
  return {
    // deno-lint-ignore require-await -- the port is asynchronous, this adapter has nothing to wait for
    async get(key) {
      const { index, found } = find(key);
      return found ? structuredClone(entries[index].value) : null;
    },
    async *list({ prefix, from, to, reverse = false, limit = Infinity }: ListOptions) {
      const inside = (key: Key) =>
        key.length > prefix.length && prefix.every((part, i) => key[i] === part) &&
        (to === undefined || compareParts(key[prefix.length], to) < 0);
      const start = find([...prefix, ...(from === undefined ? [] : [from])]).index;
      let end = start;
      while (end < entries.length && (inside(entries[end].key) || entries[end].key.length === prefix.length)) end++;
      const selected = entries.slice(start, end).filter(({ key }) => inside(key));
      for (const { key, value } of (reverse ? selected.reverse() : selected).slice(0, limit)) {
        yield { key, value: structuredClone(value) };
      }
    },
    // deno-lint-ignore require-await
    async commit(writes) {
      for (const write of writes) {
        const { index, found } = find(write.key);
        if (write.op === "delete") {
          if (found) entries.splice(index, 1);
        } else {
          const entry = { key: write.key, value: structuredClone(write.value) };
          entries.splice(index, found ? 1 : 0, entry);
        }
      }
    },
    close: () => {},
  };
}

const RANK = { string: 0, number: 1, boolean: 2 } as const;

/** Deno KV's order: strings before numbers before booleans, by value inside each. */
function compareParts(a: KeyPart, b: KeyPart): number {
  if (typeof a !== typeof b) return RANK[typeof a as keyof typeof RANK] - RANK[typeof b as keyof typeof RANK];
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareParts(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
