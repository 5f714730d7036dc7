/** A clock that moves only when told to; timers run in the order in which they fall due. */
import type { Clock } from "../../core/ports/clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  readonly pending: number;
}

export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let timers: { dueMs: number; task: () => void; order: number }[] = [];
  let order = 0;
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(afterMs, task) {
      const timer = { dueMs: nowMs + Math.max(0, afterMs), task, order: order++ };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const due = timers.filter(({ dueMs }) =>
          dueMs <= untilMs
        ).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        nowMs = due.dueMs;
        due.task();
        await settle();
      }
      nowMs = untilMs;
    },
    get pending() {
      return timers.length;
    },
  };
}
