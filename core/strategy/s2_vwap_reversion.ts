/**
 * S2 buys a dip far below the VWAP in a market without direction and sells it back at the VWAP. The rules are checked in
 * the order in which docs/strategies/s2_vwap_reversion.md lists them.
 */
import { SLOT } from "../features/types.ts";
import { DEFAULT_FEATURES } from "../features/warm_up.ts";
import { TIMEFRAME_MS } from "../market/timeframe.ts";
import { type ParamSpecs, resolveParams } from "./params.ts";
import { gateOf, mayOpen, missed, missOf, nextCandle, OWN, ruleBook, share, startCooldown } from "./rules.ts";
import type { Signal, StrategyDefinition, StrategyInput } from "./types.ts";

const ID = "s2_vwap_reversion";
const TIMEFRAME = "3m";
const REGIME = "range";
const READS = ["vwapUsd", "atr14Usd", "rsi14", "volumeZ", "vwapSlopeAtr"] as const;

const PARAMS = {
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
  horizonCandles: { value: 60, min: 1, max: 480, unit: "count", why: "three hours; a range that takes longer is none" },
  cooldownCandles: { value: 5, min: 0, max: 480, unit: "count", why: "the same dip is not bought twice" },
} as const satisfies ParamSpecs;

const RULES = ruleBook({
  NOT_FAR_BELOW_VWAP: "atr",
  TOO_FAR_BELOW_VWAP: "atr",
  RSI_NOT_LOW: "points",
  RSI_NOT_TURNED: "points",
  VOLUME_SHOCK: "z",
});
const MISS = RULES.rule;

const RSI_BEFORE = OWN;

export const s2VwapReversion: StrategyDefinition<typeof PARAMS> = {
  id: ID,
  title: "Mean reversion to VWAP",
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
      const atr = values[offset + SLOT.atr14Usd];
      const rsi = values[offset + SLOT.rsi14];
      const volumeZ = values[offset + SLOT.volumeZ];
      const slope = values[offset + SLOT.vwapSlopeAtr];
      const rsiBefore = memory[RSI_BEFORE];
      memory[RSI_BEFORE] = rsi;
      nextCandle(memory);

      if (input.position?.strategy === ID) {
        if (close >= vwap) return { kind: "exit", strategy: ID, cause: "BACK_AT_VWAP" };
        if (input.regime === "trend" && slope < 0) return { kind: "exit", strategy: ID, cause: "TREND_AGAINST" };
      }
      if (!mayOpen(memory, input, gate, !Number.isNaN(rsiBefore))) return null;
      const distance = (vwap - close) / atr;
      if (distance < p.minDistanceAtr) return missed(memory, MISS.NOT_FAR_BELOW_VWAP, distance, p.minDistanceAtr);
      if (distance > p.maxDistanceAtr) return missed(memory, MISS.TOO_FAR_BELOW_VWAP, distance, p.maxDistanceAtr);
      if (rsiBefore > p.maxRsi) return missed(memory, MISS.RSI_NOT_LOW, rsiBefore, p.maxRsi);
      if (rsi <= rsiBefore) return missed(memory, MISS.RSI_NOT_TURNED, rsi, rsiBefore);
      if (volumeZ > p.maxVolumeZ) return missed(memory, MISS.VOLUME_SHOCK, volumeZ, p.maxVolumeZ);

      // Half each for how far the way back is and how deep the dip was sold.
      const far = share((distance - p.minDistanceAtr) / 2);
      const sold = share((p.maxRsi - rsiBefore) / 20);
      return {
        kind: "enter",
        strategy: ID,
        score: 0.5 + (far + sold) / 4,
        referenceUsd: close,
        stopUsd: close - p.stopAtr * atr,
        targetUsd: close + Math.min(distance, p.maxTargetAtr) * atr,
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
