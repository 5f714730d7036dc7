/**
 * The simulated market: quotes of any number of coins, from a seed. It is labelled wherever it is shown, and it is meant to
 * be hard to trade in the ways in which real markets are: trends that end, ranges that break, crashes with rebounds,
 * volatility in clusters, fat tails, a daily rhythm, spreads that widen when it matters, and feeds that pause.
 *
 * Always true:
 *  - same seed, same bytes: the path of a coin depends on the seed, its own settings and the market factor, and never on
 *    which other coins are simulated, in what order, or how time is cut into calls;
 *  - prices are on the coin's grid and above zero, bid < ask, for years: a weak pull (half-life of 120 days) keeps the
 *    log price within a plausible distance of where it started;
 *  - while the feed pauses the price goes on underneath, so that it comes back with a jump.
 *
 * `Math.exp`, `log` and `sqrt` are the only functions beyond + - * /; V8 computes them in software, alike on all machines.
 * The figures below were set by comparing with recorded minutes of BTC, ETH, SOL and DOGE (kurtosis, autocorrelation
 * of absolute returns, variance ratios, worst hours); `market_sim_test.ts` holds what must stay true.
 */
import type { QuoteRows } from "../market/types.ts";
import { QUOTE_STRIDE } from "../market/types.ts";
import type { Increment, Instrument } from "../money.ts";
import { createRng, type RngState } from "../rng.ts";
import { DAY_MS, MINUTE_MS, type UtcMs } from "../time.ts";
import { createFactor, dayShape, type Factor, type FactorState, type RegimeSpec } from "./market_sim_factor.ts";

export interface SimSymbol {
  readonly instrument: Instrument;
  readonly startPriceUsd: number;
  /** Standard deviation of a year's log return; 0.6 is 60 %. */
  readonly yearlyVolRatio: number;
  /** Whole spread over mid in an ordinary minute. */
  readonly spreadBps: number;
  /** Traded value in an ordinary minute. */
  readonly volumeUsdPerMinute: number;
}

export interface MarketSimOptions {
  readonly seed: number;
  /** On a whole minute. */
  readonly startsAtMs: UtcMs;
  /** Distance of quotes; divides a minute. */
  readonly tickMs: number;
  readonly symbols: readonly SimSymbol[];
}

export interface CoinState {
  readonly factor: FactorState;
  readonly rng: RngState;
  readonly logPrice: number;
  readonly spreadShock: number;
  readonly jumpTick: number;
  readonly jumpLog: number;
  readonly quietUntilTick: number;
}

export interface MarketSimState {
  readonly tick: number;
  readonly market: FactorState;
  readonly outageRng: RngState;
  readonly outageUntilTick: number;
  readonly coins: readonly CoinState[];
}

export interface MarketSim {
  /** Quotes after the last call up to and including `toMs`, one array a symbol. */
  advance(toMs: UtcMs): QuoteRows[];
  /** Regime of the market factor and of each coin's own, for labels and tests. */
  regimes(): { readonly market: string; readonly coins: readonly string[] };
  state(): MarketSimState;
}

/**
 * Share of a coin's variance that it has in common with all others, which is the correlation of two coins. Recorded minutes of
 * seven pairs (BTC, ETH, DOGE, XRP, LINK, SOL; 2020, 2021, 2025) show 0.50 to 0.84, their hours 0.48 to 0.86.
 */
const COMMON_SHARE = 0.65;

/**
 * The market as a whole. Crashes are rare, fast and followed by a partial rebound; rises are slower and more frequent, so
 * that the sum over months is near zero. In units of a minute's ordinary movement: 0.11 for 150 minutes is a trend of twice
 * the noise it travels through.
 */
const MARKET_REGIMES: readonly RegimeSpec[] = [
  spec("calm", 30, 200, 0.7, [0, 0]),
  { ...spec("range", 26, 160, 0.85, [0, 0]), pullHalfLifeMinutes: 45 },
  spec("rise", 16, 150, 1.05, [0.07, 0.15]),
  spec("fall", 13, 120, 1.25, [-0.16, -0.08]),
  spec("choppy", 12, 120, 1.6, [0, 0]),
  { ...spec("crash", 1.3, 75, 2.8, [-1.9, -0.8]), next: "rebound" },
  { ...spec("rebound", 0, 110, 2.1, [0.2, 0.55]), next: "choppy" },
];

/** What a coin does on its own. */
const COIN_REGIMES: readonly RegimeSpec[] = [
  spec("calm", 32, 180, 0.75, [0, 0]),
  { ...spec("range", 30, 140, 0.9, [0, 0]), pullHalfLifeMinutes: 35 },
  spec("rise", 15, 140, 1.1, [0.08, 0.18]),
  spec("fall", 15, 130, 1.15, [-0.19, -0.08]),
  spec("choppy", 8, 90, 1.6, [0, 0]),
];

