/**
 * Snapshots to resume from: a few of the newest per owner, so that one at or before the broker's last durable frame is
 * always among them, however far the recorder ran ahead.
 */
import type { Store, Write } from "../core/ports/store.ts";
import type { UtcMs } from "../core/time.ts";
import { keyOf, type Kind, type RunScope } from "./keys.ts";

const KEPT = 4;

export interface SnapshotRepository {
  writes(owner: string, atMs: UtcMs, snapshot: unknown): Promise<Write[]>;
  /** The newest one at or before `atOrBeforeMs`. */
  find(owner: string, atOrBeforeMs: UtcMs): Promise<{ atMs: UtcMs; snapshot: unknown } | null>;
}

export function snapshotRepository(store: Store, scope: RunScope, kind: Kind): SnapshotRepository {
  const known = new Map<string, UtcMs[]>();

  const times = async (owner: string): Promise<UtcMs[]> => {
    let atMs = known.get(owner);
    if (!atMs) {
      const entries = await Array.fromAsync(store.list({ prefix: keyOf(scope, kind, owner) }));
      atMs = entries.map(({ key }) => key[key.length - 1] as UtcMs);
      known.set(owner, atMs);
    }
    return atMs;
  };

  return {
    async writes(owner, atMs, snapshot) {
      const stored = await times(owner);
      if (!stored.includes(atMs)) stored.push(atMs);
      stored.sort((a, b) => a - b);
      const old = stored.splice(0, Math.max(0, stored.length - KEPT));
      return [
        { op: "set", key: keyOf(scope, kind, owner, atMs), value: snapshot },
        ...old.map((oldAtMs): Write => ({ op: "delete", key: keyOf(scope, kind, owner, oldAtMs) })),
      ];
    },
    async find(owner, atOrBeforeMs) {
      const list = store.list({ prefix: keyOf(scope, kind, owner), to: atOrBeforeMs + 1, reverse: true, limit: 1 });
      for await (const { key, value } of list) return { atMs: key[key.length - 1] as UtcMs, snapshot: value };
      return null;
    },
  };
}
