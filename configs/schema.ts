/**
 * What the configuration files may say. One schema serves validation, the generated table of options and forms: each key
 * carries its range, unit and meaning. Always true:
 *  - unknown keys are refused, and no key has a default: what is not written down does not hold;
 *  - costs are never assumed: a mode without a fee profile is an error;
 *  - ratios are 0..1, durations are milliseconds, names end in their unit.
 */
import { z } from "zod";
import { LIMITS, type LimitSpec, PRESETS } from "../core/risk/limits.ts";
import { STRATEGIES } from "../core/strategy/registry.ts";

/** What a key of the schema says of itself; `says` describes texts whose rule is a pattern. */
export interface KeyMeta {
  readonly description: string;
  readonly unit?: string;
  readonly says?: string;
}

const number = (unit: string, [min, max]: readonly [number, number], description: string) =>
  z.number().min(min).max(max).meta({ description, unit } satisfies KeyMeta);
const whole = (unit: string, [min, max]: readonly [number, number], description: string) =>
  z.int().min(min).max(max).meta({ description, unit } satisfies KeyMeta);
const ratio = (description: string) => number("ratio", [0, 1], description);
const text = (pattern: RegExp, says: string, description: string) =>
  z.string().regex(pattern).meta({ description, says } satisfies KeyMeta);
const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices, description: string) =>
  z.enum(choices).meta({ description } satisfies KeyMeta);
const flag = (description: string) => z.boolean().meta({ description } satisfies KeyMeta);
const decimal = (description: string) => text(/^\d+(\.\d+)?$/, 'a plain decimal in quotes such as "0.01"', description);

const MINUTE = 60_000, DAY = 86_400_000;

// settings.yaml

const restarts = (what: string) =>
  z.strictObject({
    restarts: whole("count", [1, 1_000], `restarts of ${what} that are still tolerated`),
    withinMs: whole("ms", [1_000, 7 * DAY], `stretch of time in which restarts of ${what} are counted`),
  });

const delay = (what: string) =>
  z.strictObject({
    medianMs: number("ms", [0, MINUTE], `half of all ${what} take less`),
    sigma: number("none", [0, 3], `spread of ${what}: standard deviation of the logarithm; 0 is always the median`),
    maxMs: number("ms", [0, 10 * MINUTE], `no ${what} take longer`),
  }).refine(({ medianMs, maxMs }) => medianMs <= maxMs, { error: "maxMs must not be below medianMs" });

const strategies = z.strictObject(Object.fromEntries(
  STRATEGIES.map(({ id, title, params }) => [
    id,
    z.strictObject({
      enabled: flag(`whether ${title} may signal`),
      ...Object.fromEntries(
        Object.entries(params).map(([name, { min, max, unit, why }]) => [
          name,
          (unit === "count" ? whole : number)(unit, [min, max], why),
        ]),
      ),
    }),
  ]),
));

const isDivisorOfMinute = (ms: number): boolean => MINUTE % ms === 0;
const isWholeMinute = (instant: string): boolean => Date.parse(instant) % MINUTE === 0;

