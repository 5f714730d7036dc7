/**
 * One source of price movement: a log-price path that goes through regimes, with volatility that comes in clusters. The
 * market as a whole is one such factor, and each coin adds one of its own.
 *
 * ```
 * minute:  regime left its last minute? ─▶ draw the next one (drift, volatility, anchor)
 *          how surprising was the minute? ─▶ volatility moves (EGARCH), the shape of the day is applied
 * tick:    step = drift + pull to the anchor (ranges only) + volatility × normal
 * ```
 * Always true: one tick draws the same numbers however time is cut into calls; state is plain data. Unit of the path: a
 * factor of volatility 1 moves by about 100 % a year (one standard deviation of the log price).
 */
import { createRng, type Rng, type RngState } from "../rng.ts";
import { DAY_MS, MINUTE_MS, type UtcMs } from "../time.ts";

/** How a factor behaves for a while. Drift and ranges are told in units of the ordinary movement of one minute. */
export interface RegimeSpec {
  readonly name: string;
  /** How often it is drawn, relative to the others of its table; 0 for one that only follows another. */
  readonly weight: number;
  /** Regime that always comes after it, `null` for any. */
  readonly next: string | null;
  /** Median length; the length itself is log-normal, between half and twice of it. */
  readonly medianMinutes: number;
  /** Volatility against the ordinary one. */
  readonly volatility: number;
  /** Drift a minute, between these two. */
  readonly drift: readonly [number, number];
  /** Half-life of the pull to where the regime began; `null` for none. */
  readonly pullHalfLifeMinutes: number | null;
}

export interface FactorState {
  readonly rng: RngState;
  readonly tick: number;
  /** Log price, in units of a factor with volatility 1. */
  readonly level: number;
  readonly minuteLevel: number;
  readonly regime: number;
  readonly minutesLeft: number;
  readonly driftPerTick: number;
  readonly anchor: number;
  /** EGARCH: logarithm of the clustering volatility. */
  readonly logVolatility: number;
  /** Logarithm of the slow volatility: quiet and busy days. */
  readonly season: number;
  /** Volatility in force, against the ordinary one. */
  readonly volatility: number;
}

export interface Factor {
  /** Writes the steps and the volatility of the next `count` ticks. */
  run(steps: Float64Array, volatilities: Float64Array, count: number): void;
  /** Name of the regime the last tick was in. */
  regime(): string;
  state(): FactorState;
}

export interface FactorOptions {
  readonly startsAtMs: UtcMs;
  readonly tickMs: number;
  readonly regimes: readonly RegimeSpec[];
  readonly from: Rng | FactorState;
}

const YEAR_MS = 365 * DAY_MS;

/** One standard deviation of a minute of a factor with volatility 1 that moves by 100 % a year. */
export const MINUTE_SIGMA = Math.sqrt(MINUTE_MS / YEAR_MS);

/** Share of the yearly movement that is plain diffusion; trends, crashes and clusters bring the rest. */
const DIFFUSION = 0.7;

// EGARCH(1,1) on minutes. A shock fades by half in 23 minutes; a fall raises volatility more than a rise.
const PERSISTENCE = 0.97;
const SHOCK = 0.13;
const LEVERAGE = -0.02;
const SURPRISE_MAX = 6;
const LOG_VOLATILITY_MAX = 1.3;

// Above it a slow component with a half-life of a day and a half: a standard deviation of 0.35 makes calm days and busy ones.
const SEASON_PERSISTENCE = Math.pow(0.5, 1 / (1.5 * 1_440));
const SEASON_STEP = 0.35 * Math.sqrt(1 - SEASON_PERSISTENCE * SEASON_PERSISTENCE);
const MEAN_ABS_NORMAL = Math.sqrt(2 / Math.PI);

/** Volatility by UTC hour, mean 1: quiet late in the American night, busiest when New York opens. */
const DAY_SHAPE = [
  0.98,
  0.93,
  0.88,
  0.84,
  0.82,
  0.82,
  0.86,
  0.94,
  1.01,
  1.02,
  1.01,
  1.03, //
  1.13,
  1.3,
  1.34,
  1.26,
  1.16,
  1.07,
  1.02,
  0.98,
  0.95,
  0.91,
  0.88,
  0.86,
];

