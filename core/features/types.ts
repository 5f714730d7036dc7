/**
 * The features by name, and read access to those of one closed candle. Values live in one Float64Array; `NaN` means "not
 * warm yet" inside this folder and in the hot paths of strategies, and `null` everywhere else.
 */

/**
 * Names end in their unit; prices in USD, ratios 0..1, RSI 0..100. The order is the order of slots, of records and of
 * prompts.
 *  - `closeUsd` close of the candle
 *  - `vwapUsd` Σ(typical price × volume) / Σ volume since 00:00 UTC, typical price = (high + low + close) / 3; while the day
 *    has no volume at all, the plain mean of its typical prices
 *  - `ema9Usd`, `ema20Usd` exponential averages of the close, weight 2/(n+1), seeded with the mean of the first n closes
 *  - `atr14Usd` Wilder's average true range, seeded with the mean of the first 14 true ranges
 *  - `rsi14` Wilder's relative strength index, seeded alike; 50 where nothing moved
 *  - `realizedVolRatio` root of the sum of the last 60 squared log returns, not annualised
 *  - `volumeZ` standard score of the volume among the last 60 (population deviation); 0 where all are equal
 *  - `vwapSlopeAtr` change of the VWAP over the look-back, in ATR per candle; not defined until the UTC day is older than
 *    the look-back; 0 where ATR is 0
 *  - `atrPercentileRatio` percentile rank of the ATR among the last N
 *  - `volRatio` root mean square log return of the last 60 candles over that of the long window; 1 where nothing moved
 *  - `priorHighUsd` highest high of the 20 candles before this one
 */
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
  "priorHighUsd",
] as const;

export type FeatureName = typeof FEATURE_NAMES[number];

export const FEATURE_COUNT = FEATURE_NAMES.length;

/** Slot of each feature, counted from the view's `offset`. Hot paths read `values[offset + SLOT.vwapUsd]`. */
export const SLOT = Object.fromEntries(FEATURE_NAMES.map((name, slot) => [name, slot])) as Readonly<
  Record<FeatureName, number>
>;

/** The features of the newest closed candle. The owner writes the next candle's values into the same memory. */
export interface FeatureView {
  readonly values: Float64Array;
  readonly offset: number;
}

/** One feature, `null` while it is not warm. */
export function featureOf(view: FeatureView, name: FeatureName): number | null {
  const value = view.values[view.offset + SLOT[name]];
  return Number.isNaN(value) ? null : value;
}

/** All features by name as plain data, for records, prompts and pages. */
export function featureRecord(view: FeatureView): Record<FeatureName, number | null> {
  const record = {} as Record<FeatureName, number | null>;
  for (const name of FEATURE_NAMES) record[name] = featureOf(view, name);
  return record;
}
