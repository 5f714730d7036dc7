/**
 * S1 joins an upward trend where a pullback to the fast average ends. The rules are checked in the order in which
 * docs/strategies/s1_vwap_ema_trend.md lists them.
 */
import { SLOT } from "../features/types.ts";
import { DEFAULT_FEATURES } from "../features/warm_up.ts";
import { TIMEFRAME_MS } from "../market/timeframe.ts";
import { type ParamSpecs, resolveParams } from "./params.ts";
import { gateOf, mayOpen, missed, missOf, nextCandle, OWN, ruleBook, share, startCooldown } from "./rules.ts";
import type { Signal, StrategyDefinition, StrategyInput } from "./types.ts";

const ID = "s1_vwap_ema_trend";
const TIMEFRAME = "3m";
const REGIME = "trend";
const READS = ["vwapUsd", "ema9Usd", "ema20Usd", "atr14Usd", "rsi14", "vwapSlopeAtr"] as const;

const PARAMS = {
  minSlopeAtr: { value: 0.01, min: 0, max: 0.5, unit: "atr", why: "least rise of the VWAP per candle" },
  maxStretchAtr: { value: 6, min: 0.5, max: 30, unit: "atr", why: "further above the VWAP the move is old" },
  maxRsi: { value: 72, min: 50, max: 100, unit: "points", why: "no entry into a candle that has run away" },
  stopAtr: { value: 2, min: 0.5, max: 10, unit: "atr", why: "outside the noise of one candle" },
  targetAtr: { value: 4, min: 0.5, max: 20, unit: "atr", why: "two risks: one win pays for two losses" },
  horizonCandles: { value: 40, min: 1, max: 480, unit: "count", why: "two hours; later it is another idea" },
  cooldownCandles: { value: 5, min: 0, max: 480, unit: "count", why: "the same pullback is not bought twice" },
} as const satisfies ParamSpecs;

const RULES = ruleBook({
  VWAP_NOT_RISING: "atr",
  CLOSE_NOT_ABOVE_VWAP: "usd",
  EMA9_NOT_ABOVE_EMA20: "usd",
  STRETCHED_FROM_VWAP: "atr",
  NO_PULLBACK: "atr",
  CLOSE_NOT_ABOVE_EMA9: "usd",
  RSI_TOO_HIGH: "points",
});
const MISS = RULES.rule;

const BEFORE = OWN; // close minus EMA 9 of the candle before, in ATR

export const s1VwapEmaTrend: StrategyDefinition<typeof PARAMS> = {
  id: ID,
  title: "VWAP and EMA trend",
  timeframe: TIMEFRAME,
  regime: REGIME,
  params: PARAMS,
  prepare(given, features = DEFAULT_FEATURES[TIMEFRAME]) {
    const p = resolveParams(ID, PARAMS, given);
    const gate = gateOf(REGIME, READS, features);
    const memory = new Float64Array(OWN + 1).fill(NaN, OWN);

    function generateSignals(input: StrategyInput): Signal | null {
      const { values, offset } = input.features;
      const close = values[offset + SLOT.closeUsd];
      const vwap = values[offset + SLOT.vwapUsd];
      const ema9 = values[offset + SLOT.ema9Usd];
      const ema20 = values[offset + SLOT.ema20Usd];
      const atr = values[offset + SLOT.atr14Usd];
      const rsi = values[offset + SLOT.rsi14];
      const slope = values[offset + SLOT.vwapSlopeAtr];
      const before = memory[BEFORE];
      memory[BEFORE] = (close - ema9) / atr;
      nextCandle(memory);

      if (input.position?.strategy === ID) {
        if (close < vwap) return { kind: "exit", strategy: ID, cause: "CLOSE_BELOW_VWAP" };
        if (ema9 < ema20) return { kind: "exit", strategy: ID, cause: "EMA9_BELOW_EMA20" };
      }
      if (!mayOpen(memory, input, gate, !Number.isNaN(before))) return null;
      if (slope < p.minSlopeAtr) return missed(memory, MISS.VWAP_NOT_RISING, slope, p.minSlopeAtr);
      if (close <= vwap) return missed(memory, MISS.CLOSE_NOT_ABOVE_VWAP, close, vwap);
      if (ema9 <= ema20) return missed(memory, MISS.EMA9_NOT_ABOVE_EMA20, ema9, ema20);
      const stretch = (close - vwap) / atr;
      if (stretch > p.maxStretchAtr) return missed(memory, MISS.STRETCHED_FROM_VWAP, stretch, p.maxStretchAtr);
      if (before > 0) return missed(memory, MISS.NO_PULLBACK, before, 0);
      if (close <= ema9) return missed(memory, MISS.CLOSE_NOT_ABOVE_EMA9, close, ema9);
      if (rsi > p.maxRsi) return missed(memory, MISS.RSI_TOO_HIGH, rsi, p.maxRsi);

      // A third each for how steep the VWAP rises, how far the averages are apart and how young the move is.
      const steep = share(slope / 0.1);
      const apart = share((ema9 - ema20) / atr);
      const young = 1 - stretch / p.maxStretchAtr;
      return {
        kind: "enter",
        strategy: ID,
        score: 0.5 + (steep + apart + young) / 6,
        referenceUsd: close,
        stopUsd: close - p.stopAtr * atr,
        targetUsd: close + p.targetAtr * atr,
        horizonMs: p.horizonCandles * TIMEFRAME_MS[TIMEFRAME],
      };
    }

    return {
      id: ID,
      timeframe: TIMEFRAME,
      regime: REGIME,
      warmUpCandles: gate.warmUpCandles,
      memory,
      generateSignals,
      onFill: (fill) => {
        if (fill.side === "sell") startCooldown(memory, p.cooldownCandles);
      },
      miss: () => missOf(ID, RULES, memory),
    };
  },
};