const clamp = (value: number, bound: number): number => Math.max(-bound, Math.min(bound, value));

/** Shape of the day at an instant, linear between the hours. */
export function dayShape(atMs: UtcMs): number {
  const hours = (atMs % DAY_MS) / 3_600_000;
  const hour = Math.floor(hours);
  const part = hours - hour;
  return DAY_SHAPE[hour] * (1 - part) + DAY_SHAPE[(hour + 1) % 24] * part;
}

export function createFactor(options: FactorOptions): Factor {
  const { startsAtMs, tickMs, regimes, from } = options;
  const fresh = "fork" in from;
  const rng = fresh ? from : createRng(from.rng);
  const ticksPerMinute = MINUTE_MS / tickMs;
  const tickSigma = DIFFUSION * MINUTE_SIGMA / Math.sqrt(ticksPerMinute);
  const weightSum = regimes.reduce((sum, { weight }) => sum + weight, 0);
  const pulls = regimes.map(({ pullHalfLifeMinutes }) =>
    pullHalfLifeMinutes === null ? 0 : Math.LN2 / (pullHalfLifeMinutes * ticksPerMinute)
  );

  let tick = fresh ? 0 : from.tick;
  let level = fresh ? 0 : from.level;
  let minuteLevel = fresh ? 0 : from.minuteLevel;
  let regime = fresh ? -1 : from.regime;
  let minutesLeft = fresh ? 0 : from.minutesLeft;
  let driftPerTick = fresh ? 0 : from.driftPerTick;
  let anchor = fresh ? 0 : from.anchor;
  let logVolatility = fresh ? 0 : from.logVolatility;
  let season = fresh ? 0 : from.season;
  let volatility = fresh ? 1 : from.volatility;

  const enterRegime = (): void => {
    const next = regime < 0 ? null : regimes[regime].next;
    regime = next === null ? drawRegime() : regimes.findIndex(({ name }) => name === next);
    const spec = regimes[regime];
    const stretch = Math.exp(clamp(0.5 * rng.normal(), Math.LN2));
    minutesLeft = Math.max(1, Math.round(spec.medianMinutes * stretch));
    const [least, most] = spec.drift;
    driftPerTick = ((least + (most - least) * rng.next()) * MINUTE_SIGMA) / ticksPerMinute;
    anchor = level;
  };

  const drawRegime = (): number => {
    let left = rng.next() * weightSum;
    let last = 0;
    for (let k = 0; k < regimes.length; k++) {
      if (regimes[k].weight === 0) continue;
      last = k;
      left -= regimes[k].weight;
      if (left < 0) break;
    }
    return last;
  };

  const startMinute = (): void => {
    if (tick > 0) {
      const expected = volatility * DIFFUSION * MINUTE_SIGMA;
      const z = (level - minuteLevel - driftPerTick * ticksPerMinute) / expected;
      const surprise = clamp(z, SURPRISE_MAX);
      const moved = PERSISTENCE * logVolatility + SHOCK * (Math.abs(surprise) - MEAN_ABS_NORMAL) + LEVERAGE * surprise;
      logVolatility = clamp(moved, LOG_VOLATILITY_MAX);
      season = clamp(SEASON_PERSISTENCE * season + SEASON_STEP * rng.normal(), LOG_VOLATILITY_MAX);
    }
    if (minutesLeft === 0) enterRegime();
    minutesLeft--;
    minuteLevel = level;
    volatility = regimes[regime].volatility * Math.exp(logVolatility + season) * dayShape(startsAtMs + tick * tickMs);
  };

  return {
    run(steps, volatilities, count) {
      for (let k = 0; k < count; k++) {
        if (tick % ticksPerMinute === 0) startMinute();
        const step = driftPerTick + (anchor - level) * pulls[regime] + volatility * tickSigma * rng.normal();
        level += step;
        tick++;
        steps[k] = step;
        volatilities[k] = volatility;
      }
    },
    regime: () => (regime < 0 ? "" : regimes[regime].name),
    state: () => ({
      rng: rng.state(),
      tick,
      level,
      minuteLevel,
      regime,
      minutesLeft,
      driftPerTick,
      anchor,
      logVolatility,
      season,
      volatility,
    }),
  };
}
