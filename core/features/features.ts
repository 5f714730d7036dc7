/**
 * The features of one timeframe, one closed candle at a time. Always true:
 *  - only row `i` of the columns is read, so nothing of the future can leak in and a ring serves as well as a series;
 *  - all memory is `state`: `slice()` is a snapshot, `set()` restores it, and the next value is the same to the last bit;
 *  - a step allocates nothing;
 *  - a candle that is not sound changes nothing: it is refused with a `CandleError`;
 *  - a value that is not warm yet is NaN, never a guess.
 *
 * Windows count closed candles, not minutes: a missing minute is not invented, and the first candle after a hole carries
 * the jump in its true range and return, since the money at risk jumped as well. The VWAP is that of the day's candles
 * there are; who can fetch the missing ones does so first and replays.
 */
import { assertCandle } from "../market/candle_columns.ts";
import type { CandleColumns } from "../market/types.ts";
import { DAY_MS } from "../time.ts";
import { logReturn, rsi, seededSmooth, smooth, trueRange } from "./kernels.ts";
import { FEATURE_COUNT, FEATURE_NAMES, type FeatureView, SLOT } from "./types.ts";
import { EMA_FAST, EMA_SLOW, type FeatureConfig, PRIOR_HIGH, warmUpCandles, WILDER, WINDOW } from "./warm_up.ts";
import {
  IN,
  maxSlots,
  momentsSlots,
  OUT,
  OUT_SQUARES,
  pushMax,
  pushMoments,
  pushRank,
  pushSum,
  rankSlots,
  sumSlots,
} from "./windows.ts";

// Slots of `state`. First the scalars ...
const COUNT = 0;
const LAST_OPENED_AT = 1;
const PREVIOUS_CLOSE = 2;
const EMA9 = 3;
const EMA20 = 4;
const ATR = 5;
const GAIN = 6;
const LOSS = 7;
const NEXT_DAY_AT = 8;
const DAY_WHOLE = 9; // 1 if the day has been seen from its start
const DAY_CANDLES = 10;
const DAY_TURNOVER = 11; // typical price × volume
const DAY_VOLUME = 12;
const DAY_TYPICAL = 13;
const SLOPE_POSITION = 14;
const CONFIG = 15; // the format and the configuration, so that a snapshot tells whose it is
const CONFIG_FIELDS = ["format", "timeframeMs", "vwapSlopeCandles", "atrPercentileCandles", "longVolCandles"] as const;
const FORMAT = 1; // to be raised when slots change their meaning
// ... then the values that are read, then the windows.
const VALUES = 20;
const RETURNS = VALUES + FEATURE_COUNT;
const VOLUMES = RETURNS + sumSlots(WINDOW);
const HIGHS = VOLUMES + momentsSlots(WINDOW);
const WINDOWS = HIGHS + maxSlots(PRIOR_HIGH);

const CLOSE_VALUE = VALUES + SLOT.closeUsd;
const VWAP_VALUE = VALUES + SLOT.vwapUsd;
const EMA9_VALUE = VALUES + SLOT.ema9Usd;
const EMA20_VALUE = VALUES + SLOT.ema20Usd;
const ATR_VALUE = VALUES + SLOT.atr14Usd;
const RSI_VALUE = VALUES + SLOT.rsi14;
const VOL_VALUE = VALUES + SLOT.realizedVolRatio;
const VOLUME_Z_VALUE = VALUES + SLOT.volumeZ;
const SLOPE_VALUE = VALUES + SLOT.vwapSlopeAtr;
const PERCENTILE_VALUE = VALUES + SLOT.atrPercentileRatio;
const VOL_RATIO_VALUE = VALUES + SLOT.volRatio;
const PRIOR_HIGH_VALUE = VALUES + SLOT.priorHighUsd;

const FAST_WEIGHT = 2 / (EMA_FAST + 1);
const SLOW_WEIGHT = 2 / (EMA_SLOW + 1);
const WILDER_WEIGHT = 1 / WILDER;

/** The streaming features of one timeframe; also a view of the newest candle's values. */
export interface Features extends FeatureView {
  readonly config: FeatureConfig;
  readonly state: Float64Array;
  /** From this count on no feature waits for its warm-up any more. */
  readonly allWarmAt: number;
  readonly slopeRing: number;
  readonly ranks: number;
  readonly longReturns: number;
}

