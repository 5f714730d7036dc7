/**
 * A verdict provider as a port: rules, a local model or a hosted one. It answers one question; queueing, deadlines and what
 * a failure means are the scorer's.
 */
import type { AbstainCode, Verdict, VerdictQuestion } from "../verdict/types.ts";

export interface ProviderAnswer {
  readonly direction: Verdict["direction"];
  readonly probability: number;
  readonly abstain: AbstainCode | null;
  readonly rationale: string;
}

export interface VerdictProvider {
  readonly provider: Verdict["provider"];
  readonly model: string;
  /** Must settle soon after `signal` aborts, so that its slot is free again. */
  answer(question: VerdictQuestion, options: { readonly signal: AbortSignal }): Promise<ProviderAnswer>;
}
