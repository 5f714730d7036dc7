import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemoryStore } from "./memory_store.ts";
import { packedSeries } from "./packed_series.ts";

const STRIDE = 2;
const open = (store = createMemoryStore()) => ({
  store,
  series: packedSeries(store, { prefix: ["p"], stride: STRIDE, spanMs: 10 }),
});
const rows = (times: readonly number[], mark: number) => Float64Array.from(times.flatMap((atMs) => [atMs, mark]));

Deno.test("rows come back in order and each time once, whatever the order and overlap of the writes", async () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }).map((list) =>
    list.sort((a, b) => a - b)
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(times, { maxLength: 8 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      async (batches, from, to) => {
        const { store, series } = open();
        const model = new Map<number, number>();
        for (const [mark, batch] of batches.entries()) {
          const { writes } = await series.put(rows(batch, mark));
          await store.commit(writes);
          for (const atMs of batch) model.set(atMs, mark);
        }
        const want = [...model].filter(([atMs]) => atMs >= from && atMs < to).sort((a, b) => a[0] - b[0]).flat();
        assert.deepEqual([...await series.read(from, to)], want);
        assert.deepEqual([...await open(store).series.read(from, to)], want); // as another process would read it
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

Deno.test("a row written twice is the later one", async () => {
  const { store, series } = open();
  for (const mark of [1, 2]) await store.commit((await series.put(rows([5], mark))).writes);
  assert.deepEqual([...await series.read(0, 100)], [5, 2]);
});

Deno.test("a chunk that is no rows is an error that names it", async () => {
  const { store, series } = open();
  await store.commit([{ op: "set", key: ["p", 0], value: Float64Array.of(1, 2, 3) }]);
  await assert.rejects(series.put(rows([1], 1)), /no rows of 2 numbers at p\/0/);
});
