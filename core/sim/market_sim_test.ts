import assert from "node:assert/strict";
import { createCandleBuilder, foldQuotes } from "../market/candle_builder.ts";
import { CANDLE_STRIDE, QUOTE_STRIDE, spreadBps } from "../market/types.ts";
import { type Instrument, parseIncrement, qtyLots } from "../money.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";
import { createMarketSim, type MarketSimOptions, type MarketSimState, type SimSymbol } from "./market_sim.ts";

const T = Date.UTC(2026, 0, 5);
const DAYS = 30;

function coin(
  base: string,
  startPriceUsd: number,
  step: string,
  yearlyVolRatio: number,
  baseSpreadBps: number,
): SimSymbol {
  const instrument: Instrument = {
    symbol: `${base}-USD`,
    base,
    priceIncrement: parseIncrement(step),
    qtyIncrement: parseIncrement("0.0001"),
    minQtyLots: qtyLots(1),
    maxQtyLots: qtyLots(1_000_000_000),
    minNotionalUsdMicros: null,
  };
  return { instrument, startPriceUsd, yearlyVolRatio, spreadBps: baseSpreadBps, volumeUsdPerMinute: 200_000 };
}
const BTC = coin("BTC", 92_000, "0.01", 0.55, 2);
const SOL = coin("SOL", 135, "0.01", 0.95, 4);
const DOGE = coin("DOGE", 0.145, "0.000001", 1.1, 6);
const options = (some: Partial<MarketSimOptions> = {}): MarketSimOptions => ({
  seed: 42,
  startsAtMs: T,
  tickMs: 2_000,
  symbols: [BTC, SOL, DOGE],
  ...some,
});

interface Month {
  readonly closes: number[][];
  readonly volumesUsd: number[][];
  /** Mean quoted spread of each minute that has a close, first coin. */
  readonly spreads: number[];
  readonly missing: number;
  /** Regimes of the market and of the first coin at the end of each minute. */
  readonly market: string[];
  readonly own: string[];
}

function meanSpreadBps(rows: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < rows.length; row += QUOTE_STRIDE) sum += spreadBps(rows[row + 1], rows[row + 2]);
  return (sum * QUOTE_STRIDE) / rows.length;
}

/** A month of minutes of every coin. */
function month(seed: number): Month {
  const sim = createMarketSim(options({ seed }));
  const builders = [0, 1, 2].map(() => createCandleBuilder(MINUTE_MS));
  const closes: number[][] = [[], [], []], volumesUsd: number[][] = [[], [], []];
  const spreads: number[] = [], market: string[] = [], own: string[] = [];
  for (let toMs = T + MINUTE_MS; toMs <= T + DAYS * DAY_MS; toMs += MINUTE_MS) {
    sim.advance(toMs).forEach((rows, i) => {
      const candles = foldQuotes(builders[i], rows, toMs);
      for (let row = 0; row < candles.length; row += CANDLE_STRIDE) {
        closes[i].push(candles[row + 4]);
        volumesUsd[i].push(candles[row + 4] * candles[row + 5]);
        if (i === 0) spreads.push(meanSpreadBps(rows));
      }
    });
    const regimes = sim.regimes();
    market.push(regimes.market);
    own.push(regimes.coins[0]);
  }
  const missing = closes.reduce((sum, list) => sum + DAYS * 1_440 - list.length, 0);
  return { closes, volumesUsd, spreads, missing, market, own };
}
const SEEDS = [42, 1, 2];
const MONTHS = new Map(SEEDS.map((seed) => [seed, month(seed)]));

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
const returns = (closes: readonly number[], step = 1): number[] => {
  const list: number[] = [];
  for (let i = step; i < closes.length; i += step) list.push(Math.log(closes[i] / closes[i - step]));
  return list;
};
const moment = (list: readonly number[], power: number): number => {
  const m = mean(list);
  return mean(list.map((x) => (x - m) ** power));
};
const autocorrelation = (list: readonly number[], lag: number): number => {
  const m = mean(list);
  let sum = 0;
  for (let i = lag; i < list.length; i++) sum += (list[i] - m) * (list[i - lag] - m);
  return sum / list.length / moment(list, 2);
};
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((x, i) => (x - ma) * (b[i] - mb))) / Math.sqrt(moment(a, 2) * moment(b, 2));
};
/** Worst loss within `minutes`, as a ratio. */
const worstFall = (closes: readonly number[], minutes: number): number => {
  let worst = 0;
  for (let i = 0; i < closes.length; i += 5) {
    for (let j = i + 5; j <= i + minutes && j < closes.length; j += 5) {
      worst = Math.min(worst, closes[j] / closes[i] - 1);
    }
  }
  return worst;
};

/** Fails with the figure, so that a changed model shows what it changed. */
function within(value: number, least: number, most: number, what: string): void {
  assert.ok(value >= least && value <= most, `${what}: ${value.toPrecision(4)} is not in ${least} .. ${most}`);
}

