/**
 * One symbol's whole thinking about one closed 1-minute candle: features of three timeframes, regime, strategies, signal.
 * Whoever needs it, live or in a backtest, calls the same `stepSymbol`. Always true:
 *  - what it says after candle n depends on candles up to n and the positions given, on nothing else;
 *  - it continues from a snapshot to the last bit;
 *  - it allocates nothing unless a strategy signals or somebody asks why nothing happened;
 *  - a candle that is not sound throws before anything has changed.
 *
 * Missing minutes. Features do not invent candles (see features.ts). After a hole of more than `maxMissingCandles` the next
 * `settleCandles` candles give no entry; exits are always given. A 3-minute candle whose last minute is missing closes late:
 * it counts for features and memories and may still give an exit, but no entry, as its close is no longer the price.
 */
import {
  candlesSeen,
  createFeatures,
  type Features,
  restoreFeatures,
  snapshotFeatures,
  stepFeatures,
} from "./features/features.ts";
import { DEFAULT_FEATURES, type FeatureConfig } from "./features/warm_up.ts";
import {
  type Aggregator,
  closeOverdue,
  createAggregator,
  foldMinute,
  type Timeframe,
  TIMEFRAME_MS,
  TIMEFRAMES,
} from "./market/timeframe.ts";
import type { CandleColumns } from "./market/types.ts";
import {
  createRegime,
  DEFAULT_REGIME,
  type RegimeClassifier,
  type RegimeConfig,
  regimeMiss,
  regimeOf,
  stepRegime,
} from "./regime/regime.ts";
import { STRATEGIES, strategyById } from "./strategy/registry.ts";
import { COMMON_RULE, forgetMiss, missed } from "./strategy/rules.ts";
import type {
  HeldPosition,
  Miss,
  Regime,
  Signal,
  Strategy,
  StrategyFill,
  StrategyId,
  StrategyInput,
} from "./strategy/types.ts";
import { MINUTE_MS } from "./time.ts";

export interface SymbolCoreConfig {
  readonly features: Readonly<Record<Timeframe, FeatureConfig>>;
  /** Applied to the features of 1-minute candles. */
  readonly regime: RegimeConfig;
  /** Parameters that differ from the defaults, for each strategy that may trade; one that is not named is off. */
  readonly strategies: Readonly<Record<StrategyId, Readonly<Record<string, number>>>>;
  /** Missing minutes that are taken for a pause of trading; more are a hole in the data. */
  readonly maxMissingCandles: number;
  /** Candles without an entry after a hole. */
  readonly settleCandles: number;
}

export const DEFAULT_SYMBOL_CORE: SymbolCoreConfig = {
  features: DEFAULT_FEATURES,
  regime: DEFAULT_REGIME,
  strategies: Object.fromEntries(STRATEGIES.map((s) => [s.id, {}])),
  maxMissingCandles: 5,
  settleCandles: 60, // then no window of realised volatility or volume spans the hole
};

/** A timeframe longer than the minute. */
interface Longer {
  readonly timeframe: Timeframe;
  readonly aggregator: Aggregator;
}

export interface SymbolCore {
  readonly features: Readonly<Record<Timeframe, Features>>;
  readonly longer: readonly Longer[];
  readonly regime: RegimeClassifier;
  readonly strategies: readonly Strategy[];
  readonly config: SymbolCoreConfig;
  /** `[openedAtMs of the newest candle or -1, candles left without an entry]` */
  readonly gap: Float64Array;
  /** What the strategies are shown; one object, rewritten for each call. */
  readonly input: { -readonly [Key in keyof StrategyInput]: StrategyInput[Key] };
}

const LAST_OPENED_AT = 0;
const SETTLE_LEFT = 1;
const MINUTE: Timeframe = "1m";

