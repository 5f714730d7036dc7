import { computed, Signal, signal } from "@preact/signals";
import assert from "node:assert/strict";
import { h } from "preact";
import { readProps, writeProps } from "./props.ts";

function roundTrip<T extends Record<string, unknown>>(...all: T[]): T[] {
  return readProps(writeProps(all.map((props) => ({ island: "X", props })))) as T[];
}

Deno.test("props: a signal given to two islands stays one signal", () => {
  const shared = signal({ n: 1 });
  const [one, two] = roundTrip({ a: shared, b: [shared] }, { a: shared, b: [] });
  assert.ok(one.a instanceof Signal);
  assert.equal(one.a, two.a);
  assert.equal(one.a, one.b[0]);
  assert.deepEqual(one.a.value, { n: 1 });
});

Deno.test("props: a computed signal arrives as a read-only value", () => {
  const [{ total }] = roundTrip({ total: computed(() => 6 * 7) });
  assert.equal(total.value, 42);
  assert.throws(() => (total as { value: number }).value = 1, TypeError);
});

Deno.test("props: a view is sent without the rest of its buffer", () => {
  const [{ view }] = roundTrip({ view: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) });
  assert.deepEqual(view, new Uint8Array([1, 2]));
  assert.equal(view.buffer.byteLength, 2);
});

class Account {}

// deno-fmt-ignore
const REFUSED: [name: string, value: unknown, message: RegExp][] = [
  ["a function",                    () => 1,                 /function.* \(at .*deep/],
  ["a class instance",              new Account(),           /non-POJO.* \(at .*deep/],
  ["an error",                      new Error("x"),          /non-POJO/],
  ["a promise",                     Promise.resolve(),       /Promise/],
  ["a symbol",                      Symbol("x"),             /Symbol/],
  ["JSX",                           h("p", null),            /JSX/],
  ["an object without a prototype", Object.create(null),     /without a prototype/],
  ["a DataView of a part",          new DataView(new ArrayBuffer(8), 4), /DataView|ArrayBuffer/],
];
for (const [name, value, message] of REFUSED) {
  Deno.test(`props: ${name} is refused with the name of its island`, () => {
    const write = () => writeProps([{ island: "Good", props: { a: 1 } }, { island: "Bad", props: { deep: [value] } }]);
    assert.throws(
      write,
      (error: Error) => /^Cannot send the props of island Bad /.test(error.message) && message.test(error.message),
    );
  });
}
