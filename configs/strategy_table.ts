/**
 * The strategies there are, with default, range, unit and reason of each parameter. Schema, settings.yaml and the options
 * table are made from it.
 */
export interface ParamSpec {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** A count is a whole number. */
  readonly unit: "atr" | "points" | "count" | "z" | "ratio" | "bps";
  readonly why: string;
}

export interface StrategyRow {
  readonly id: string;
  readonly title: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
}

export const STRATEGIES: readonly StrategyRow[] = [
  {
    id: "s1_vwap_ema_trend",
    title: "VWAP and EMA trend",
    params: {
      minSlopeAtr: { value: 0.01, min: 0, max: 0.5, unit: "atr", why: "least rise of the VWAP per candle" },
      maxStretchAtr: { value: 6, min: 0.5, max: 30, unit: "atr", why: "further above the VWAP the move is old" },
      maxRsi: { value: 72, min: 50, max: 100, unit: "points", why: "no entry into a candle that has run away" },
      stopAtr: { value: 2, min: 0.5, max: 10, unit: "atr", why: "outside the noise of one candle" },
      targetAtr: { value: 4, min: 0.5, max: 20, unit: "atr", why: "two risks: one win pays for two losses" },
      horizonCandles: { value: 40, min: 1, max: 480, unit: "count", why: "two hours; later it is another idea" },
      cooldownCandles: { value: 5, min: 0, max: 480, unit: "count", why: "the same pullback is not bought twice" },
    },
  },
  {
    id: "s2_vwap_reversion",
    title: "Mean reversion to VWAP",
    params: {
      minDistanceAtr: {
        value: 2,
        min: 0.5,
        max: 20,
        unit: "atr",
        why: "below the VWAP; nearer, the way back does not pay the costs",
      },
      maxDistanceAtr: { value: 6, min: 1, max: 40, unit: "atr", why: "a fall beyond it is news, not noise" },
      maxRsi: { value: 38, min: 5, max: 50, unit: "points", why: "the candle before must have been sold out" },
      maxVolumeZ: { value: 3, min: 0, max: 20, unit: "z", why: "a volume shock is the start of a move, not its end" },
      stopAtr: { value: 2, min: 0.5, max: 10, unit: "atr", why: "as far as the way to the VWAP at its least" },
      maxTargetAtr: { value: 4, min: 0.5, max: 20, unit: "atr", why: "a far VWAP is not reached within the horizon" },
      horizonCandles: {
        value: 60,
        min: 1,
        max: 480,
        unit: "count",
        why: "three hours; a range that takes longer is none",
      },
      cooldownCandles: { value: 5, min: 0, max: 480, unit: "count", why: "the same dip is not bought twice" },
    },
  },
  {
    id: "s3_breakout",
    title: "Breakout on trend days",
    params: {
      minSlopeAtr: { value: 0.01, min: 0, max: 0.5, unit: "atr", why: "least rise of the VWAP per candle" },
      minAboveVwapCandles: {
        value: 20,
        min: 1,
        max: 480,
        unit: "count",
        why: "an hour of closes above the VWAP is a trend day",
      },
      breakAtr: { value: 0.1, min: 0, max: 3, unit: "atr", why: "past the old high by more than a tick" },
      minVolumeZ: {
        value: 1,
        min: -5,
        max: 10,
        unit: "z",
        why: "a break that others join; set to -5 for a feed without volume",
      },
      stopAtr: { value: 2, min: 0.5, max: 10, unit: "atr", why: "back inside the old range the break has failed" },
      targetAtr: {
        value: 5,
        min: 0.5,
        max: 20,
        unit: "atr",
        why: "breaks fail more often than not, so a win must be large",
      },
      horizonCandles: { value: 80, min: 1, max: 480, unit: "count", why: "four hours; a trend day is made by then" },
      cooldownCandles: {
        value: 10,
        min: 0,
        max: 480,
        unit: "count",
        why: "a failed break is left alone for half an hour",
      },
    },
  },
];