function spec(
  name: string,
  weight: number,
  medianMinutes: number,
  volatility: number,
  drift: readonly [number, number],
): RegimeSpec {
  return { name, weight, next: null, medianMinutes, volatility, drift, pullHalfLifeMinutes: null };
}

const PULL_HALF_LIFE_MS = 120 * DAY_MS;

/** A coin jumps about once in two days, by a few minutes' worth of movement, in either direction. */
const JUMPS_PER_MINUTE = 1 / (2 * 1_440);
const JUMP_MINUTES_MEAN = 7;

/** A coin's quotes pause about once in three days for some minutes; all pause together about once in two weeks. */
const PAUSES_PER_MINUTE = 1 / (3 * 1_440);
const PAUSE_MINUTES_MEAN = 3;
const OUTAGES_PER_MINUTE = 1 / (14 * 1_440);
const OUTAGE_MINUTES_MEAN = 25;

/** A jump or the end of a pause triples the spread; it comes back by half within 45 s. */
const SPREAD_SHOCK = 2;
const SPREAD_SHOCK_HALF_LIFE_MS = 45_000;

/** Ticks computed at a time: as many as fit the cache together with their scratch columns. */
const BLOCK = 1_800;

export function createMarketSim(options: MarketSimOptions, from?: MarketSimState): MarketSim {
  const { startsAtMs, tickMs, symbols } = options;
  const ticksPerMinute = MINUTE_MS / tickMs;
  if (!Number.isInteger(ticksPerMinute)) throw new RangeError(`tickMs must divide a minute, got ${tickMs}`);
  if (startsAtMs % MINUTE_MS !== 0) throw new RangeError(`startsAtMs must be on a whole minute, got ${startsAtMs}`);

  const root = createRng(options.seed);
  const market = createFactor({
    startsAtMs,
    tickMs,
    regimes: MARKET_REGIMES,
    from: from?.market ?? root.fork("market"),
  });
  const outageRng = from ? createRng(from.outageRng) : root.fork("outages");
  const coins = symbols.map((symbol, i) =>
    createCoin(symbol, { startsAtMs, tickMs }, root.fork(symbol.instrument.symbol), from?.coins[i])
  );
  let tick = from?.tick ?? 0;
  let outageUntilTick = from?.outageUntilTick ?? 0;

  const marketSteps = new Float64Array(BLOCK);
  const marketVolatilities = new Float64Array(BLOCK);
  const outage = new Uint8Array(BLOCK);

  const runMarket = (count: number): void => {
    market.run(marketSteps, marketVolatilities, count);
    for (let k = 0; k < count; k++) {
      const at = tick + k;
      if (at % ticksPerMinute === 0 && outageRng.chance(OUTAGES_PER_MINUTE)) {
        outageUntilTick = at + Math.ceil(-Math.log(1 - outageRng.next()) * OUTAGE_MINUTES_MEAN * ticksPerMinute);
      }
      outage[k] = at < outageUntilTick ? 1 : 0;
    }
  };

  return {
    advance(toMs) {
      const toTick = Math.max(tick, Math.floor((toMs - startsAtMs) / tickMs));
      const rows = symbols.map(() => new Float64Array((toTick - tick) * QUOTE_STRIDE));
      const used = symbols.map(() => 0);
      while (tick < toTick) {
        const count = Math.min(BLOCK, toTick - tick);
        runMarket(count);
        coins.forEach((coin, i) => {
          used[i] = coin.run({ tick, count, marketSteps, marketVolatilities, outage }, rows[i], used[i]);
        });
        tick += count;
      }
      return rows.map((row, i) => (used[i] === row.length ? row : row.slice(0, used[i])));
    },
    regimes: () => ({ market: market.regime(), coins: coins.map((coin) => coin.regime()) }),
    state: () => ({
      tick,
      market: market.state(),
      outageRng: outageRng.state(),
      outageUntilTick,
      coins: coins.map((coin) => coin.state()),
    }),
  };
}

interface MarketBlock {
  readonly tick: number;
  readonly count: number;
  readonly marketSteps: Float64Array;
  readonly marketVolatilities: Float64Array;
  readonly outage: Uint8Array;
}

interface Coin {
  /** Writes quotes of the block into `rows` from element `at`; gives the element after the last. */
  run(block: MarketBlock, rows: Float64Array, at: number): number;
  regime(): string;
  state(): CoinState;
}

