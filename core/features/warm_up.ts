/**
 * Sizes of the windows and the number of closed candles before a feature may be read. An average that remembers for ever
 * (EMA, Wilder) has a value as soon as it is seeded, but that value still depends on where the stream happened to begin.
 * It is `settled` when what is left of the seed is below the bound declared here; the test starts the same stream at
 * other candles and measures it. Trading reads settled values; published worked examples are checked on seeded ones.
 */
import { type Timeframe, TIMEFRAME_MS } from "../market/timeframe.ts";
import type { FeatureName } from "./types.ts";

export const EMA_FAST = 9;
export const EMA_SLOW = 20;
export const WILDER = 14;
/** Candles in the windows of realised volatility and volume. */
export const WINDOW = 60;
/** Candles in the high that a breakout must pass. */
export const PRIOR_HIGH = 20;

export interface FeatureConfig {
  /** Length of one candle. */
  readonly timeframeMs: number;
  /** Candles over which the change of the VWAP is taken, at least 1. */
  readonly vwapSlopeCandles: number;
  /** Candles among which the ATR is ranked, at least 2. */
  readonly atrPercentileCandles: number;
  /** Candles of the long volatility window, at least 60, the short one. */
  readonly longVolCandles: number;
  /** `settled` for every decision; `seeded` shows values from the first that exists. */
  readonly warmUp: "settled" | "seeded";
}

interface WarmUp {
  /** Closed candles until the first value exists. */
  readonly seeded: (config: FeatureConfig) => number;
  /** Closed candles until it no longer matters where the stream began. */
  readonly settled: (config: FeatureConfig) => number;
  /** By how much a settled value may depend on the beginning, in `unit`. */
  readonly bound: number;
  /** `self`: relative to the value; `atr`: in ATR; `own`: in the feature's own unit. */
  readonly unit: "self" | "atr" | "own";
}

const fixed = (seeded: number, settled: number, bound: number, unit: WarmUp["unit"]): WarmUp => ({
  seeded: () => seeded,
  settled: () => settled,
  bound,
  unit,
});

export const WARM_UP: Readonly<Record<FeatureName, WarmUp>> = {
  closeUsd: fixed(1, 1, 0, "self"),
  // From the first whole UTC day on; within it from the first candle, whenever that comes.
  vwapUsd: fixed(1, 1, 0, "self"),
  ema9Usd: fixed(EMA_FAST, 60, 1e-4, "atr"),
  ema20Usd: fixed(EMA_SLOW, 120, 1e-3, "atr"),
  atr14Usd: fixed(WILDER + 1, 150, 1e-3, "self"),
  rsi14: fixed(WILDER + 1, 150, 1e-2, "own"),
  realizedVolRatio: fixed(WINDOW + 1, WINDOW + 1, 1e-13, "self"),
  volumeZ: fixed(WINDOW, WINDOW, 1e-9, "own"),
  vwapSlopeAtr: {
    seeded: (c) => Math.max(WILDER, c.vwapSlopeCandles) + 1,
    settled: (c) => Math.max(150, c.vwapSlopeCandles + 1),
    bound: 1e-3,
    unit: "self",
  },
  atrPercentileRatio: {
    seeded: (c) => WILDER + c.atrPercentileCandles,
    settled: (c) => 149 + c.atrPercentileCandles,
    bound: 5e-3,
    unit: "own",
  },
  volRatio: {
    seeded: (c) => c.longVolCandles + 1,
    settled: (c) => c.longVolCandles + 1,
    bound: 1e-12,
    unit: "self",
  },
  priorHighUsd: fixed(PRIOR_HIGH + 1, PRIOR_HIGH + 1, 0, "self"),
};

/** Closed candles that `name` needs before it may be read under `config`. */
export const warmUpCandles = (name: FeatureName, config: FeatureConfig): number => WARM_UP[name][config.warmUp](config);

const settled = (timeframeMs: number, vwapSlopeCandles: number, day: number): FeatureConfig => ({
  timeframeMs,
  vwapSlopeCandles,
  atrPercentileCandles: day,
  longVolCandles: day,
  warmUp: "settled",
});

/**
 * Half an hour of VWAP, and "usual" means the last day: crypto volatility has a daily rhythm, so a shorter memory would call
 * every busy hour unusual. Daily candles compare with a quarter; their VWAP is one candle long and so has no slope.
 */
export const DEFAULT_FEATURES: Readonly<Record<Timeframe, FeatureConfig>> = {
  "1m": settled(TIMEFRAME_MS["1m"], 30, 1_440),
  "3m": settled(TIMEFRAME_MS["3m"], 10, 480),
  "1d": settled(TIMEFRAME_MS["1d"], 5, 90),
};