Deno.test("createMarketSim() gives the path of a coin whichever others are simulated, in whatever order", () => {
  const quotes = (symbols: readonly SimSymbol[]): Float64Array => {
    const rows = createMarketSim(options({ symbols, tickMs: 10_000 })).advance(T + 10 * DAY_MS);
    return rows[symbols.indexOf(SOL)];
  };
  const want = quotes([BTC, SOL, DOGE]);
  assert.ok(want.length > 300_000);
  assert.deepEqual(quotes([SOL]), want);
  assert.deepEqual(quotes([DOGE, SOL]), want);
});

Deno.test("createMarketSim() gives another path for another seed, and for another coin with the same settings", () => {
  const twin = { ...SOL, instrument: { ...SOL.instrument, symbol: "TWIN-USD" } };
  const [a, b] = createMarketSim(options({ symbols: [SOL, twin] })).advance(T + HOUR_MS);
  const [c] = createMarketSim(options({ seed: 43, symbols: [SOL] })).advance(T + HOUR_MS);
  assert.notDeepEqual(a, b);
  assert.notDeepEqual(a, c);
});

// deno-fmt-ignore
const MOMENTS: { name: string; is: (state: MarketSimState) => boolean }[] = [
  { name: "in the middle of a minute",     is: ({ tick }) => tick % 30 === 17 },
  { name: "with a jump ahead",             is: ({ tick, coins }) => coins.some(({ jumpTick }) => jumpTick > tick) },
  { name: "while a spread is still wide",  is: ({ coins }) => coins.some(({ spreadShock }) => spreadShock > 0.5 && spreadShock < 2) },
  { name: "while a feed pauses",           is: ({ tick, coins }) => coins.some(({ quietUntilTick }) => quietUntilTick > tick + 30) },
  { name: "in an outage",                  is: ({ tick, outageUntilTick }) => outageUntilTick > tick + 30 },
];
for (const { name, is } of MOMENTS) {
  Deno.test(`createMarketSim() goes on bit for bit from a state ${name}`, () => {
    const sim = createMarketSim(options());
    let atMs = T;
    while (!is(sim.state())) sim.advance(atMs += 62_000); // 31 ticks, so that every tick of a minute comes up
    const state = structuredClone(sim.state());
    const want = sim.advance(atMs + 2 * HOUR_MS);
    assert.deepEqual(createMarketSim(options(), state).advance(atMs + 2 * HOUR_MS), want);
  });
}

Deno.test("createMarketSim() refuses a tick that does not divide a minute and a start within one", () => {
  assert.throws(() => createMarketSim(options({ tickMs: 7_000 })), /tickMs must divide a minute, got 7000/);
  assert.throws(() => createMarketSim(options({ startsAtMs: T + 1 })), /startsAtMs must be on a whole minute/);
});

Deno.test("a year of quotes stays on the grid, above zero, bid below ask, and within reach of the start", () => {
  const sim = createMarketSim(options({ tickMs: 30_000 }));
  for (let toMs = T + DAY_MS; toMs <= T + 365 * DAY_MS; toMs += DAY_MS) {
    sim.advance(toMs).forEach((rows, i) => {
      const { startPriceUsd, instrument: { priceIncrement: { decimals } } } = options().symbols[i];
      let sound = true;
      for (let row = 0; row < rows.length; row += QUOTE_STRIDE) {
        const bidUsd = rows[row + 1], askUsd = rows[row + 2], volumeBase = rows[row + 3];
        sound &&= bidUsd > startPriceUsd / 20 && bidUsd < askUsd && askUsd < startPriceUsd * 20 && volumeBase >= 0 &&
          volumeBase < Infinity && Math.round(bidUsd * 10 ** decimals) / 10 ** decimals === bidUsd &&
          Math.round(askUsd * 10 ** decimals) / 10 ** decimals === askUsd;
      }
      assert.ok(sound, `coin ${i} before ${new Date(toMs).toISOString()}`);
    });
  }
});

Deno.test("a coin worth less than a step of its grid keeps a bid of one step and an ask above it", () => {
  const sim = createMarketSim(options({ symbols: [coin("DUST", 0.006, "0.01", 3, 500)] }));
  const [rows] = sim.advance(T + 5 * DAY_MS);
  for (let row = 0; row < rows.length; row += QUOTE_STRIDE) {
    assert.ok(rows[row + 1] >= 0.01 && rows[row + 2] > rows[row + 1]);
  }
});

