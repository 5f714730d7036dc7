/**
 * The state of the market, from three numbers: T1 the slope of the VWAP (absolute, in ATR per candle), T2 the percentile of
 * the ATR, T3 short over long volatility. Always true:
 *  - the label is a function of closed candles and of `state` alone;
 *  - a regime is entered through the `enter` thresholds, held while the wider `stay` thresholds hold, and for at least
 *    `minDwellCandles`; so a value that trembles at a threshold does not make the label tremble;
 *  - an input that is not known gives `none` at once: the gate fails closed.
 *
 * ```
 *          fits trend.enter                    fits range.enter
 *   none ──────────────────▶ trend      none ──────────────────▶ range
 *   trend ─ dwelt, not trend.stay ─▶ none, or range if it fits range.enter; range alike
 *   any ─ unknown input ─▶ none
 * ```
 */
import { type FeatureView, SLOT } from "../features/types.ts";
import type { Miss, Regime, Unit } from "../strategy/types.ts";
import type { UtcMs } from "../time.ts";

/** Inclusive: a value equal to the threshold passes it. */
export interface Threshold {
  readonly enter: number;
  /** Further out than `enter`, or equal to it for no hysteresis. */
  readonly stay: number;
}

export interface RegimeConfig {
  readonly trend: {
    /** T1, ATR per candle. */
    readonly slopeAtrMin: Threshold;
    /** T2, 0..1. */
    readonly atrPercentileMin: Threshold;
    /** T3, ratio; 1 is as volatile as the day. */
    readonly volRatioMin: Threshold;
  };
  readonly range: {
    readonly slopeAtrMax: Threshold;
    readonly atrPercentileMin: Threshold;
    readonly atrPercentileMax: Threshold;
    readonly volRatioMax: Threshold;
  };
  /** Candles that a trend or range is held at least. */
  readonly minDwellCandles: number;
}

/**
 * Defaults for 1-minute candles with a slope over 30 of them. The three inputs are free of price and of volatility, and
 * their distributions over real months of BTC, ETH and DOGE (2020, 2021, 2026) differ little, so one set serves all.
 */
export const DEFAULT_REGIME: RegimeConfig = {
  trend: {
    slopeAtrMin: { enter: 0.016, stay: 0.01 }, // the steepest third; left near the median, 0.009
    atrPercentileMin: { enter: 0.4, stay: 0.25 }, // a drift in the quiet hours does not pay the costs
    volRatioMin: { enter: 0.9, stay: 0.7 }, // the last hour at least as busy as the day usually is (median 0.88)
  },
  range: {
    slopeAtrMax: { enter: 0.009, stay: 0.014 }, // the flatter half; below trend.enter, so the two exclude each other
    atrPercentileMin: { enter: 0.1, stay: 0.05 }, // a dead market does not come back to anything
    atrPercentileMax: { enter: 0.8, stay: 0.9 }, // the wildest fifth is a fall or a rise, not a range
    volRatioMax: { enter: 1.3, stay: 1.6 }, // volatility that has just woken up is the end of a range (upper tenth)
  },
  minDwellCandles: 15,
};

const REGIMES: readonly Regime[] = ["none", "trend", "range"];
const NONE = 0;
const TREND = 1;
const RANGE = 2;

// Slots of `state`.
const LABEL = 0;
const DWELT = 1; // candles that the label has held, its first included
const SINCE_AT = 2; // close of its first candle; NaN before any
const SLOPE = 3; // the three inputs of the newest candle
const PERCENTILE = 4;
const VOL_RATIO = 5;

/** One threshold as the classifier reads it. `sign` 1: a value may not be below it; -1: not above. */
interface Bound extends Threshold {
  readonly input: number;
  readonly sign: 1 | -1;
  readonly code: string;
  readonly unit: Unit;
}

export interface RegimeClassifier {
  readonly config: RegimeConfig;
  readonly state: Float64Array;
  /** By label; nothing is asked of `none`. */
  readonly bounds: readonly (readonly Bound[])[];
}

