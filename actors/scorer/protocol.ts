/** What the scorer is asked and what it answers: one question, one verdict, always before the deadline. */
import type { Verdict, VerdictQuestion } from "../../core/verdict/types.ts";

export interface VerdictAsk {
  readonly type: "verdict.ask";
  readonly question: VerdictQuestion;
  /** Value of the answer: higher is asked first. */
  readonly priority: number;
  /** From now; the answer after it would not be used. */
  readonly deadlineMs: number;
}

/** The answer to `verdict.ask`. A failure is a verdict too: `flat` with the reason in `abstain`. */
export type VerdictAnswer = Verdict;

/** Told to the supervisor when it changed, at most twice a second. */
export interface ScorerStatus {
  readonly type: "scorer.status";
  readonly provider: Verdict["provider"];
  readonly model: string;
  readonly waiting: number;
  readonly running: number;
  readonly oldestWaitMs: number;
  readonly answered: number;
  readonly timedOut: number;
  readonly overflowed: number;
  readonly failed: number;
}