for (const seed of SEEDS) {
  const { closes, volumesUsd, spreads, missing, market, own } = MONTHS.get(seed)!;
  const name = `seed ${seed}`;

  Deno.test(`${name}: volatility comes in clusters that fade over hours, and returns do not predict each other`, () => {
    for (const list of closes) {
      const steps = returns(list);
      const sizes = steps.map(Math.abs);
      within(autocorrelation(sizes, 1), 0.15, 0.5, "|return| at 1 minute");
      within(autocorrelation(sizes, 60), 0.05, 0.35, "|return| at 1 hour");
      within(autocorrelation(sizes, 720), -0.03, 0.15, "|return| at 12 hours");
      within(autocorrelation(steps, 1), -0.06, 0.06, "return at 1 minute");
    }
  });

  Deno.test(`${name}: tails are fat and the size of moves is what was asked for`, () => {
    closes.forEach((list, i) => {
      const steps = returns(list);
      within(moment(steps, 4) / moment(steps, 2) ** 2, 6, 400, "kurtosis of a minute");
      const yearly = Math.sqrt(moment(steps, 2) * 525_600);
      within(yearly / options().symbols[i].yearlyVolRatio, 0.6, 1.5, "volatility against the setting");
    });
  });

  Deno.test(`${name}: trends and ranges both exist, and the market is not a straight line`, () => {
    for (const list of closes) {
      const steps = returns(list);
      // Above 1 moves go on, below they turn back; recorded months lie between 0.7 and 1.2, crashes push it up.
      within(moment(returns(list, 240), 2) / (240 * moment(steps, 2)), 0.9, 4, "variance ratio of 4 hours");
    }
    for (const regimes of [market, own]) {
      for (const regime of ["calm", "range", "rise", "fall", "choppy"]) {
        within(regimes.filter((at) => at === regime).length / regimes.length, 0.02, 0.6, `share of ${regime}`);
      }
    }
  });

  Deno.test(`${name}: the month has a crash in all coins at once, and a rebound after each`, () => {
    const crashes = market.filter((at, minute) => at === "crash" && market[minute - 1] !== "crash");
    within(crashes.length, 1, 12, "crashes");
    market.forEach((at, minute) => {
      if (at !== "crash" && market[minute - 1] === "crash") assert.equal(at, "rebound");
    });
    for (const list of closes) within(worstFall(list, 240), -0.4, -0.05, "worst four hours");
  });

  Deno.test(`${name}: coins move together, but not as one`, () => {
    const hourly = closes.map((list) => returns(list, 60));
    const length = Math.min(...hourly.map((list) => list.length));
    // Coins miss different minutes, so hours drift apart by some; hours are long enough not to care.
    within(
      correlation(hourly[0].slice(0, length), hourly[1].slice(0, length)),
      0.25,
      0.85,
      "correlation of BTC and SOL",
    );
  });

  Deno.test(`${name}: the spread widens when the market moves`, () => {
    const moves = returns(closes[0]).map(Math.abs);
    // A minute of which only the first instant was quoted, before a pause, has a close but no spread.
    const pairs = moves.map((move, i) => [move, spreads[i + 1]]).filter(([, spread]) => spread > 0);
    pairs.sort(([a], [b]) => a - b);
    const calm = mean(pairs.slice(0, pairs.length / 2).map(([, spread]) => spread));
    const wild = mean(pairs.slice(-pairs.length / 100).map(([, spread]) => spread));
    within(calm, 1, 3, "spread in calm minutes, bps");
    within(wild / calm, 1.5, 8, "spread in wild minutes against calm ones");
  });

  Deno.test(`${name}: volume follows the day and the movement`, () => {
    const moves = returns(closes[2]).map(Math.abs);
    within(correlation(moves, volumesUsd[2].slice(1)), 0.2, 0.9, "correlation of movement and volume");
    within(mean(volumesUsd[2]) / DOGE.volumeUsdPerMinute, 0.5, 3, "volume against the setting");
  });

  Deno.test(`${name}: feeds pause`, () => within(missing, 30, 3_000, "minutes without a quote"));
}

/**
 * Buys a two-hour high, trails a stop at eight average ranges, pays 25 bps a round trip: patient, simple, and blind to what
 * comes. Gives trades a day and the mean result in bps.
 */
function breakout(closes: readonly number[]): { perDay: number; meanBps: number } {
  const results: number[] = [];
  let range = closes[0] * 0.001, stop = 0, entry = 0;
  for (let i = 121; i < closes.length; i++) {
    range += (1.6 * Math.abs(closes[i] - closes[i - 1]) - range) / 60;
    if (entry > 0) {
      if (closes[i] <= stop) {
        results.push((closes[i] / entry - 1) * 10_000 - 25);
        entry = 0;
      } else stop = Math.max(stop, closes[i] - 8 * range);
    } else if (closes[i] > Math.max(...closes.slice(i - 120, i))) {
      entry = closes[i];
      stop = entry - 8 * range;
    }
  }
  return { perDay: results.length / DAYS, meanBps: mean(results) };
}

Deno.test("an honest trend rule finds a few trades a coin and day, and on the whole they pay their costs", () => {
  const found = SEEDS.flatMap((seed) => MONTHS.get(seed)!.closes.map(breakout));
  for (const { perDay } of found) within(perDay, 2, 9, "trades a day");
  within(mean(found.map(({ meanBps }) => meanBps)), 5, 80, "mean result, bps");
});