/** Features before their first candle. Throws on a configuration that makes no sense, naming the field. */
export function createFeatures(config: FeatureConfig): Features {
  const whole = (field: keyof FeatureConfig, least: number) => {
    const value = config[field];
    if (Number.isInteger(value) && (value as number) >= least) return;
    throw new RangeError(`Features: ${field} must be a whole number of at least ${least}, got ${value}`);
  };
  whole("timeframeMs", 1);
  whole("vwapSlopeCandles", 1);
  whole("atrPercentileCandles", 2);
  whole("longVolCandles", WINDOW);
  const slopeRing = WINDOWS;
  const ranks = slopeRing + config.vwapSlopeCandles;
  const longReturns = ranks + rankSlots(config.atrPercentileCandles);
  const state = new Float64Array(longReturns + sumSlots(config.longVolCandles));
  state[LAST_OPENED_AT] = -1;
  state[NEXT_DAY_AT] = -1;
  CONFIG_FIELDS.forEach((field, k) => state[CONFIG + k] = field === "format" ? FORMAT : config[field]);
  state.fill(NaN, VALUES, VALUES + FEATURE_COUNT);
  const allWarmAt = Math.max(...FEATURE_NAMES.map((name) => warmUpCandles(name, config)));
  return { config, state, values: state, offset: VALUES, allWarmAt, slopeRing, ranks, longReturns };
}

/** Closed candles seen. */
export const candlesSeen = (f: Features): number => f.state[COUNT];

/** A copy of all that `f` remembers. */
export const snapshotFeatures = (f: Features): Float64Array => f.state.slice();

/** Continues where `snapshot` was taken. Throws if it is not whole or was taken with another configuration. */
export function restoreFeatures(f: Features, snapshot: Float64Array): void {
  const check = (what: string, was: number, is: number) => {
    if (was === is) return;
    throw new RangeError(
      `Feature state does not fit: ${what} was ${was} and is ${is}. Start without it and warm up from stored candles.`,
    );
  };
  CONFIG_FIELDS.forEach((field, k) => check(field, snapshot[CONFIG + k], f.state[CONFIG + k]));
  check("its length", snapshot.length, f.state.length);
  f.state.set(snapshot);
}

/** Takes closed candle `i` in. Afterwards `f` views its features. */
export function stepFeatures(f: Features, c: CandleColumns, i: number): void {
  const s = f.state;
  assertCandle(c, i, s[LAST_OPENED_AT], f.config.timeframeMs);
  const count = s[COUNT] + 1;
  s[COUNT] = count;
  stepVwap(f, s, c, i);
  if (count > EMA_SLOW) stepAverages(s, c, i);
  else seedAverages(s, c, i);
  stepWindows(s, c, i);
  stepContext(f, s);
  s[CLOSE_VALUE] = c.closeUsd[i];
  s[PREVIOUS_CLOSE] = c.closeUsd[i];
  s[LAST_OPENED_AT] = c.openedAtMs[i];
  if (count < f.allWarmAt) hideUnsettled(f);
}

function stepVwap(f: Features, s: Float64Array, c: CandleColumns, i: number): void {
  if (c.openedAtMs[i] >= s[NEXT_DAY_AT]) startDay(s, c.openedAtMs[i]);
  const typical = (c.highUsd[i] + c.lowUsd[i] + c.closeUsd[i]) / 3;
  const turnover = s[DAY_TURNOVER] + typical * c.volumeBase[i];
  const volume = s[DAY_VOLUME] + c.volumeBase[i];
  const sum = s[DAY_TYPICAL] + typical;
  const candles = s[DAY_CANDLES] + 1;
  s[DAY_TURNOVER] = turnover;
  s[DAY_VOLUME] = volume;
  s[DAY_TYPICAL] = sum;
  s[DAY_CANDLES] = candles;
  const vwap = s[DAY_WHOLE] === 0 ? NaN : volume > 0 ? turnover / volume : sum / candles;
  s[VWAP_VALUE] = vwap;
  // The ring's oldest value is of this day once the day is older than the ring.
  const slot = f.slopeRing + s[SLOPE_POSITION];
  s[SLOPE_VALUE] = candles > f.config.vwapSlopeCandles ? vwap - s[slot] : NaN;
  s[slot] = vwap;
  s[SLOPE_POSITION] = slot + 1 === f.ranks ? 0 : s[SLOPE_POSITION] + 1;
}

function startDay(s: Float64Array, openedAtMs: number): void {
  const startMs = openedAtMs - (openedAtMs % DAY_MS);
  s[DAY_WHOLE] = s[COUNT] > 1 || openedAtMs === startMs ? 1 : 0;
  s[NEXT_DAY_AT] = startMs + DAY_MS;
  s[DAY_TURNOVER] = 0;
  s[DAY_VOLUME] = 0;
  s[DAY_TYPICAL] = 0;
  s[DAY_CANDLES] = 0;
}

