import assert from "node:assert/strict";
import { createMemoryStore } from "./memory_store.ts";
import { snapshotRepository } from "./snapshot_repository.ts";

const scope = { mode: "sim", run: "t" } as const;
const open = (store = createMemoryStore()) => ({
  store,
  snapshots: snapshotRepository(store, scope, "symbol_snapshot"),
});
const large = (mark: number) => ({ mark, rows: new Float64Array(20_000).fill(mark), deep: { NaN: NaN } });

Deno.test("a snapshot larger than a KV value comes back whole, the newest at or before the asked time", async () => {
  const { store, snapshots } = open();
  for (const atMs of [100, 200, 300]) await store.commit((await snapshots.writes("BTC-USD", atMs, large(atMs))).writes);
  for (const [askedMs, want] of [[99, null], [100, 100], [250, 200], [1_000, 300]] as const) {
    const found = await open(store).snapshots.find("BTC-USD", askedMs); // as the next program would read it
    assert.deepEqual(found, want === null ? null : { at: want, snapshot: large(want) });
  }
  assert.equal(await snapshots.find("ETH-USD", 1_000), null);
});

Deno.test("only the newest four are kept, and a smaller one leaves no piece of a larger one behind", async () => {
  const { store, snapshots } = open();
  for (let atMs = 1; atMs <= 9; atMs++) await store.commit((await snapshots.writes("A", atMs, large(atMs))).writes);
  await store.commit((await snapshots.writes("A", 9, { small: true })).writes);
  assert.deepEqual(await snapshots.find("A", 9), { at: 9, snapshot: { small: true } });
  assert.equal(await snapshots.find("A", 5), null);
  assert.equal((await snapshots.find("A", 6))?.at, 6);
  assert.equal((await Array.fromAsync(store.list({ prefix: [1] }))).length, 3 * 3 + 1);
});
