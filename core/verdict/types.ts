/**
 * What a scorer may say, and nothing else. A verdict is advice with a deadline: it names no price, quantity, symbol or
 * order type, so nothing of the kind can reach an order from a model.
 */
import type { UtcMs } from "../time.ts";

export type Direction = "long" | "flat";

/** Why a scorer gave no opinion. Only the first two are opinions of a model; the rest are faults. */
export type AbstainCode =
  | "no_edge"
  | "conflict"
  | "stale_data"
  | "injection_suspected"
  | "invalid_output"
  | "timeout"
  | "budget"
  | "overflow"
  | "model_unqualified"
  | "unavailable";

export interface Verdict {
  readonly verdictId: string;
  readonly direction: Direction;
  /** Probability, 0..1, that the net move over the horizon is positive after costs. */
  readonly probability: number;
  /** Set when `direction` is `flat` for want of an opinion. */
  readonly abstain: AbstainCode | null;
  /** Inert text for people. Never read by code, never fed back to a prompt unsanitised. */
  readonly rationale: string;
  readonly provider: "rules" | "ollama" | "openai";
  readonly model: string;
  readonly askedAtMs: UtcMs;
  readonly answeredAtMs: UtcMs;
  /** Wall time in the queue and in the model; 0 under a virtual clock with the rules provider. */
  readonly queueMs: number;
  readonly modelMs: number;
}

/** What the scorer is told. Relative and unit-bearing: no absolute price, no calendar date, no account figures. */
export interface VerdictQuestion {
  readonly decisionId: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly regime: "trend" | "range" | "none";
  readonly horizonMinutes: number;
  /** Named features, rounded and unit-bearing, in a fixed order. */
  readonly features: Readonly<Record<string, number | null>>;
  /** Technical score of the signal, 0..1. */
  readonly technicalScore: number;
  readonly expectedMoveBps: number;
  readonly roundTripCostBps: number;
}
