/**
 * Joins what the strategy, the news and the model say about one entry signal into one confidence and one yes or no. Always
 * true:
 *  - a veto holds under every policy but `off`, and a missing verdict is never better than a bad one;
 *  - only `weighted` can lift a technical score over the confidence limit;
 *  - the three contributions add up to the confidence, so the page can show where it came from;
 *  - only numbers and closed codes are read, never a text of the model or of the news.
 *
 * | policy      | confidence                                           | who can say no                       |
 * | ----------- | ---------------------------------------------------- | ------------------------------------ |
 * | `veto_only` | the technical score                                  | verdict, news, the confidence limit  |
 * | `weighted`  | weighted mean of the voices that are present         | the same                             |
 * | `off`       | the technical score                                  | the confidence limit alone           |
 *
 * `veto_only` is the default: a model earns weight when its calibration on closed trades has shown that it deserves it.
 */
import type { Unit } from "../strategy/types.ts";
import type { AbstainCode, Verdict } from "../verdict/types.ts";

export type FusionPolicy = "veto_only" | "weighted" | "off";

export interface FusionConfig {
  readonly policy: FusionPolicy;
  /** Least confidence, 0..1; equal passes. */
  readonly minConfidence: number;
  /** A verdict below this probability, 0..1, is a veto; equal passes. */
  readonly minProbability: number;
  /** A news score at or below this, -1..1, is a veto. */
  readonly newsVetoAtOrBelow: number;
  /** What it means that the model looked and had no opinion (`no_edge`, `conflict`). */
  readonly onAbstain: "ignore" | "veto";
  /** What it means that there is no verdict, or none that counts (timeout, invalid output, stale data and the like). */
  readonly onFault: "ignore" | "veto";
  /** Used by `weighted` alone; at least 0, `technical` above 0. */
  readonly weights: { readonly technical: number; readonly news: number; readonly verdict: number };
}

export const DEFAULT_FUSION: FusionConfig = {
  policy: "veto_only",
  minConfidence: 0.55, // 0.5 is barely a signal
  minProbability: 0.45, // below it the model thinks that the trade loses after costs, with room for its error
  newsVetoAtOrBelow: -0.6, // hacks, delistings, insolvency; ordinary bad news stays above
  onAbstain: "ignore", // a model without an opinion leaves the technical decision as it is
  onFault: "veto", // no verdict, no entry: an outage of the scorer must not loosen anything
  weights: { technical: 0.6, news: 0.1, verdict: 0.3 },
};

/** What the news say about the symbol: -1 very bad .. 1 very good, and how fresh that is, 0..1. */
export interface NewsScore {
  readonly score: number;
  readonly freshness: number;
}

export interface FusionInput {
  /** Score of the entry signal, 0..1. */
  readonly technicalScore: number;
  /** `null` where there are no news, or none young enough to matter. */
  readonly news: NewsScore | null;
  /** `null` where no verdict came at all. */
  readonly verdict: Pick<Verdict, "direction" | "probability" | "abstain"> | null;
}

export type FusionCode =
  | "FUSED"
  | "VERDICT_MISSING"
  | "VERDICT_FAULT"
  | "VERDICT_ABSTAINED"
  | "VERDICT_FLAT"
  | "VERDICT_IMPROBABLE"
  | "NEWS_VETO"
  | "CONFIDENCE_TOO_LOW";

export interface FusionResult {
  readonly pass: boolean;
  /** 0..1 */
  readonly confidence: number;
  /** Shares of the confidence by voice; they add up to it. */
  readonly contributions: { readonly technical: number; readonly news: number; readonly verdict: number };
  readonly reason: {
    readonly code: FusionCode;
    readonly value: number | null;
    readonly limit: number | null;
    readonly unit: Unit;
  };
}

/** Codes that are an opinion of the model; every other abstention is a fault. */
const OPINIONS: readonly AbstainCode[] = ["no_edge", "conflict"];

