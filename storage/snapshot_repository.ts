/**
 * Snapshots to resume from: a few of the newest per owner, so that one at or before the broker's last durable frame is
 * always among them, however far the recorder ran ahead.
 */
import type { Store, Write } from "../core/ports/store.ts";
import { blobWrites, readBlob } from "./blob.ts";
import { keyOf, type Kind, type RunScope } from "./keys.ts";

const KEPT = 4;

export interface SnapshotRepository {
  /** `at` orders the snapshots of an owner: a time, or a journal number. */
  writes(owner: string, at: number, snapshot: unknown): Promise<{ writes: Write[]; bytes: number }>;
  /** The newest one at or before `atOrBefore`. */
  find(owner: string, atOrBefore: number): Promise<{ at: number; snapshot: unknown } | null>;
}

export function snapshotRepository(store: Store, scope: RunScope, kind: Kind): SnapshotRepository {
  const known = new Map<string, Map<number, number>>();

  /** Places of the stored snapshots of an owner and the pieces that each has. */
  const stored = async (owner: string): Promise<Map<number, number>> => {
    let pieces = known.get(owner);
    if (!pieces) {
      pieces = new Map();
      for await (const { key } of store.list({ prefix: keyOf(scope, kind, owner) })) {
        const at = key[key.length - 2] as number;
        pieces.set(at, (pieces.get(at) ?? 0) + 1);
      }
      known.set(owner, pieces);
    }
    return pieces;
  };

  return {
    async writes(owner, at, snapshot) {
      const pieces = await stored(owner);
      const blob = blobWrites(keyOf(scope, kind, owner, at), snapshot, pieces.get(at) ?? 0);
      const writes = [...blob.writes];
      pieces.set(at, blob.pieces);
      for (const old of [...pieces.keys()].sort((a, b) => a - b).slice(0, -KEPT)) {
        for (let n = 0; n < pieces.get(old)!; n++) {
          writes.push({ op: "delete", key: keyOf(scope, kind, owner, old, n) });
        }
        pieces.delete(old);
      }
      return { writes, bytes: blob.bytes };
    },
    async find(owner, atOrBefore) {
      const prefix = keyOf(scope, kind, owner);
      for await (const { key } of store.list({ prefix, to: atOrBefore + 1, reverse: true, limit: 1 })) {
        const at = key[key.length - 2] as number;
        return { at, snapshot: (await readBlob(store, [...prefix, at]))!.value };
      }
      return null;
    },
  };
}