export const SettingsSchema = z.strictObject({
  mode: choice(
    ["sim", "paper", "live"],
    "what trades: simulated money on this market, paper on real prices, real money",
  ),
  market: choice(["sim", "replay"], "where prices come from: the seeded simulation, or recorded candles"),
  stateDir: text(/\S/, "a path", "directory of the stored state, one for each installation"),
  port: whole("none", [0, 65_535], "port of the dashboard on 127.0.0.1; 0 takes a free one"),
  speed: z.union([z.number().min(0.1).max(100_000), z.literal("max")]).meta({
    description: "market seconds per second, or max for as fast as possible",
    unit: "ratio",
  }),
  seed: whole("none", [0, 4_294_967_295], "seed of all chance: market, delays, ids"),
  capitalUsd: number("usd", [1, 10_000_000], "money at the start of a simulated or paper run"),
  sim: z.strictObject({
    startsAt: text(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/,
      "an instant such as 2026-01-05T00:00:00Z",
      "where the visible run begins",
    )
      .refine(isWholeMinute, { error: "must be an instant that exists" }),
    backfillMinutes: whole("minutes", [0, 43_200], "market time traded at full speed before the visible run"),
    warmUpMinutes: whole("minutes", [0, 43_200], "candles before that, for features alone"),
    tickMs: whole("ms", [1_000, MINUTE], "distance of quotes; divides a minute")
      .refine(isDivisorOfMinute, { error: "must divide a minute, as 1000, 2000, 5000 or 60000 do" }),
  }),
  replay: z.strictObject({
    files: z.array(text(/\S/, "a path, or SYMBOL-USD=path", "a file")).meta({
      description: "CSV files of candles, plain or gzip; several periods of a symbol are put in line",
    }),
    spreadBps: number("bps", [0, 1_000], "whole spread over mid of the made-up quotes, in a still market"),
    spreadRangeRatio: ratio("share of the previous candle's range that the spread grows by"),
    path: choice(["pessimistic", "direction"], "order of high and low inside a candle"),
    onBadRow: choice(["skip", "stop"], "a line that is no candle: leave it out and count it, or refuse the file"),
    onGap: choice(["report", "stop"], "missing candles: tell them, or refuse the file"),
  }),
  paperVenue: z.strictObject({
    requestDelay: delay("requests to the venue"),
    reportDelay: delay("reports of the venue"),
    matchDelay: delay("matches of an order that crosses"),
    cancelDelay: delay("cancels at the venue"),
    volumeShareRatio: ratio("share of the traded volume that one order can have"),
    queueShareRatio: ratio("share of that for an order that rests at the best price"),
  }),
  supervisor: z.strictObject({
    beatMs: whole("ms", [100, MINUTE], "how often an actor says that it lives"),
    silentAfterMs: whole("ms", [500, 10 * MINUTE], "an actor silent for longer is taken for dead"),
    actorBurst: restarts("one actor in a burst"),
    actorDay: restarts("one actor in a day"),
    brokerGroup: restarts("broker and recorder"),
    top: restarts("the whole program"),
  }).refine(({ beatMs, silentAfterMs }) => silentAfterMs >= 3 * beatMs, {
    error: "silentAfterMs must be at least three beats, or one late beat looks like a death",
  }),
  scorer: z.strictObject({
    provider: choice(["auto", "rules", "ollama", "openai"], "who gives verdicts; auto takes the best that answers"),
    deadlineMs: whole("ms", [100, 10 * MINUTE], "a verdict that takes longer counts as none"),
    queueMax: whole("count", [1, 1_000], "questions that may wait; the oldest of least worth goes first"),
    concurrencyMax: whole("count", [1, 16], "questions asked at the same time"),
  }),
  candles: z.strictObject({
    maxMissingCandles: whole("count", [0, 1_440], "missing minutes that count as a pause of trading; more are a hole"),
    settleCandles: whole("count", [0, 1_440], "minutes without an entry after a hole"),
  }),
  strategies,
  fusion: z.strictObject({
    policy: choice(["veto_only", "weighted", "off"], "what news and verdict may do to a signal"),
    minConfidence: ratio("least fused confidence"),
    minProbability: ratio("a verdict below this probability is a veto"),
    newsVetoAtOrBelow: number("score", [-1, 1], "a news score at or below this is a veto"),
    onAbstain: choice(["ignore", "veto"], "the model looked and had no opinion"),
    onFault: choice(["ignore", "veto"], "there is no verdict, or none that counts"),
    weights: z.strictObject({
      technical: number("none", [0.01, 100], "weight of the strategy's score, for policy weighted"),
      news: number("none", [0, 100], "weight of the news"),
      verdict: number("none", [0, 100], "weight of the verdict"),
    }),
  }),
  dashboard: z.strictObject({
    patchMaxHz: number("hz", [0.2, 20], "most updates a second that a page is sent"),
  }),
  log: z.strictObject({
    level: choice(["debug", "info", "warn", "error"], "least severity that is written"),
  }),
});

// risk.yaml and presets/*.yaml

/** A limit as the files write it: money in dollars, everything else as the gate counts it. */
const limit = ({ label, unit, min, max, optional, why }: LimitSpec) => {
  const scale = unit === "usd_micros" ? 1_000_000 : 1;
  const kind = unit === "count" ? whole : number;
  const of = kind(unit === "usd_micros" ? "usd" : unit, [min / scale, max / scale], `${label}: ${why}`);
  return optional ? of.nullable().meta(of.meta() ?? {}) : of;
};

/** The key of a limit in the files: `bankrollMaxUsdMicros` is `bankrollMaxUsd` there. */
export const limitFileKey = (key: string): string => key.replace(/Micros$/, "");

export const LimitsSchema = z.strictObject(
  Object.fromEntries(Object.entries(LIMITS).map(([key, spec]) => [limitFileKey(key), limit(spec)])),
).refine(({ stopDistanceMinBps, stopDistanceMaxBps }) => stopDistanceMinBps! < stopDistanceMaxBps!, {
  error: "stopDistanceMinBps must be below stopDistanceMaxBps",
});

export const RiskSchema = z.strictObject({
  preset: choice([...PRESETS, "custom"], "whose limits hold: a file in presets/, or the values under custom"),
  custom: LimitsSchema,
});

// symbols.yaml

const symbolName = z.string().regex(/^[A-Z0-9]+-USD$/).meta({ says: "a dollar pair such as BTC-USD" });

export const SymbolSchema = z.strictObject({
  enabled: flag("whether it is watched and traded"),
  priceIncrement: decimal("price step of the venue"),
  quantityIncrement: decimal("quantity step of the venue"),
  minQuantity: decimal("smallest order in coins"),
  maxQuantity: decimal("largest order in coins"),
  minNotionalUsd: number("usd", [0, 1_000_000], "smallest order value; null where the venue does not say").nullable()
    .meta({ description: "smallest order value; null where the venue does not say", unit: "usd" }),
  sim: z.strictObject({
    startPriceUsd: number("usd", [1e-9, 10_000_000], "price at the start of the simulated market"),
    yearlyVolRatio: number("ratio", [0.05, 5], "volatility of simulated minutes, over a year"),
    spreadBps: number("bps", [0.1, 500], "whole spread of the simulated quotes in an ordinary minute"),
    volumeUsdPerMinute: number("usd", [1, 1e9], "value traded in an ordinary simulated minute"),
  }),
});

