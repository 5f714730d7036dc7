import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { canonicalJson, sha256Hex } from "./sha256.ts";

Deno.test("sha256Hex() gives the vectors of FIPS 180-4", () => {
  // deno-fmt-ignore
  const vectors = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ];
  for (const [text, want] of vectors) assert.equal(sha256Hex(text), want);
});

Deno.test("sha256Hex() equals the platform's for every length around a block boundary and for UTF-8", () => {
  for (let n = 0; n <= 200; n++) {
    const text = "é€x".repeat(n).slice(0, n);
    assert.equal(sha256Hex(text), createHash("sha256").update(text).digest("hex"), `length ${n}`);
  }
});

Deno.test("canonicalJson() gives equal text for equal data in any key order, also nested", () => {
  assert.equal(canonicalJson({ b: [{ y: 1, x: null }], a: 2 }), '{"a":2,"b":[{"x":null,"y":1}]}');
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }));
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});
