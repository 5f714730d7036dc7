/**
 * One value larger than a KV value may be (64 KiB): serialised, cut into pieces and written in one commit, under
 * `[...key, n]`. Keeps typed arrays, NaN and -0 as they are.
 */
import { deserialize, serialize } from "node:v8";
import type { Key, Store, Write } from "../core/ports/store.ts";

const PIECE_BYTES = 60_000;

/** Writes that store `value` under `key`; `piecesBefore` is how many pieces stand there now. */
export function blobWrites(
  key: Key,
  value: unknown,
  piecesBefore: number,
): { writes: Write[]; pieces: number; bytes: number } {
  const bytes = serialize(value);
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  const writes: Write[] = [];
  for (let n = 0; n < pieces; n++) {
    const value = new Uint8Array(bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES));
    writes.push({ op: "set", key: [...key, n], value });
  }
  for (let n = pieces; n < piecesBefore; n++) writes.push({ op: "delete", key: [...key, n] });
  return { writes, pieces, bytes: bytes.length };
}

/** The value under `key` and the number of its pieces; `null` when there is none. */
export async function readBlob(store: Store, key: Key): Promise<{ value: unknown; pieces: number } | null> {
  const pieces: Uint8Array[] = [];
  for await (const { value } of store.list({ prefix: key })) pieces.push(value as Uint8Array);
  if (pieces.length === 0) return null;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return { value: deserialize(whole), pieces: pieces.length };
}
