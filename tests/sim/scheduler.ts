/**
 * One thread in place of many: everything that would be delivered by the operating system or a clock waits here, and a
 * seeded choice says what comes next. Always true:
 *  - messages of one link arrive in the order in which they were sent, those of different links in any order;
 *  - a delivery takes a little time, and waiting for a timer takes the rest of it;
 *  - the same seed gives the same sequence.
 */
import { setImmediate } from "node:timers";
import type { Link } from "../../actors/shared/link.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Rng } from "../../core/rng.ts";

/** What a message between threads takes, as measured. */
const DELIVERY_MS = 0.05;

interface Lane {
  readonly waiting: unknown[];
  handler: ((message: unknown) => void) | null;
  open: boolean;
}

export interface Scheduler {
  readonly clock: Clock;
  /** A pair of connected ends, as a MessageChannel is. */
  channel(): { readonly port1: Link; readonly port2: Link };
  /** Delivers and lets time pass until `done` says so. Throws when nothing is left to happen before that. */
  runUntil(done: () => boolean, limits?: { readonly untilMs?: number }): Promise<void>;
  readonly delivered: number;
}

/** `startMs` is the wall time at which the world begins. */
export function createScheduler(rng: Rng, startMs: number): Scheduler {
  const lanes: Lane[] = [];
  let timers: { readonly dueMs: number; readonly order: number; readonly task: () => void }[] = [];
  let nowMs = startMs;
  let order = 0;
  let delivered = 0;

  const end = (own: Lane, other: Lane): Link => ({
    post: (message) => {
      if (other.open) other.waiting.push(copy(message));
    },
    onMessage: (handler) => {
      own.handler = handler;
    },
    close: () => {
      own.open = false;
      own.waiting.length = 0;
    },
  });

  const lane = (): Lane => {
    const made: Lane = { waiting: [], handler: null, open: true };
    lanes.push(made);
    return made;
  };

  /** Lets everything that only waits for promises come to rest. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  const deliverable = (): Lane[] => lanes.filter(({ waiting, handler, open }) => open && handler && waiting.length > 0);

  const earliest = () =>
    timers.reduce<typeof timers[number] | null>(
      (first, timer) =>
        !first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order)
          ? timer
          : first,
      null,
    );

  return {
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs - startMs,
      after(afterMs, task) {
        const timer = { dueMs: nowMs + Math.max(0, afterMs), order: order++, task };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    },
    channel() {
      const first = lane();
      const second = lane();
      return { port1: end(first, second), port2: end(second, first) };
    },
    async runUntil(done, { untilMs = Infinity } = {}) {
      await settle();
      while (!done()) {
        const ready = deliverable();
        const next = earliest();
        if (ready.length > 0 && !(next && next.dueMs <= nowMs)) {
          const chosen = ready[rng.int(ready.length)];
          delivered++;
          nowMs += DELIVERY_MS;
          chosen.handler!(chosen.waiting.shift());
        } else {
          if (!next) throw new Error("nothing is left to happen");
          if (next.dueMs > untilMs) return;
          timers = timers.filter((timer) => timer !== next);
          nowMs = Math.max(nowMs, next.dueMs);
          next.task();
        }
        await settle();
      }
    },
    get delivered() {
      return delivered;
    },
  };
}

/** A message as the other thread would get it. Ports are passed as they are; they stand only in these two. */
function copy(message: unknown): unknown {
  const { type, links, settings, port } = message as {
    type?: string;
    links?: unknown;
    settings?: unknown;
    port?: unknown;
  };
  if (type === "init") return { ...(message as object), links, settings: structuredClone(settings) };
  if (type === "link") return { ...(message as object), port };
  return structuredClone(message);
}
