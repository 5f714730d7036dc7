/**
 * When the program ends, is it started again? Pure. The guardian is the last resort: it heals what the supervisor cannot,
 * such as a heap that ran out or a thread that cannot be stopped, and it must not hide a fault by restarting for ever.
 *
 * ```
 * running ─exit 0, 2, 130, 143─▶ over                    done, bad input, told to stop
 *    │
 *    └─crash, kill, asked to─▶ started again, at once ─▶ after `calm` restarts in the window: again, entries frozen
 *                                                    └─▶ after `last`: over, with an alarm
 * ```
 */
export interface GuardianPolicy {
  readonly windowMs: number;
  /** So many restarts in the window are part of life. */
  readonly calm: number;
  /** From so many on, something is wrong that restarting does not cure. */
  readonly last: number;
}

/** The program asks for a fresh start of itself with this code. */
export const EXIT_RESTART = 75;
export const EXIT_BAD_INPUT = 2;

export interface Exit {
  readonly code: number;
  readonly signal: string | null;
}

export type GuardianDecision =
  | { readonly action: "over"; readonly code: number; readonly text: string | null }
  | { readonly action: "start"; readonly frozen: boolean; readonly text: string };

/** `restartsAtMs` are the times of earlier restarts; `stopping` is set once the guardian itself was told to end. */
export function afterExit(
  exit: Exit,
  { restartsAtMs, nowMs, stopping, policy }: {
    readonly restartsAtMs: readonly number[];
    readonly nowMs: number;
    readonly stopping: boolean;
    readonly policy: GuardianPolicy;
  },
): GuardianDecision {
  if (stopping) return { action: "over", code: exit.code, text: null };
  const how = exit.signal ? `killed by ${exit.signal}` : `exit code ${exit.code}`;
  if (exit.signal === null && (exit.code === 0 || exit.code === EXIT_BAD_INPUT)) {
    return { action: "over", code: exit.code, text: null };
  }
  if (exit.signal === "SIGINT" || exit.signal === "SIGTERM" || exit.code === 130 || exit.code === 143) {
    return { action: "over", code: exit.code, text: null };
  }
  const inWindow = restartsAtMs.filter((atMs) => nowMs - atMs < policy.windowMs).length + 1;
  if (inWindow > policy.last) {
    return {
      action: "over",
      code: 1,
      text:
        `grodt has ended ${inWindow} times in ${policy.windowMs / 60_000} minutes (${how}) and is not started again. ` +
        `Look at the log, then start it by hand`,
    };
  }
  const frozen = inWindow > policy.calm;
  return {
    action: "start",
    frozen,
    text: `grodt has ended (${how}) and is started again, restart ${inWindow} in this window` +
      (frozen ? ", with new entries frozen" : ""),
  };
}
