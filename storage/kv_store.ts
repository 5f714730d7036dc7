/**
 * The store on Deno KV. One handle per file and one owner per handle: two handles with checked commits lock each other out.
 * Each commit is one fsync before its promise resolves, so callers that write much collect and commit in one go.
 */
import type { Entry, Key, KeyPart, ListOptions, Store, Write } from "../core/ports/store.ts";

/** Deno KV's own bounds for one atomic commit, with room left for framing. */
const WRITES_MAX = 900;

/** Opens the store file, making it when missing. Always by path: in a worker a nameless store is in memory only. */
export async function openKvStore(path: string): Promise<Store> {
  let kv: Deno.Kv;
  try {
    kv = await Deno.openKv(path);
  } catch (cause) {
    throw new Error(`Cannot open the store ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return storeOn(kv);
}

function storeOn(kv: Deno.Kv): Store {
  return {
    async get(key) {
      return (await kv.get(key as Deno.KvKey)).value;
    },
    list: (options) => list(kv, options),
    async commit(writes: readonly Write[]) {
      if (writes.length === 0) return;
      if (writes.length > WRITES_MAX) {
        throw new RangeError(`a commit holds at most ${WRITES_MAX} writes, got ${writes.length}`);
      }
      let atomic = kv.atomic();
      for (const write of writes) {
        const key = write.key as Deno.KvKey;
        atomic = write.op === "set" ? atomic.set(key, write.value) : atomic.delete(key);
      }
      const result = await atomic.commit();
      if (!result.ok) throw new Error("the store refused a commit without checks"); // cannot happen; never go on if it does
    },
    close: () => kv.close(),
  };
}

async function* list(kv: Deno.Kv, { prefix, from, to, reverse = false, limit }: ListOptions): AsyncIterable<Entry> {
  const bound = (part: KeyPart) => [...prefix, part] as Deno.KvKey;
  const inPrefix = prefix as Deno.KvKey;
  const selector: Deno.KvListSelector = from !== undefined
    ? (to !== undefined ? { start: bound(from), end: bound(to) } : { prefix: inPrefix, start: bound(from) })
    : (to !== undefined ? { prefix: inPrefix, end: bound(to) } : { prefix: inPrefix });
  for await (const { key, value } of kv.list(selector, { reverse, limit, batchSize: Math.min(limit ?? 500, 500) })) {
    yield { key: key as Key, value };
  }
}
