/** The machine's clock and timers: the only place outside tests that reads them for actors. */
import type { Clock } from "../core/ports/clock.ts";

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(afterMs, task) {
    const id = setTimeout(task, Math.max(0, afterMs));
    return () => clearTimeout(id);
  },
};
