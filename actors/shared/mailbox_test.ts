import assert from "node:assert/strict";
import { createMailbox, MailboxOverflow } from "./mailbox.ts";

const isQuote = (item: string) => item.startsWith("q");

Deno.test("a full mailbox drops its oldest quote and keeps every command in order", () => {
  const box = createMailbox<string>({ limit: 4, mayDrop: isQuote });
  for (const item of ["c1", "q1", "q2", "c2", "q3", "c3"]) box.push(item);
  assert.equal(box.dropped, 2);
  assert.deepEqual(Array.from({ length: box.length }, () => box.shift()), ["c1", "c2", "q3", "c3"]);
  assert.equal(box.shift(), undefined);
});

Deno.test("a mailbox full of commands refuses the next one instead of growing", () => {
  const box = createMailbox<string>({ limit: 2, mayDrop: isQuote });
  box.push("c1");
  box.push("c2");
  assert.throws(() => box.push("c3"), MailboxOverflow);
  assert.equal(box.length, 2);
});

Deno.test("a mailbox stays in order over many laps", () => {
  const box = createMailbox<number>({ limit: 5_000, mayDrop: () => false });
  let next = 0;
  let read = 0;
  for (let lap = 0; lap < 200; lap++) {
    for (let i = 0; i < 37; i++) box.push(next++);
    for (let i = 0; i < 36; i++) assert.equal(box.shift(), read++);
  }
  assert.equal(box.length, next - read);
});
