/**
 * From a configuration to the actors that it asks for: the one place that knows both. Everything here is plain data, since
 * it travels to workers.
 */
import type { MarketSpec } from "../adapters/market_data/open.ts";
import type { BrokerSettings } from "../actors/broker/shell.ts";
import type { FeedSettings } from "../actors/feed/shell.ts";
import type { RecorderSettings } from "../actors/recorder/shell.ts";
import type { ScorerSettings } from "../actors/scorer/shell.ts";
import type { SupervisionPolicy } from "../actors/supervisor/logic.ts";
import type { Rights } from "../actors/supervisor/processes.ts";
import { type ActorSpec, symbolOf } from "../actors/supervisor/tree.ts";
import type { SymbolSettings } from "../actors/symbol/shell.ts";
import { type Config, tradingHash } from "../configs/load.ts";
import { DEFAULT_EXECUTION } from "../core/execution/settings.ts";
import { usdMicrosDown } from "../core/money.ts";
import { PATH_QUOTES } from "../core/market/quote_path.ts";
import type { MarketSource } from "../core/ports/market_data.ts";
import { DEFAULT_SYMBOL_CORE, type SymbolCoreConfig } from "../core/symbol_core.ts";
import { DAY_MS, MINUTE_MS, type UtcMs } from "../core/time.ts";
import type { RunScope } from "../storage/keys.ts";

/** What is known of the market before it runs. */
export type MarketFacts = Pick<
  MarketSource,
  "label" | "simulated" | "symbols" | "instruments" | "startsAtMs" | "endsAtMs" | "intervalMs"
>;

export interface Program {
  /** Market time of the first decision. */
  readonly beginsAtMs: UtcMs;
  readonly scope: RunScope;
  readonly market: MarketFacts;
  readonly policy: SupervisionPolicy;
  readonly beatMs: number;
  readonly rights: Readonly<Record<"broker" | "recorder" | "feed" | "scorer", Rights>>;
  readonly settingsOf: (actor: ActorSpec) => unknown;
}

/** At full speed so many frames may wait for the disk: a crash repeats them, and they come out the same. */
const LAG_FRAMES = 64;
const CHECKPOINT_EVERY_MS = 60 * MINUTE_MS;
const START_MAX_MS = 30_000;
const BUSY_MAX_MS = 60_000;