/** A symbol before its first candle. Throws on a bad configuration, naming the field. */
export function createSymbolCore(config: SymbolCoreConfig = DEFAULT_SYMBOL_CORE): SymbolCore {
  for (const id of Object.keys(config.strategies)) strategyById(id);
  for (const field of ["maxMissingCandles", "settleCandles"] as const) {
    if (!Number.isInteger(config[field]) || config[field] < 0) {
      throw new RangeError(`Symbol core: ${field} must be a whole number of at least 0, got ${config[field]}`);
    }
  }
  for (const timeframe of TIMEFRAMES) {
    const { timeframeMs } = config.features[timeframe];
    if (timeframeMs !== TIMEFRAME_MS[timeframe]) {
      throw new RangeError(
        `Symbol core: features of ${timeframe} are for candles of ${TIMEFRAME_MS[timeframe]} ms, got ${timeframeMs}`,
      );
    }
  }
  const features = {
    "1m": createFeatures(config.features["1m"]),
    "3m": createFeatures(config.features["3m"]),
    "1d": createFeatures(config.features["1d"]),
  };
  return {
    features,
    longer: (["3m", "1d"] as const).map((timeframe) => ({
      timeframe,
      aggregator: createAggregator(TIMEFRAME_MS[timeframe]),
    })),
    regime: createRegime(config.regime),
    strategies: STRATEGIES.filter((s) => Object.hasOwn(config.strategies, s.id))
      .map((s) => s.prepare(config.strategies[s.id], config.features[s.timeframe])),
    config,
    gap: Float64Array.of(-1, 0),
    input: { regime: "none", features: features[MINUTE], candles: 0, closedAtMs: 0, position: null },
  };
}

/**
 * Takes in closed 1-minute candle `i` and returns what to do about it. At most one signal: an exit of the strategy that holds
 * the position, or the entry with the highest score (among equals the shorter timeframe, then the order of the registry).
 */
export function stepSymbol(
  core: SymbolCore,
  minutes: CandleColumns,
  i: number,
  position: HeldPosition | null,
): Signal | null {
  const { input } = core;
  stepFeatures(core.features[MINUTE], minutes, i);
  noteGap(core, minutes, i);
  input.position = position;
  input.regime = regimeOf(core.regime); // a candle that closes late belongs to the regime before this minute
  let signal: Signal | null = null;
  for (let k = 0; k < core.longer.length; k++) {
    const { timeframe, aggregator } = core.longer[k];
    if (!closeOverdue(aggregator, minutes, i)) continue;
    stepFeatures(core.features[timeframe], aggregator.closed, 0);
    input.closedAtMs = aggregator.closed.openedAtMs[0] + aggregator.timeframeMs;
    const late = ask(core, timeframe);
    if (late?.kind === "exit") signal = late;
  }
  input.closedAtMs = minutes.openedAtMs[i] + MINUTE_MS;
  stepRegime(core.regime, core.features[MINUTE], input);
  input.regime = regimeOf(core.regime);
  for (let k = 0; k < core.strategies.length; k++) forgetMiss(core.strategies[k].memory);
  signal = better(core, signal, ask(core, MINUTE));
  for (let k = 0; k < core.longer.length; k++) {
    const { timeframe, aggregator } = core.longer[k];
    if (!foldMinute(aggregator, minutes, i)) continue;
    stepFeatures(core.features[timeframe], aggregator.closed, 0);
    signal = better(core, signal, ask(core, timeframe));
  }
  return signal;
}

function noteGap(core: SymbolCore, minutes: CandleColumns, i: number): void {
  const { gap, config } = core;
  const openedAtMs = minutes.openedAtMs[i];
  const missing = gap[LAST_OPENED_AT] < 0 ? 0 : (openedAtMs - gap[LAST_OPENED_AT]) / MINUTE_MS - 1;
  gap[LAST_OPENED_AT] = openedAtMs;
  if (missing > config.maxMissingCandles) gap[SETTLE_LEFT] = config.settleCandles;
  else if (gap[SETTLE_LEFT] > 0) gap[SETTLE_LEFT] -= 1;
}

/** Shows the candle of `timeframe` that has just closed to the strategies that live on it. */
function ask(core: SymbolCore, timeframe: Timeframe): Signal | null {
  const { input, gap } = core;
  const features = core.features[timeframe];
  input.features = features;
  input.candles = candlesSeen(features);
  let best: Signal | null = null;
  for (let k = 0; k < core.strategies.length; k++) {
    const strategy = core.strategies[k];
    if (strategy.timeframe !== timeframe) continue;
    let signal = strategy.generateSignals(input);
    if (signal !== null && signal.kind === "enter" && gap[SETTLE_LEFT] > 0) {
      const { settleCandles } = core.config;
      signal = missed(strategy.memory, COMMON_RULE.SETTLING_AFTER_GAP, settleCandles - gap[SETTLE_LEFT], settleCandles);
    }
    best = better(core, best, signal);
  }
  return best;
}

