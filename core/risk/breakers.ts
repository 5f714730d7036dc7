/**
 * Breakers: faults of the world around us that stop entries until a person has looked. Each is a count or a measure against
 * a limit; what trips is latched by the broker with its reason and needs the reset ritual. Faults are remembered for one
 * window, so single hiccups pass.
 */
import type { Check } from "../execution/types.ts";
import type { UtcMs } from "../time.ts";
import { atMost } from "./check.ts";
import type { RiskLimits } from "./limits.ts";

export type FaultKind = "latency" | "api" | "model" | "feed" | "clock";

/** Instants of recent faults, oldest first. */
export type FaultLog = Record<FaultKind, UtcMs[]>;

export const createFaultLog = (): FaultLog => ({ latency: [], api: [], model: [], feed: [], clock: [] });

/** Reports out of limits within the window that are still taken for a hiccup: one bad sample may be the network. */
const OUT_OF_STEP_MAX = 2;

/** Notes a fault and answers how the breaker of its kind stands. */
export function noteFault(log: FaultLog, kind: FaultKind, atMs: UtcMs, limits: RiskLimits): Check {
  log[kind] = [...log[kind].filter((at) => at > atMs - limits.faultWindowMs), atMs];
  const count = log[kind].length;
  switch (kind) {
    case "latency":
      return atMost("latency_spikes", count, limits.latencySpikesMax, "count");
    case "api":
      return atMost("api_failures", count, limits.apiFailuresMax, "count");
    case "model":
      return atMost("model_failures", count, limits.modelFailuresMax, "count");
    case "feed":
      return atMost("feed_desync", count, OUT_OF_STEP_MAX, "count");
    case "clock":
      return atMost("clock_skew", count, OUT_OF_STEP_MAX, "count");
  }
}

/** A fill against the slippage of its kind; too few fills to know is no fault. */
export function slippageBreaker(z: number | null, limits: RiskLimits): Check | null {
  return z === null ? null : atMost("slippage_z", z, limits.slippageMaxZ, "z");
}
