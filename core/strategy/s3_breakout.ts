/**
 * S3 buys the break of the last hour's high on a day that trends: the price has held above its VWAP for long, and the break
 * comes with volume. The rules are checked in the order in which docs/strategies/s3_breakout.md lists them.
 */
import { SLOT } from "../features/types.ts";
import { DEFAULT_FEATURES } from "../features/warm_up.ts";
import { TIMEFRAME_MS } from "../market/timeframe.ts";
import { utcDayStart } from "../time.ts";
import { type ParamSpecs, resolveParams } from "./params.ts";
import { gateOf, mayOpen, missed, missOf, nextCandle, OWN, ruleBook, share, startCooldown } from "./rules.ts";
import type { Signal, StrategyDefinition, StrategyInput } from "./types.ts";

const ID = "s3_breakout";
const TIMEFRAME = "3m";
const REGIME = "trend";
const READS = ["vwapUsd", "ema20Usd", "atr14Usd", "volumeZ", "vwapSlopeAtr", "priorHighUsd"] as const;

const PARAMS = {
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
  cooldownCandles: { value: 10, min: 0, max: 480, unit: "count", why: "a failed break is left alone for half an hour" },
} as const satisfies ParamSpecs;

const RULES = ruleBook({
  VWAP_NOT_RISING: "atr",
  NOT_A_TREND_DAY: "count",
  NO_BREAK: "usd",
  VOLUME_TOO_LOW: "z",
});
const MISS = RULES.rule;

const ABOVE = OWN; // closes above the VWAP in a row, today
const DAY_AT = OWN + 1;

export const s3Breakout: StrategyDefinition<typeof PARAMS> = {
  id: ID,
  title: "Breakout on trend days",
  timeframe: TIMEFRAME,
  regime: REGIME,
  params: PARAMS,
  prepare(given, features = DEFAULT_FEATURES[TIMEFRAME]) {
    const p = resolveParams(ID, PARAMS, given);
    const gate = gateOf(REGIME, READS, features);
    const memory = new Float64Array(OWN + 2);

    function generateSignals(input: StrategyInput): Signal | null {
      const { values, offset } = input.features;
      const close = values[offset + SLOT.closeUsd];
      const vwap = values[offset + SLOT.vwapUsd];
      const ema20 = values[offset + SLOT.ema20Usd];
      const atr = values[offset + SLOT.atr14Usd];
      const volumeZ = values[offset + SLOT.volumeZ];
      const slope = values[offset + SLOT.vwapSlopeAtr];
      const priorHigh = values[offset + SLOT.priorHighUsd];
      const dayAtMs = utcDayStart(input.closedAtMs - 1); // the candle that closes at midnight is yesterday's last
      const above = !(close > vwap) ? 0 : memory[DAY_AT] === dayAtMs ? memory[ABOVE] + 1 : 1;
      memory[ABOVE] = above;
      memory[DAY_AT] = dayAtMs;
      nextCandle(memory);

      if (input.position?.strategy === ID && close < ema20) {
        return { kind: "exit", strategy: ID, cause: "CLOSE_BELOW_EMA20" };
      }
      if (!mayOpen(memory, input, gate, true)) return null;
      if (slope < p.minSlopeAtr) return missed(memory, MISS.VWAP_NOT_RISING, slope, p.minSlopeAtr);
      if (above < p.minAboveVwapCandles) return missed(memory, MISS.NOT_A_TREND_DAY, above, p.minAboveVwapCandles);
      const level = priorHigh + p.breakAtr * atr;
      if (close <= level) return missed(memory, MISS.NO_BREAK, close, level);
      if (volumeZ < p.minVolumeZ) return missed(memory, MISS.VOLUME_TOO_LOW, volumeZ, p.minVolumeZ);

      // A third each for how steep the VWAP rises, how clear the break is and how much volume came with it.
      const steep = share(slope / 0.1);
      const clear = share((close - level) / atr);
      const joined = share((volumeZ - p.minVolumeZ) / 3);
      return {
        kind: "enter",
        strategy: ID,
        score: 0.5 + (steep + clear + joined) / 6,
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
