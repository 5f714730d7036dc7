/**
 * Read access to the features of the newest closed candle. Values live in one Float64Array; `NaN` means "not warm yet"
 * and never leaves this folder unmarked: `value()` gives `null` for it.
 */
export interface FeatureView {
  /** Number of closed candles seen, the newest included. */
  readonly count: number;
  /** The raw slot, `NaN` while warming up. Hot paths read this. */
  at(feature: FeatureName): number;
}

/** Names end in their unit; prices in USD, ratios 0..1. The order is the order of slots and of prompts. */
export const FEATURE_NAMES = [
  "closeUsd",
  "vwapUsd",
  "ema9Usd",
  "ema20Usd",
  "atr14Usd",
  "rsi14",
  "realizedVolRatio",
  "volumeZ",
  "vwapSlopeAtr",
  "atrPercentileRatio",
  "volRatio",
] as const;

export type FeatureName = typeof FEATURE_NAMES[number];