export const SymbolsSchema = z.strictObject({
  symbols: z.record(symbolName, SymbolSchema),
  stockWatchlist: z.array(text(/^[A-Z.]{1,6}$/, "a ticker such as NVDA", "a ticker")).meta({
    description: "stock tickers whose daily candles are watched and never traded",
  }),
});

// regime.yaml

const least = (unit: string, range: readonly [number, number], what: string) =>
  z.strictObject({
    enter: number(unit, range, `least ${what} to enter`),
    stay: number(unit, range, `least ${what} to stay`),
  }).refine(({ enter, stay }) => stay <= enter, {
    error: "stay must not be above enter: staying is easier than entering",
  });
const most = (unit: string, range: readonly [number, number], what: string) =>
  z.strictObject({
    enter: number(unit, range, `most ${what} to enter`),
    stay: number(unit, range, `most ${what} to stay`),
  }).refine(({ enter, stay }) => stay >= enter, {
    error: "stay must not be below enter: staying is easier than entering",
  });

const SLOPE = [0, 1] as const, PART = [0, 1] as const, TIMES = [0, 20] as const;

export const RegimeSchema = z.strictObject({
  inputs: z.strictObject({
    vwapSlopeCandles: whole("count", [1, 480], "T1: candles over which the change of the VWAP is taken"),
    atrPercentileCandles: whole("count", [2, 20_000], "T2: candles among which the ATR is ranked"),
    longVolCandles: whole("count", [60, 20_000], "T3: candles of the long volatility; the short one has 60"),
  }),
  trend: z.strictObject({
    slopeAtrMin: least("atr", SLOPE, "T1, slope of the VWAP in ATR a candle"),
    atrPercentileMin: least("ratio", PART, "T2, rank of the ATR"),
    volRatioMin: least("ratio", TIMES, "T3, short volatility over long"),
  }),
  range: z.strictObject({
    slopeAtrMax: most("atr", SLOPE, "T1, slope of the VWAP in ATR a candle"),
    atrPercentileMin: least("ratio", PART, "T2, rank of the ATR"),
    atrPercentileMax: most("ratio", PART, "T2, rank of the ATR"),
    volRatioMax: most("ratio", TIMES, "T3, short volatility over long"),
  }),
  minDwellCandles: whole("count", [1, 1_440], "candles that a trend or range is held at least"),
}).refine(({ trend, range }) => trend.slopeAtrMin.enter > range.slopeAtrMax.enter, {
  error: "trend.slopeAtrMin.enter must be above range.slopeAtrMax.enter, or one slope is both",
});

// fees.yaml

const feeRatio = (description: string) => number("ratio", [0, 0.1], description);

export const FeeProfileSchema = z.strictObject({
  makerRatio: feeRatio("fee of an order that rested, of the executed value"),
  takerRatio: feeRatio("fee of an order that crossed, of the executed value"),
  markupRatio: feeRatio("how far the venue's prices lie outside the quotes, each side"),
  slippageBaseBps: number("bps", [0, 500], "slippage of every order that crosses"),
  slippageImpactBps: number("bps", [0, 5_000], "further slippage of an order as large as the volume it may take"),
  slippageNoiseBps: number("bps", [0, 500], "standard deviation of the slippage"),
});

const profileName = z.string().regex(/^[a-z0-9_]+$/).meta({ says: "a name of small letters, digits and _" });

export const FeesSchema = z.strictObject({
  use: z.strictObject({
    sim: profileName.meta({ description: "profile of simulated trading", says: "a profile below" }),
    paper: profileName.meta({ description: "profile of paper trading", says: "a profile below" }),
    live: profileName.meta({
      description: "profile expected of the venue, checked against what it takes",
      says: "a profile below",
    }),
  }),
  profiles: z.record(profileName, FeeProfileSchema),
});

/** The files of the configuration directory. */
export const FILES = {
  settings: SettingsSchema,
  risk: RiskSchema,
  symbols: SymbolsSchema,
  regime: RegimeSchema,
  fees: FeesSchema,
} as const;
export type FileName = keyof typeof FILES;
export const FILE_NAMES = Object.keys(FILES) as readonly FileName[];

export type Settings = Readonly<z.infer<typeof SettingsSchema>>;
export type RegimeSettings = Readonly<z.infer<typeof RegimeSchema>>;
export type SymbolSettings = Readonly<z.infer<typeof SymbolSchema>>;
export type FeeSettings = Readonly<z.infer<typeof FeeProfileSchema>>;
export type Mode = Settings["mode"];
