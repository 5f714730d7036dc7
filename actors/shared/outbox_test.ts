import assert from "node:assert/strict";
import { createOutbox, type Numbered, OutboxFull } from "./outbox.ts";

Deno.test("what was not acknowledged is sent again after the receiver is back, in order, and nothing else", () => {
  const sent: Numbered<string>[] = [];
  const outbox = createOutbox<string>({ limit: 10, post: (message) => sent.push(message) });
  for (const body of ["a", "b", "c"]) outbox.send(body);
  outbox.stored(1);
  sent.length = 0;
  outbox.resend();
  assert.deepEqual(sent.map(({ body }) => body), ["b", "c"]);
  outbox.stored(3);
  assert.equal(outbox.waiting, 0);
});

Deno.test("an outbox whose receiver stores nothing fails instead of growing", () => {
  const outbox = createOutbox<number>({ limit: 2, post: () => {} });
  outbox.send(1);
  outbox.send(2);
  assert.throws(() => outbox.send(3), OutboxFull);
});

Deno.test("a sender that outruns the disk waits until enough is stored", async () => {
  const outbox = createOutbox<number>({ limit: 10, post: () => {} });
  for (let n = 1; n <= 5; n++) outbox.send(n);
  let below = false;
  const waited = outbox.below(3).then(() => below = true);
  outbox.stored(2);
  await Promise.resolve();
  assert.equal(below, false);
  outbox.stored(3);
  await waited;
  await outbox.below(3);
});
