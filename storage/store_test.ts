import assert from "node:assert/strict";
import type { Entry, Key, Store } from "../core/ports/store.ts";
import { openKvStore } from "./kv_store.ts";
import { createMemoryStore } from "./memory_store.ts";

const adapters: Record<string, () => Promise<Store>> = {
  "Deno KV": () => openKvStore(":memory:"),
  "memory": () => Promise.resolve(createMemoryStore()),
};

const collect = async (entries: AsyncIterable<Entry>): Promise<Key[]> =>
  (await Array.fromAsync(entries)).map((e) => e.key);
const put = (key: Key, value: unknown = 1) => ({ op: "set" as const, key, value });

for (const [name, open] of Object.entries(adapters)) {
  Deno.test(`${name} store lists in key order, bounded, reversed and limited, and not the prefix itself`, async () => {
    const store = await open();
    try {
      await store.commit([
        put(["j", 10]),
        put(["j", 2]),
        put(["j", -5]),
        put(["j"]),
        put(["j", 2, "x"]),
        put(["k", 1]),
        put(["j", "s"]),
      ]);
      assert.deepEqual(await collect(store.list({ prefix: ["j"] })), [["j", "s"], ["j", -5], ["j", 2], ["j", 2, "x"], [
        "j",
        10,
      ]]);
      assert.deepEqual(await collect(store.list({ prefix: ["j"], from: 2 })), [["j", 2], ["j", 2, "x"], ["j", 10]]);
      assert.deepEqual(await collect(store.list({ prefix: ["j"], from: -5, to: 10 })), [["j", -5], ["j", 2], [
        "j",
        2,
        "x",
      ]]);
      assert.deepEqual(await collect(store.list({ prefix: ["j"], to: 2 })), [["j", "s"], ["j", -5]]);
      assert.deepEqual(await collect(store.list({ prefix: ["j"], reverse: true, limit: 2 })), [["j", 10], [
        "j",
        2,
        "x",
      ]]);
      assert.deepEqual(await collect(store.list({ prefix: ["nothing"] })), []);
    } finally {
      store.close();
    }
  });

  Deno.test(`${name} store keeps values as they were, whatever the caller does to its object later`, async () => {
    const store = await open();
    try {
      const value = { rows: Float64Array.of(1, NaN, -0), deep: { n: 1 } };
      await store.commit([put(["a"], value)]);
      value.deep.n = 2;
      assert.deepEqual(await store.get(["a"]), { rows: Float64Array.of(1, NaN, -0), deep: { n: 1 } });
      await store.commit([put(["a"], 3), { op: "delete", key: ["missing"] }]);
      assert.equal(await store.get(["a"]), 3);
      await store.commit([{ op: "delete", key: ["a"] }]);
      assert.equal(await store.get(["a"]), null);
    } finally {
      store.close();
    }
  });
}
