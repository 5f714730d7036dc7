import assert from "node:assert/strict";
import { orderId } from "./order_id.ts";

Deno.test("orderId() gives a UUID of version 8 that depends on nonce and sequence alone", () => {
  const id = orderId("0123456789abcdef", 1);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(orderId("0123456789abcdef", 1), id);
  assert.notEqual(orderId("0123456789abcdef", 2), id);
  assert.notEqual(orderId("0123456789abcdeg", 1), id);
});

Deno.test("orderId() never repeats over sessions that each count from one", () => {
  const seen = new Set<string>();
  for (let session = 0; session < 50; session++) {
    for (let sequence = 1; sequence <= 100; sequence++) seen.add(orderId(`nonce of session ${session}`, sequence));
  }
  assert.equal(seen.size, 5_000);
});

Deno.test("nonce and sequence cannot run into each other", () => {
  assert.notEqual(orderId("0123456789abcdef 1", 2), orderId("0123456789abcdef", 12));
});

Deno.test("orderId() refuses a nonce that is too short to be unique", () => {
  assert.throws(() => orderId("short", 1), /at least 16 characters/);
});
