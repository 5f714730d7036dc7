/**
 * Time as a port. The market's clock comes with the frames (virtual in simulation and replay); this one is the machine's,
 * used for heartbeats, deadlines, pacing and latency figures. Simulation replaces it by a manual one.
 */
import type { UtcMs } from "../time.ts";

export interface Clock {
  /** Wall clock; may jump. */
  nowMs(): UtcMs;
  /** Never goes back; for durations and deadlines. */
  monotonicMs(): number;
  /** Runs `task` once, `afterMs` from now at the earliest. Returns the way to cancel it. */
  after(afterMs: number, task: () => void): () => void;
}