/** A classifier before its first candle. Throws on thresholds that contradict each other, naming them. */
export function createRegime(config: RegimeConfig): RegimeClassifier {
  const { trend, range, minDwellCandles } = config;
  const bound = (threshold: Threshold, input: number, sign: 1 | -1, code: string, unit: Unit): Bound => {
    if (!(sign * threshold.enter >= sign * threshold.stay)) {
      throw new RangeError(
        `Regime threshold for ${code}: stay ${threshold.stay} must not be stricter than enter ${threshold.enter}`,
      );
    }
    return { ...threshold, input, sign, code, unit };
  };
  const bounds = [
    [],
    [
      bound(trend.slopeAtrMin, SLOPE, 1, "SLOPE_BELOW_TREND", "atr"),
      bound(trend.atrPercentileMin, PERCENTILE, 1, "ATR_PERCENTILE_BELOW_TREND", "ratio"),
      bound(trend.volRatioMin, VOL_RATIO, 1, "VOL_RATIO_BELOW_TREND", "ratio"),
    ],
    [
      bound(range.slopeAtrMax, SLOPE, -1, "SLOPE_ABOVE_RANGE", "atr"),
      bound(range.atrPercentileMin, PERCENTILE, 1, "ATR_PERCENTILE_BELOW_RANGE", "ratio"),
      bound(range.atrPercentileMax, PERCENTILE, -1, "ATR_PERCENTILE_ABOVE_RANGE", "ratio"),
      bound(range.volRatioMax, VOL_RATIO, -1, "VOL_RATIO_ABOVE_RANGE", "ratio"),
    ],
  ];
  if (!(trend.slopeAtrMin.enter > range.slopeAtrMax.enter)) {
    throw new RangeError(
      `Regime: trend.slopeAtrMin.enter ${trend.slopeAtrMin.enter} must be above range.slopeAtrMax.enter ` +
        `${range.slopeAtrMax.enter}, or a candle could be both`,
    );
  }
  if (!Number.isInteger(minDwellCandles) || minDwellCandles < 1) {
    throw new RangeError(`Regime: minDwellCandles must be a whole number of at least 1, got ${minDwellCandles}`);
  }
  return { config, bounds, state: Float64Array.of(NONE, 0, NaN, NaN, NaN, NaN) };
}

export const regimeOf = (r: RegimeClassifier): Regime => REGIMES[r.state[LABEL]];

/** Close time of the first candle of the present regime; `null` before the first candle. */
export const regimeSinceMs = (r: RegimeClassifier): UtcMs | null =>
  Number.isNaN(r.state[SINCE_AT]) ? null : r.state[SINCE_AT];

/** Takes in the features of the next closed candle, which closed at `when.closedAtMs`. */
export function stepRegime(r: RegimeClassifier, view: FeatureView, when: { readonly closedAtMs: UtcMs }): void {
  const s = r.state;
  s[SLOPE] = Math.abs(view.values[view.offset + SLOT.vwapSlopeAtr]);
  s[PERCENTILE] = view.values[view.offset + SLOT.atrPercentileRatio];
  s[VOL_RATIO] = view.values[view.offset + SLOT.volRatio];
  const next = nextLabel(r);
  if (next === s[LABEL] && s[DWELT] > 0) {
    s[DWELT] += 1;
    return;
  }
  s[LABEL] = next;
  s[DWELT] = 1;
  s[SINCE_AT] = when.closedAtMs;
}

function nextLabel(r: RegimeClassifier): number {
  const s = r.state;
  const label = s[LABEL];
  if (!inputsKnown(s)) return NONE;
  if (label !== NONE && (s[DWELT] < r.config.minDwellCandles || firstMissed(r, label, true) === undefined)) {
    return label;
  }
  if (firstMissed(r, TREND, false) === undefined) return TREND;
  if (firstMissed(r, RANGE, false) === undefined) return RANGE;
  return NONE;
}

const inputsKnown = (s: Float64Array): boolean => !Number.isNaN(s[SLOPE] + s[PERCENTILE] + s[VOL_RATIO]);

function firstMissed(r: RegimeClassifier, label: number, staying: boolean): Bound | undefined {
  const bounds = r.bounds[label];
  for (let k = 0; k < bounds.length; k++) {
    const b = bounds[k];
    const limit = staying ? b.stay : b.enter;
    if (b.sign * r.state[b.input] < b.sign * limit) return b;
  }
  return undefined;
}

/**
 * Why the newest candle is not in `wanted`, as the first threshold it missed; `null` if it is in it. `REGIME_UNKNOWN` counts
 * the inputs that are known: the VWAP has no slope at the start of a UTC day, the rest must be warm.
 */
export function regimeMiss(r: RegimeClassifier, wanted: Exclude<Regime, "none">): Omit<Miss, "strategy"> | null {
  const s = r.state;
  const label = REGIMES.indexOf(wanted);
  if (s[LABEL] === label) return null;
  if (!inputsKnown(s)) {
    const known = s.subarray(SLOPE).filter((v) => !Number.isNaN(v)).length;
    return { code: "REGIME_UNKNOWN", value: known, limit: 3, unit: "count" };
  }
  const b = firstMissed(r, label, false);
  if (b !== undefined) return { code: b.code, value: s[b.input], limit: b.enter, unit: b.unit };
  return { code: "OTHER_REGIME_HOLDS", value: s[DWELT], limit: r.config.minDwellCandles, unit: "count" };
}