/** Settings of every actor for one run in `runDir`. */
export function createProgram(
  { config, market, spec, scope, runDir, frozenCause, runMinutes }: {
    readonly config: Config;
    readonly market: MarketFacts;
    readonly spec: MarketSpec;
    readonly scope: RunScope;
    readonly runDir: string;
    readonly frozenCause: string | null;
    /** Market minutes after which the run ends; `null` goes on to the end of the market. */
    readonly runMinutes: number | null;
  },
): Program {
  const { settings, fees, risk } = config;
  const speed = settings.speed === "max" ? null : settings.speed;
  const beginsAtMs = beginOf(config, spec, market);
  const startCashUsdMicros = usdMicrosDown(settings.capitalUsd);

  const broker: BrokerSettings = {
    scope,
    path: `${runDir}/money.kv`,
    config: { symbols: market.symbols, instruments: market.instruments, fees, execution: DEFAULT_EXECUTION },
    venue: {
      symbols: market.symbols,
      instruments: market.instruments,
      fees,
      requestDelay: settings.paperVenue.requestDelay,
      reportDelay: settings.paperVenue.reportDelay,
      matchDelay: settings.paperVenue.matchDelay,
      cancelDelay: settings.paperVenue.cancelDelay,
      volumeShareRatio: settings.paperVenue.volumeShareRatio,
      queueShareRatio: settings.paperVenue.queueShareRatio,
      slippageBps: { base: fees.slippageBaseBps, impact: fees.slippageImpactBps, noise: fees.slippageNoiseBps },
      startCashUsdMicros,
      seed: settings.seed,
    },
    limits: { ...risk.limits, quoteAgeMaxMs: Math.max(risk.limits.quoteAgeMaxMs, 1.5 * quoteSpacingMs(spec)) },
    startCashUsdMicros,
    configHash: tradingHash(config),
    startsAtMs: beginsAtMs,
    lagFrames: speed === null ? LAG_FRAMES : 0,
    frozenCause,
  };
  const recorder: RecorderSettings = { scope, path: `${runDir}/record.kv` };
  const feed: FeedSettings = {
    speed,
    beginsAtMs,
    endsAtMs: runMinutes === null ? null : beginsAtMs + runMinutes * MINUTE_MS,
    fullSpeedUntilMs: spec.kind === "sim" ? beginsAtMs + settings.sim.backfillMinutes * MINUTE_MS : beginsAtMs,
    tickMs: quoteSpacingMs(spec),
    checkpointEveryMs: CHECKPOINT_EVERY_MS,
  };
  const { deadlineMs, queueMax, concurrencyMax } = settings.scorer;
  const scorer: ScorerSettings = { limits: { slots: concurrencyMax, waitingMax: queueMax, fairEvery: 4 } };
  const symbol = (name: string): SymbolSettings => ({
    config: { symbol: name, core: symbolCore(config), fusion: settings.fusion },
    verdictDeadlineMs: deadlineMs,
    decidesFromMs: beginsAtMs,
    historyMs: Math.max(3 * DAY_MS, settings.sim.warmUpMinutes * MINUTE_MS),
  });

  return {
    beginsAtMs,
    scope,
    market,
    policy: policyOf(settings.supervisor),
    beatMs: settings.supervisor.beatMs,
    rights: {
      broker: { read: [runDir], write: [runDir] },
      recorder: { read: [runDir], write: [runDir] },
      feed: spec.kind === "replay" ? { read: spec.files.map(fileOf) } : "none",
      scorer: "none",
    },
    settingsOf: ({ id, kind }) => {
      switch (kind) {
        case "broker":
          return broker;
        case "recorder":
          return recorder;
        case "feed":
          return { feed, market: spec };
        case "scorer":
          return scorer;
        case "symbol":
          return symbol(symbolOf(id)!);
      }
    },
  };
}

/** How far apart the quotes of the market are at most; recorded candles have few, and that is no outage of theirs. */
const quoteSpacingMs = (spec: MarketSpec): number =>
  spec.kind === "sim" ? spec.sim.tickMs : MINUTE_MS / (PATH_QUOTES - 1);

/** The path in `FILE` or `SYMBOL-USD=FILE`. */
export const fileOf = (file: string): string => file.replace(/^[A-Z0-9.]+-USD=/, "");

/** A simulation has a past of candles before it begins, so that features know enough; a recording begins with itself. */
const beginOf = ({ settings: { sim } }: Config, spec: MarketSpec, { startsAtMs }: MarketFacts): UtcMs =>
  spec.kind === "sim" ? startsAtMs + sim.warmUpMinutes * MINUTE_MS : startsAtMs;

function symbolCore({ settings, regime }: Config): SymbolCoreConfig {
  const { inputs, ...regimeConfig } = regime;
  const strategies = Object.entries(settings.strategies).flatMap(([id, { enabled, ...params }]) =>
    enabled ? [[id, params] as const] : []
  );
  return {
    ...settings.candles,
    features: { ...DEFAULT_SYMBOL_CORE.features, "1m": { ...DEFAULT_SYMBOL_CORE.features["1m"], ...inputs } },
    regime: regimeConfig,
    strategies: Object.fromEntries(strategies),
  };
}

function policyOf(
  { silentAfterMs, actorBurst, actorDay, brokerGroup }: Config["settings"]["supervisor"],
): SupervisionPolicy {
  const alone = { burst: actorBurst.restarts, burstWindowMs: actorBurst.withinMs, daily: actorDay.restarts };
  const group = { burst: brokerGroup.restarts, burstWindowMs: brokerGroup.withinMs, daily: actorDay.restarts };
  return {
    silentAfterMs,
    busyMaxMs: BUSY_MAX_MS,
    startMaxMs: START_MAX_MS,
    backoffFirstMs: 100,
    backoffMaxMs: 5_000,
    intensity: { broker: group, recorder: group, feed: alone, scorer: alone, symbol: alone },
  };
}
