import assert from "node:assert/strict";
import type { Store } from "../core/ports/store.ts";
import { appendToJournal, EMPTY_JOURNAL, JournalDamaged, type JournalHead, readJournal } from "./journal.ts";
import { keyOf } from "./keys.ts";
import { createMemoryStore } from "./memory_store.ts";

const scope = { mode: "sim", run: "t" } as const;
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ seq: from + n, atMs: n, type: "x", note: "é" }));

async function write(store: Store, head: JournalHead, from: number, to: number): Promise<JournalHead> {
  const appended = appendToJournal(scope, head, events(from, to));
  await store.commit(appended.writes);
  return appended.head;
}

const read = async (store: Store, head = EMPTY_JOURNAL) =>
  (await Array.fromAsync(readJournal<{ seq: number }>(store, scope, head))).map(({ event }) => event.seq);

Deno.test("what was appended in parts reads back in order, from the start or from any head", async () => {
  const store = createMemoryStore();
  const middle = await write(store, EMPTY_JOURNAL, 1, 5);
  const end = await write(store, middle, 6, 9);
  assert.deepEqual(await read(store), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(await read(store, middle), [6, 7, 8, 9]);
  const whole = appendToJournal(scope, EMPTY_JOURNAL, [...events(1, 5), ...events(6, 9)]);
  assert.equal(end.hash, whole.head.hash);
});

Deno.test("an entry that does not follow is refused before it is written", () => {
  assert.throws(() => appendToJournal(scope, EMPTY_JOURNAL, events(2, 2)), /entry 2 cannot follow 0/);
});

for (
  const [name, damage, says] of [
    ["changed", { line: '{"seq":3,"atMs":99}', hash: "" }, /damaged at entry 3: its hash/],
    ["missing", null, /damaged at entry 3: it is missing, 4 comes next/],
    ["something else", 42, /damaged at entry 3: it is no journal entry/],
  ] as const
) {
  Deno.test(`a journal with an entry that is ${name} is refused, with its number and what to do`, async () => {
    const store = createMemoryStore();
    await write(store, EMPTY_JOURNAL, 1, 5);
    const key = keyOf(scope, "journal", 3);
    const { hash } = await store.get(key) as { hash: string };
    await store.commit([
      damage === null
        ? { op: "delete", key }
        : { op: "set", key, value: typeof damage === "object" ? { ...damage, hash } : damage },
    ]);
    await assert.rejects(
      read(store),
      (error) => error instanceof JournalDamaged && says.test(error.message) && /--state/.test(error.message),
    );
  });
}
