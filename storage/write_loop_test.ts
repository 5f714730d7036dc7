import assert from "node:assert/strict";
import type { Store, Write } from "../core/ports/store.ts";
import { createMemoryStore } from "./memory_store.ts";
import { createWriteLoop } from "./write_loop.ts";

const put = (n: number): Write => ({ op: "set", key: ["k", n], value: n });

function counted(store: Store) {
  const commits: number[] = [];
  return {
    commits,
    store: {
      ...store,
      async commit(writes: readonly Write[]) {
        commits.push(writes.length);
        await Promise.resolve();
        await store.commit(writes);
      },
    },
  };
}

Deno.test("what comes in while a commit runs goes into the next one, and acknowledgements come after it, in order", async () => {
  const { store, commits } = counted(createMemoryStore());
  const loop = createWriteLoop(store, () => assert.fail());
  const stored: number[] = [];
  for (let n = 0; n < 1_000; n++) loop.add([put(n)], 10, () => stored.push(n));
  assert.deepEqual(stored, []);
  await loop.flush();
  assert.deepEqual(commits, [400, 400, 200]);
  assert.deepEqual(stored, Array.from({ length: 1_000 }, (_, n) => n));
});

Deno.test("writes that belong together are never parted, and a batch stays under the byte bound", async () => {
  const { store, commits } = counted(createMemoryStore());
  const loop = createWriteLoop(store, () => assert.fail());
  loop.add([put(1), put(2)], 300_000);
  loop.add([put(3), put(4), put(5)], 300_000);
  await loop.flush();
  assert.deepEqual(commits, [2, 3]);
});

Deno.test("after a failed commit nothing more is written or acknowledged", async () => {
  const failures: unknown[] = [];
  const broken: Store = { ...createMemoryStore(), commit: () => Promise.reject(new Error("disk full")) };
  const loop = createWriteLoop(broken, (cause) => failures.push(cause));
  let acknowledged = false;
  loop.add([put(1)], 1, () => acknowledged = true);
  await assert.rejects(loop.flush(), /the store failed/);
  loop.add([put(2)], 1, () => acknowledged = true);
  await assert.rejects(loop.flush());
  assert.equal(acknowledged, false);
  assert.match(String(failures[0]), /disk full/);
  assert.equal(failures.length, 1);
});