function createCoin(
  symbol: SimSymbol,
  { startsAtMs, tickMs }: { readonly startsAtMs: UtcMs; readonly tickMs: number },
  root: ReturnType<typeof createRng>,
  from: CoinState | undefined,
): Coin {
  const ticksPerMinute = MINUTE_MS / tickMs;
  const factor: Factor = createFactor({
    startsAtMs,
    tickMs,
    regimes: COIN_REGIMES,
    from: from?.factor ?? root.fork("factor"),
  });
  const rng = from ? createRng(from.rng) : root.fork("quotes");
  const startLog = Math.log(symbol.startPriceUsd);
  const commonWeight = symbol.yearlyVolRatio * Math.sqrt(COMMON_SHARE);
  const ownWeight = symbol.yearlyVolRatio * Math.sqrt(1 - COMMON_SHARE);
  const pullPerTick = (Math.LN2 * tickMs) / PULL_HALF_LIFE_MS;
  const shockKept = Math.pow(0.5, tickMs / SPREAD_SHOCK_HALF_LIFE_MS);
  const minuteSigma = symbol.yearlyVolRatio * Math.sqrt(MINUTE_MS / (365 * DAY_MS));
  const price = grid(symbol.instrument.priceIncrement);
  const qty = grid(symbol.instrument.qtyIncrement);

  let logPrice = from?.logPrice ?? startLog;
  let spreadShock = from?.spreadShock ?? 0;
  let jumpTick = from?.jumpTick ?? -1;
  let jumpLog = from?.jumpLog ?? 0;
  let quietUntilTick = from?.quietUntilTick ?? 0;

  const steps = new Float64Array(BLOCK);
  const volatilities = new Float64Array(BLOCK);

  /** Draws of a minute: a jump on one of its ticks, a pause of the feed. */
  const startMinute = (tick: number): void => {
    if (rng.chance(JUMPS_PER_MINUTE)) {
      jumpTick = tick + rng.int(ticksPerMinute);
      const size = -Math.log(1 - rng.next()) * JUMP_MINUTES_MEAN * minuteSigma;
      jumpLog = rng.chance(0.5) ? size : -size;
    }
    if (rng.chance(PAUSES_PER_MINUTE)) {
      quietUntilTick = tick + Math.ceil(-Math.log(1 - rng.next()) * PAUSE_MINUTES_MEAN * ticksPerMinute);
    }
  };

  return {
    run({ tick: firstTick, count, marketSteps, marketVolatilities, outage }, rows, at) {
      factor.run(steps, volatilities, count);
      let volumePerTick = 0;
      for (let k = 0; k < count; k++) {
        const tick = firstTick + k;
        const atMs = startsAtMs + (tick + 1) * tickMs;
        if (tick % ticksPerMinute === 0) startMinute(tick);
        if (k === 0 || tick % ticksPerMinute === 0) {
          const shape = dayShape(startsAtMs + (tick - (tick % ticksPerMinute)) * tickMs);
          volumePerTick = (symbol.volumeUsdPerMinute / ticksPerMinute) * shape * shape;
        }
        logPrice += commonWeight * marketSteps[k] + ownWeight * steps[k] + pullPerTick * (startLog - logPrice);
        spreadShock *= shockKept;
        if (tick === jumpTick) {
          logPrice += jumpLog;
          spreadShock = SPREAD_SHOCK;
        }
        const mv = marketVolatilities[k], ov = volatilities[k];
        const variance = COMMON_SHARE * mv * mv + (1 - COMMON_SHARE) * ov * ov;
        // Drawn also while the feed is quiet, so that a pause changes nothing after it.
        const traded = -Math.log(1 - rng.next());
        if (tick < quietUntilTick || outage[k] === 1) {
          spreadShock = SPREAD_SHOCK;
          continue;
        }
        const midUsd = Math.exp(logPrice);
        const halfRatio = (symbol.spreadBps / 20_000) * (0.5 + 0.5 * Math.sqrt(variance)) * (1 + spreadShock);
        const bidSteps = Math.max(1, Math.floor((midUsd * (1 - halfRatio) * price.scale) / price.mantissa));
        const askSteps = Math.max(bidSteps + 1, Math.ceil((midUsd * (1 + halfRatio) * price.scale) / price.mantissa));
        rows[at] = atMs;
        rows[at + 1] = (bidSteps * price.mantissa) / price.scale;
        rows[at + 2] = (askSteps * price.mantissa) / price.scale;
        const volumeBase = (volumePerTick * traded * variance) / midUsd;
        rows[at + 3] = (Math.floor((volumeBase * qty.scale) / qty.mantissa) * qty.mantissa) / qty.scale;
        at += QUOTE_STRIDE;
      }
      return at;
    },
    regime: () => factor.regime(),
    state: () => ({
      factor: factor.state(),
      rng: rng.state(),
      logPrice,
      spreadShock,
      jumpTick,
      jumpLog,
      quietUntilTick,
    }),
  };
}

/** The grid as numbers: `steps × mantissa / scale` is the double nearest to the decimal. */
const grid = ({ mantissa, decimals }: Increment) => ({ mantissa, scale: 10 ** decimals });
