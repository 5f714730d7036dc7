/**
 * How orders are worked. Money limits live with the risk limits; these numbers say how patient and how stubborn we are.
 */
import { type UsdMicros, ZERO_USD } from "../money.ts";
import { SECOND_MS } from "../time.ts";

export interface ExitRung {
  /** Limit below the bid, so that it crosses unless the market runs faster than this. */
  readonly offsetBps: number;
  /** After this the next rung is tried; after the last one the rest goes at market. */
  readonly waitMs: number;
}

export interface ExecutionSettings {
  /** `maker` rests at the bid and is re-quoted; `taker` crosses with a limit, as where nothing rests. */
  readonly entryStyle: "maker" | "taker";
  /** An entry that is not filled by then is cancelled. */
  readonly entryWorkMs: number;
  /** A resting entry that the bid has left is moved after this time, or at once when the bid is further away than the move. */
  readonly requoteAfterMs: number;
  readonly requoteMoveBps: number;
  readonly requotesMax: number;
  /** Cost budget of one intent: how far above the first price its entry may go. Sized and reserved for from the start. */
  readonly chaseMaxBps: number;
  /** Which leg of the bracket rests at the venue; the other is watched by us. Only one can: it locks the coins. */
  readonly restingLeg: "take_profit" | "stop_loss";
  /** How long a triggered stop at the venue may take before we sell ourselves. */
  readonly venueStopWaitMs: number;
  readonly exitLadder: readonly ExitRung[];
  /** Pause after the venue refused an exit, longer with each refusal. */
  readonly exitRetryMs: number;
  /** Silence after which a submit or a cancel is in doubt, and the pause between look-ups of an order in doubt. */
  readonly answerTimeoutMs: number;
  readonly queryEveryMs: number;
  /** How often the books are compared with the venue's balances. */
  readonly compareEveryMs: number;
  /** Difference in cash that counts as none: venues round their balances. */
  readonly cashToleranceUsdMicros: UsdMicros;
  /** Slippage per side to expect until enough fills of our own are known. */
  readonly slippageBps: number;
}

export const DEFAULT_EXECUTION: ExecutionSettings = {
  entryStyle: "maker",
  entryWorkMs: 45 * SECOND_MS,
  requoteAfterMs: 8 * SECOND_MS,
  requoteMoveBps: 3,
  requotesMax: 4,
  chaseMaxBps: 8,
  restingLeg: "take_profit",
  venueStopWaitMs: 3 * SECOND_MS,
  exitLadder: [{ offsetBps: 5, waitMs: 1_500 }, { offsetBps: 30, waitMs: 1_500 }],
  exitRetryMs: 2 * SECOND_MS,
  answerTimeoutMs: 10 * SECOND_MS,
  queryEveryMs: 5 * SECOND_MS,
  compareEveryMs: 60 * SECOND_MS,
  cashToleranceUsdMicros: ZERO_USD,
  slippageBps: 5,
};
