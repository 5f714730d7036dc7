/**
 * One commit at a time, with everything that came in meanwhile: an fsync costs the same for one write as for hundreds, and
 * a timer would only add its own delay.
 */
import type { Store, Write } from "../core/ports/store.ts";

/** Writes in one commit at most; Deno KV takes 1,000 mutations or 800 KiB. */
const BATCH_WRITES_MAX = 400;
const BATCH_BYTES_MAX = 500_000;

export interface WriteLoop {
  /** Queues writes that belong together: they are committed in one atomic step, after all that was queued before. */
  add(writes: readonly Write[], bytes: number, stored?: () => void): void;
  /** Resolves when everything added so far is on disk; rejects when the store failed. */
  flush(): Promise<void>;
  readonly waiting: number;
}

interface Group {
  readonly writes: readonly Write[];
  readonly bytes: number;
  readonly stored?: () => void;
}

/** `failed` is called once, when a commit fails; nothing is written after that. */
export function createWriteLoop(store: Store, failed: (cause: unknown) => void): WriteLoop {
  let queue: Group[] = [];
  let running: Promise<void> | null = null;
  let broken: unknown = null;

  const run = async () => {
    try {
      while (queue.length > 0) {
        const batch = takeBatch();
        await store.commit(batch.flatMap(({ writes }) => writes));
        for (const { stored } of batch) stored?.();
      }
    } catch (cause) {
      broken = cause ?? new Error("commit failed");
      failed(broken);
    } finally {
      running = null;
    }
  };

  const takeBatch = (): Group[] => {
    let count = 0;
    let bytes = 0;
    let end = 0;
    while (end < queue.length) {
      count += queue[end].writes.length;
      bytes += queue[end].bytes;
      if (end > 0 && (count > BATCH_WRITES_MAX || bytes > BATCH_BYTES_MAX)) break;
      end++;
    }
    const batch = queue.slice(0, end);
    queue = queue.slice(end);
    return batch;
  };

  return {
    add(writes, bytes, stored) {
      if (broken !== null) return;
      queue.push({ writes, bytes, stored });
      running ??= Promise.resolve().then(run); // whatever else this turn adds joins the first commit
    },
    async flush() {
      while (running) await running;
      if (broken !== null) throw new Error("the store failed", { cause: broken });
    },
    get waiting() {
      return queue.length;
    },
  };
}
