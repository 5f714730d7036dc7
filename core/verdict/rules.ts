/**
 * The rules provider: a deterministic opinion from the same features a model would get, labelled as rules everywhere. It
 * keeps the whole path of a verdict in use on a machine without a model, and is the baseline a model has to beat.
 *
 * A logistic score of four readings, each clipped so that no single one decides: position of the fast average against the
 * slow one, slope of the VWAP, RSI away from its extremes, and room left after costs. The weights are plain judgement, not
 * fitted; calibration measures what they are worth.
 */
import type { ProviderAnswer } from "../ports/llm.ts";
import type { VerdictQuestion } from "./types.ts";

const clip = (value: number, bound: number): number => Math.max(-bound, Math.min(bound, value));

/** Probability of a net gain over the horizon, and the sum in words. Missing features give an abstention. */
export function ruleVerdict(question: VerdictQuestion): ProviderAnswer {
  const { features, regime, expectedMoveBps, roundTripCostBps, technicalScore } = question;
  const { emaGapAtr, vwapSlopeAtr, rsi14, vwapGapAtr } = features;
  if (emaGapAtr == null || vwapSlopeAtr == null || rsi14 == null || vwapGapAtr == null) {
    return { direction: "flat", probability: 0.5, abstain: "stale_data", rationale: "a feature is not warm yet" };
  }
  const room = expectedMoveBps > 0 ? 1 - roundTripCostBps / expectedMoveBps : -1;
  const trend = regime === "trend"
    ? 0.5 * clip(emaGapAtr, 2) + 4 * clip(vwapSlopeAtr, 0.1)
    : -0.35 * clip(vwapGapAtr, 3); // in a range the way back to the VWAP is the move
  const exhaustion = rsi14 > 75 ? -0.04 * (rsi14 - 75) : rsi14 < 25 && regime === "trend" ? -0.04 * (25 - rsi14) : 0;
  const sum = -0.4 + trend + exhaustion + 0.8 * clip(room, 1) + 1.2 * (technicalScore - 0.5);
  const probability = Math.round((1 / (1 + Math.exp(-sum))) * 1_000) / 1_000;
  const direction = probability > 0.5 ? "long" : "flat";
  return {
    direction,
    probability,
    abstain: direction === "flat" ? "no_edge" : null,
    rationale:
      `rules: ${regime} ${trend.toFixed(2)}, RSI ${exhaustion.toFixed(2)}, room after costs ${room.toFixed(2)}, ` +
      `signal ${technicalScore.toFixed(2)}`,
  };
}
