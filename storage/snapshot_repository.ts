/**
 * Snapshots to resume from: a few of the newest per owner, so that one at or before the broker's last durable frame is
 * always among them, however far the recorder ran ahead. A snapshot is serialised and cut into pieces, since a KV value
 * holds 64 KiB; its pieces are written in one commit.
 */
import { deserialize, serialize } from "node:v8";
import type { Store, Write } from "../core/ports/store.ts";
import type { UtcMs } from "../core/time.ts";
import { keyOf, type Kind, type RunScope } from "./keys.ts";

const KEPT = 4;
const PIECE_BYTES = 60_000;

export interface SnapshotRepository {
  writes(owner: string, atMs: UtcMs, snapshot: unknown): Promise<{ writes: Write[]; bytes: number }>;
  /** The newest one at or before `atOrBeforeMs`. */
  find(owner: string, atOrBeforeMs: UtcMs): Promise<{ atMs: UtcMs; snapshot: unknown } | null>;
}

export function snapshotRepository(store: Store, scope: RunScope, kind: Kind): SnapshotRepository {
  const known = new Map<string, Map<UtcMs, number>>();

  /** Times of the stored snapshots of an owner and the pieces that each has. */
  const stored = async (owner: string): Promise<Map<UtcMs, number>> => {
    let pieces = known.get(owner);
    if (!pieces) {
      pieces = new Map();
      for await (const { key } of store.list({ prefix: keyOf(scope, kind, owner) })) {
        const atMs = key[key.length - 2] as UtcMs;
        pieces.set(atMs, (pieces.get(atMs) ?? 0) + 1);
      }
      known.set(owner, pieces);
    }
    return pieces;
  };

  return {
    async writes(owner, atMs, snapshot) {
      const bytes = serialize(snapshot);
      const count = Math.ceil(bytes.length / PIECE_BYTES);
      const writes: Write[] = Array.from({ length: count }, (_, n) => ({
        op: "set",
        key: keyOf(scope, kind, owner, atMs, n),
        value: new Uint8Array(bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES)),
      }));
      const pieces = await stored(owner);
      const remove = (oldAtMs: UtcMs, from: number) => {
        for (let n = from; n < pieces.get(oldAtMs)!; n++) {
          writes.push({ op: "delete", key: keyOf(scope, kind, owner, oldAtMs, n) });
        }
      };
      if (pieces.has(atMs)) remove(atMs, count);
      pieces.set(atMs, count);
      for (const oldAtMs of [...pieces.keys()].sort((a, b) => a - b).slice(0, -KEPT)) {
        remove(oldAtMs, 0);
        pieces.delete(oldAtMs);
      }
      return { writes, bytes: bytes.length };
    },
    async find(owner, atOrBeforeMs) {
      const prefix = keyOf(scope, kind, owner);
      for await (const newest of store.list({ prefix, to: atOrBeforeMs + 1, reverse: true, limit: 1 })) {
        const atMs = newest.key[newest.key.length - 2] as UtcMs;
        const pieces: Uint8Array[] = [];
        for await (const { value } of store.list({ prefix: [...prefix, atMs] })) pieces.push(value as Uint8Array);
        return { atMs, snapshot: deserialize(concat(pieces)) };
      }
      return null;
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