function better(core: SymbolCore, a: Signal | null, b: Signal | null): Signal | null {
  if (a === null || b === null) return a ?? b;
  if (a.kind === "exit" || b.kind === "exit") return a.kind === "exit" ? a : b;
  const [winner, loser] = b.score > a.score ? [b, a] : [a, b];
  missed(strategyOf(core, loser.strategy).memory, COMMON_RULE.OUTRANKED, loser.score, winner.score);
  return winner;
}

function strategyOf(core: SymbolCore, id: StrategyId): Strategy {
  const found = core.strategies.find((s) => s.id === id);
  if (found === undefined) throw new RangeError(`Symbol core: strategy ${id} is not running`);
  return found;
}

/** The state of the market after the newest candle. */
export const symbolRegime = (core: SymbolCore): Regime => regimeOf(core.regime);

/** Why each strategy that was asked about the newest candle gave no signal; new objects. */
export function symbolMisses(core: SymbolCore): Miss[] {
  return core.strategies.flatMap((strategy) => {
    const miss = strategy.miss();
    if (miss === null) return [];
    if (miss.code !== "REGIME_NOT_ALLOWED") return [miss];
    // The number that missed is the classifier's, not the strategy's.
    const why = regimeMiss(core.regime, strategy.regime);
    return [why === null ? miss : { strategy: strategy.id, ...why }];
  });
}

/** A fill of an order of `strategy`; of one that does not run any more it is nobody's business. */
export function symbolFilled(core: SymbolCore, strategy: StrategyId, fill: StrategyFill): void {
  core.strategies.find((s) => s.id === strategy)?.onFill(fill);
}

/** 1-minute candles seen and needed until regime and strategies can speak; `null` once they can. */
export function symbolWarmUp(core: SymbolCore): { readonly have: number; readonly need: number } | null {
  const minutes = core.features[MINUTE];
  const need = Math.max(
    minutes.allWarmAt,
    ...core.strategies.map((s) => s.warmUpCandles * (TIMEFRAME_MS[s.timeframe] / MINUTE_MS)),
  );
  const have = candlesSeen(minutes);
  return have < need ? { have, need } : null;
}

/** All that a symbol remembers, as plain data. Each array fits a KV value with the default windows. */
export interface SymbolSnapshot {
  readonly version: 1;
  readonly features: Readonly<Record<Timeframe, Float64Array>>;
  readonly forming: Readonly<Partial<Record<Timeframe, Float64Array>>>;
  readonly regime: Float64Array;
  readonly strategies: Readonly<Record<StrategyId, Float64Array>>;
  readonly gap: Float64Array;
}

export function snapshotSymbol(core: SymbolCore): SymbolSnapshot {
  return {
    version: 1,
    features: {
      "1m": snapshotFeatures(core.features["1m"]),
      "3m": snapshotFeatures(core.features["3m"]),
      "1d": snapshotFeatures(core.features["1d"]),
    },
    forming: Object.fromEntries(core.longer.map((l) => [l.timeframe, l.aggregator.forming.slice()])),
    regime: core.regime.state.slice(),
    strategies: Object.fromEntries(core.strategies.map((s) => [s.id, s.memory.slice()])),
    gap: core.gap.slice(),
  };
}

/** A symbol that continues where `snapshot` was taken. Throws if it does not fit `config`, naming the part. */
export function restoreSymbol(config: SymbolCoreConfig, snapshot: SymbolSnapshot): SymbolCore {
  const core = createSymbolCore(config);
  const put = (part: string, to: Float64Array, from: Float64Array | undefined) => {
    if (from?.length !== to.length) {
      throw new RangeError(
        `Symbol state does not fit: ${part} holds ${from?.length ?? 0} numbers and needs ${to.length}. ` +
          `Start without it and warm up from stored candles.`,
      );
    }
    to.set(from);
  };
  if (snapshot.version !== 1) throw new RangeError(`Symbol state does not fit: version ${snapshot.version}, needs 1`);
  for (const timeframe of TIMEFRAMES) {
    restoreFeatures(core.features[timeframe], snapshot.features[timeframe] ?? new Float64Array());
  }
  for (const { timeframe, aggregator } of core.longer) {
    put(`the forming ${timeframe} candle`, aggregator.forming, snapshot.forming[timeframe]);
  }
  put("the regime", core.regime.state, snapshot.regime);
  put("the gap", core.gap, snapshot.gap);
  // A strategy that was off when the snapshot was taken starts fresh.
  for (const { id, memory } of core.strategies) {
    if (Object.hasOwn(snapshot.strategies, id)) put(id, memory, snapshot.strategies[id]);
  }
  return core;
}