function stepAverages(s: Float64Array, c: CandleColumns, i: number): void {
  const close = c.closeUsd[i];
  const change = close - s[PREVIOUS_CLOSE];
  const size = Math.abs(change);
  const fast = smooth(s[EMA9], close, FAST_WEIGHT);
  const slow = smooth(s[EMA20], close, SLOW_WEIGHT);
  const atr = smooth(s[ATR], trueRange(c.highUsd[i], c.lowUsd[i], s[PREVIOUS_CLOSE]), WILDER_WEIGHT);
  const gain = smooth(s[GAIN], (size + change) / 2, WILDER_WEIGHT);
  const loss = smooth(s[LOSS], (size - change) / 2, WILDER_WEIGHT);
  s[EMA9_VALUE] = s[EMA9] = fast;
  s[EMA20_VALUE] = s[EMA20] = slow;
  s[ATR_VALUE] = s[ATR] = atr;
  s[GAIN] = gain;
  s[LOSS] = loss;
  s[RSI_VALUE] = rsi(gain, loss);
}

/** The first candles: each average is a sum until it has its seed, the plain mean of its first values. */
function seedAverages(s: Float64Array, c: CandleColumns, i: number): void {
  const count = s[COUNT];
  const close = c.closeUsd[i];
  s[EMA9_VALUE] = s[EMA9] = seededSmooth(s[EMA9], close, count, EMA_FAST, FAST_WEIGHT);
  s[EMA20_VALUE] = s[EMA20] = seededSmooth(s[EMA20], close, count, EMA_SLOW, SLOW_WEIGHT);
  if (count === 1) return; // the first candle has no close before it, so no true range and no change
  const change = close - s[PREVIOUS_CLOSE];
  const range = trueRange(c.highUsd[i], c.lowUsd[i], s[PREVIOUS_CLOSE]);
  s[ATR_VALUE] = s[ATR] = seededSmooth(s[ATR], range, count - 1, WILDER, WILDER_WEIGHT);
  s[GAIN] = seededSmooth(s[GAIN], Math.max(change, 0), count - 1, WILDER, WILDER_WEIGHT);
  s[LOSS] = seededSmooth(s[LOSS], Math.max(-change, 0), count - 1, WILDER, WILDER_WEIGHT);
  s[RSI_VALUE] = rsi(s[GAIN], s[LOSS]);
}

function stepWindows(s: Float64Array, c: CandleColumns, i: number): void {
  if (s[COUNT] > 1) {
    const change = logReturn(c.closeUsd[i], s[PREVIOUS_CLOSE]);
    s[RETURNS + IN] = change * change;
    pushSum(s, RETURNS, WINDOW);
    s[VOL_VALUE] = Math.sqrt(s[RETURNS + OUT]);
  }
  s[VOLUMES + IN] = c.volumeBase[i];
  pushMoments(s, VOLUMES, WINDOW);
  const squares = s[VOLUMES + OUT_SQUARES];
  s[VOLUME_Z_VALUE] = squares > 0 ? (c.volumeBase[i] - s[VOLUMES + OUT]) / Math.sqrt(squares / WINDOW) : 0;
  s[PRIOR_HIGH_VALUE] = s[HIGHS + OUT];
  s[HIGHS + IN] = c.highUsd[i];
  pushMax(s, HIGHS, PRIOR_HIGH);
}

/** What compares the candle with a longer past: slope of the VWAP, rank of the ATR, short against long volatility. */
function stepContext(f: Features, s: Float64Array): void {
  const { config } = f;
  const atr = s[ATR];
  const move = s[SLOPE_VALUE];
  s[SLOPE_VALUE] = atr > 0 ? move / (atr * config.vwapSlopeCandles) : move * 0;
  if (s[COUNT] > WILDER) {
    s[f.ranks + IN] = atr;
    pushRank(s, f.ranks, config.atrPercentileCandles);
    s[PERCENTILE_VALUE] = s[f.ranks + OUT];
  }
  if (s[COUNT] > 1) {
    const at = f.longReturns;
    s[at + IN] = s[RETURNS + IN];
    pushSum(s, at, config.longVolCandles);
    const long = s[at + OUT] / config.longVolCandles;
    s[VOL_RATIO_VALUE] = long > 0 ? Math.sqrt(s[RETURNS + OUT] / WINDOW / long) : 1;
  }
}

/** Features of a whole series, `FEATURE_COUNT` numbers a candle: what `stepFeatures` shows, row after row. */
export function featureRows(c: CandleColumns, config: FeatureConfig): Float64Array {
  const f = createFeatures(config);
  const rows = new Float64Array(c.length * FEATURE_COUNT);
  for (let i = 0, at = 0; i < c.length; i++) {
    stepFeatures(f, c, i);
    for (let slot = VALUES; slot < RETURNS; slot++) rows[at++] = f.state[slot];
  }
  return rows;
}

/** Puts NaN over what is not warm yet. */
function hideUnsettled(f: Features): void {
  for (let slot = 0; slot < FEATURE_COUNT; slot++) {
    if (f.state[COUNT] < warmUpCandles(FEATURE_NAMES[slot], f.config)) f.state[VALUES + slot] = NaN;
  }
}