/** Throws on a configuration that makes no sense, naming the field. */
export function checkFusion(config: FusionConfig): void {
  const within = (field: string, value: number, min: number, max: number) => {
    if (!(value >= min && value <= max)) {
      throw new RangeError(`Fusion: ${field} must be from ${min} to ${max}, got ${value}`);
    }
  };
  within("minConfidence", config.minConfidence, 0, 1);
  within("minProbability", config.minProbability, 0, 1);
  within("newsVetoAtOrBelow", config.newsVetoAtOrBelow, -1, 1);
  within("weights.technical", config.weights.technical, 1e-6, 1e6);
  within("weights.news", config.weights.news, 0, 1e6);
  within("weights.verdict", config.weights.verdict, 0, 1e6);
}

/** Fuses the voices on one entry signal. Exits are never asked about: nothing may talk us out of leaving. */
export function fuse(input: FusionInput, config: FusionConfig): FusionResult {
  checkInput(input);
  const contributions = contributionsOf(input, config);
  // A mean of ones may come out an ulp above one.
  const confidence = Math.min(1, contributions.technical + contributions.news + contributions.verdict);
  const reason = (config.policy === "off" ? null : veto(input, config)) ??
    (confidence < config.minConfidence
      ? { code: "CONFIDENCE_TOO_LOW", value: confidence, limit: config.minConfidence, unit: "ratio" } as const
      : null);
  return {
    pass: reason === null,
    confidence,
    contributions,
    reason: reason ?? { code: "FUSED", value: confidence, limit: config.minConfidence, unit: "ratio" },
  };
}

function contributionsOf(input: FusionInput, config: FusionConfig): FusionResult["contributions"] {
  if (config.policy !== "weighted") return { technical: input.technicalScore, news: 0, verdict: 0 };
  const { news, verdict } = input;
  const technicalWeight = config.weights.technical;
  const newsWeight = news === null ? 0 : config.weights.news * news.freshness;
  const verdictWeight = verdict === null || verdict.abstain !== null ? 0 : config.weights.verdict;
  const total = technicalWeight + newsWeight + verdictWeight;
  return {
    technical: (technicalWeight / total) * input.technicalScore,
    news: news === null ? 0 : (newsWeight / total) * ((news.score + 1) / 2),
    verdict: verdict === null ? 0 : (verdictWeight / total) * verdict.probability,
  };
}

function veto({ news, verdict }: FusionInput, config: FusionConfig): FusionResult["reason"] | null {
  const none = { value: null, limit: null, unit: "ratio" } as const;
  if (news !== null && news.score <= config.newsVetoAtOrBelow) {
    return { code: "NEWS_VETO", value: news.score, limit: config.newsVetoAtOrBelow, unit: "ratio" };
  }
  if (verdict === null) return config.onFault === "veto" ? { code: "VERDICT_MISSING", ...none } : null;
  if (verdict.abstain !== null) {
    const opinion = OPINIONS.includes(verdict.abstain);
    if ((opinion ? config.onAbstain : config.onFault) === "ignore") return null;
    return { code: opinion ? "VERDICT_ABSTAINED" : "VERDICT_FAULT", ...none };
  }
  const odds = { value: verdict.probability, limit: config.minProbability, unit: "ratio" } as const;
  if (verdict.direction === "flat") return { code: "VERDICT_FLAT", ...odds };
  if (verdict.probability < config.minProbability) return { code: "VERDICT_IMPROBABLE", ...odds };
  return null;
}

function checkInput({ technicalScore, news, verdict }: FusionInput): void {
  const within = (field: string, value: number, min: number) => {
    if (!(value >= min && value <= 1)) throw new RangeError(`Fusion: ${field} must be from ${min} to 1, got ${value}`);
  };
  within("technicalScore", technicalScore, 0);
  if (news !== null) {
    within("news.score", news.score, -1);
    within("news.freshness", news.freshness, 0);
  }
  if (verdict !== null) within("verdict.probability", verdict.probability, 0);
}
