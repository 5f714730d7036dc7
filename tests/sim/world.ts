/**
 * The whole tree of actors in one process: the shells of the program on a virtual clock, a seeded order of messages and
 * stores in memory. What the program does with threads, this does with a seed, so that every schedule can be had again.
 */
import { type MarketSpec, openMarket } from "../../adapters/market_data/open.ts";
import { rulesProvider } from "../../adapters/rules_provider.ts";
import { type BrokerSettings, createBroker } from "../../actors/broker/shell.ts";
import type { RunTotals } from "../../actors/broker/protocol.ts";
import { createFeed, type FeedSettings } from "../../actors/feed/shell.ts";
import { createRecorder } from "../../actors/recorder/shell.ts";
import type { RunCounts } from "../../actors/recorder/protocol.ts";
import { createScorer, type ScorerSettings } from "../../actors/scorer/shell.ts";
import { type ActorContext, type ActorShell, runActor } from "../../actors/shared/actor.ts";
import type { ActorId } from "../../actors/shared/envelope.ts";
import type { FromActor } from "../../actors/shared/lifecycle.ts";
import type { Link } from "../../actors/shared/link.ts";
import type { ActorKind } from "../../actors/supervisor/logic.ts";
import type { StartProcess } from "../../actors/supervisor/processes.ts";
import { createSupervisor, type Supervisor } from "../../actors/supervisor/shell.ts";
import { actorTree } from "../../actors/supervisor/tree.ts";
import { createSymbolActor, type SymbolSettings } from "../../actors/symbol/shell.ts";
import { createProgram, type Program } from "../../commands/program.ts";
import { marketSpec } from "../../commands/market_spec.ts";
import { loadConfig, type Override, problemText } from "../../configs/load.ts";
import { readTextFile } from "../../commands/read_text.ts";
import type { Store } from "../../core/ports/store.ts";
import { createRng } from "../../core/rng.ts";
import { createMemoryStore } from "../../storage/memory_store.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";

const CONFIGS = new URL("../../configs", import.meta.url).pathname;
const WALL_START_MS = Date.UTC(2026, 10, 2);

export interface WorldOptions {
  /** Seed of the order in which messages arrive. */
  readonly schedule: number;
  /** Values over the shipped settings, by path: `{ "seed": 7, "sim.backfillMinutes": 600 }`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Market minutes after which it ends; `null` goes on to the end of a replay. */
  readonly minutes: number | null;
  readonly symbols?: readonly string[];
  readonly stores?: { readonly money: Store; readonly record: Store };
}

export interface World {
  readonly program: Program;
  readonly supervisor: Supervisor;
  readonly scheduler: Scheduler;
  readonly logs: readonly string[];
  runToEnd(): Promise<void>;
  totals(): Promise<RunTotals>;
  counts(): Promise<RunCounts>;
  stop(): Promise<void>;
}

/** A world in which everybody is ready and the market has not begun. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const overrides = Object.entries({ speed: "max", ...options.settings }).map(([path, value]): Override => ({
    file: "settings",
    path: path.split("."),
    value,
    source: "test",
  }));
  const onlySymbols = options.symbols ? { names: options.symbols, source: "test" } : null;
  const loading = loadConfig({
    dir: CONFIGS,
    shippedDir: CONFIGS,
    envFile: "none",
    env: {},
    overrides,
    onlySymbols,
    readFile: readTextFile,
  });
  if (!loading.ok) throw new Error(loading.problems.map(problemText).join("\n"));
  const spec = marketSpec(loading.config);
  const opening = await openMarket(spec);
  if (!opening.ok) throw new Error(opening.problems.join("\n"));
  const program = createProgram({
    config: loading.config,
    market: opening.source,
    spec,
    scope: { mode: "sim", run: "world" },
    runDir: "none",
    frozenCause: null,
    runMinutes: options.minutes,
  });

  const scheduler = createScheduler(createRng(options.schedule), WALL_START_MS);
  const stores = options.stores ?? { money: createMemoryStore(), record: createMemoryStore() };
  const logs: string[] = [];
  let ended = false;
  const supervisor = createSupervisor({
    clock: scheduler.clock,
    policy: program.policy,
    beatMs: program.beatMs,
    tree: actorTree(program.market.symbols),
    settingsOf: program.settingsOf,
    start: inProcess(scheduler, stores),
    channel: () => scheduler.channel() as unknown as { port1: MessagePort; port2: MessagePort },
    told: (_from, body) => {
      const status = body as { type?: string; ended?: boolean };
      if (status.type !== "feed.status") return;
      ended = status.ended!;
    },
    log: ({ level, actor, text }) => logs.push(`${level} ${actor}: ${text}`),
    restartProgram: (cause) => logs.push(`restart: ${cause}`),
    cpuMs: () => 0,
  });
  const starting = supervisor.start(60_000);
  let started = false;
  void starting.then(() => started = true);
  await scheduler.runUntil(() => started);

  const ask = async <T>(actor: ActorId, body: unknown): Promise<T> => {
    let answer: { value: T } | null = null;
    void supervisor.ask<T>(actor, body, { timeoutMs: 60_000 }).then((value) => answer = { value });
    await scheduler.runUntil(() => answer !== null);
    return answer!.value;
  };
  return {
    program,
    supervisor,
    scheduler,
    logs,
    runToEnd: () => scheduler.runUntil(() => ended),
    totals: () => ask("broker", { type: "totals.get" }),
    counts: () => ask("recorder", { type: "counts.get" }),
    async stop() {
      let stopped = false;
      void supervisor.stop(60_000).then(() => stopped = true);
      await scheduler.runUntil(() => stopped);
    },
  };
}

/** Actors as tasks of this thread instead of workers. */
function inProcess(scheduler: Scheduler, stores: { money: Store; record: Store }): StartProcess {
  // A store outlives the actor that closes it, as a file does.
  const kept = (store: Store): Store => ({ ...store, close: () => {} });
  const shell = async (kind: ActorKind, context: ActorContext, settings: unknown): Promise<ActorShell> => {
    switch (kind) {
      case "broker":
        return createBroker(context, settings as BrokerSettings, () => Promise.resolve(kept(stores.money)));
      case "recorder":
        return createRecorder(context, (settings as BrokerSettings).scope, () => Promise.resolve(kept(stores.record)));
      case "scorer":
        return createScorer(context, settings as ScorerSettings, rulesProvider);
      case "symbol":
        return createSymbolActor(context, settings as SymbolSettings);
      case "feed": {
        const { feed, market } = settings as { feed: FeedSettings; market: MarketSpec };
        const opening = await openMarket(market);
        if (!opening.ok) throw new Error(opening.problems.join("\n"));
        return createFeed(context, feed, opening.source);
      }
    }
  };
  return (kind, _id, events) => {
    const { port1, port2 } = scheduler.channel();
    port1.onMessage((message) => events.message(message as FromActor));
    runActor<unknown>({
      supervisor: port2,
      open: (port) => port as unknown as Link,
      clock: scheduler.clock,
      create: (context, settings) => lazily(() => shell(kind, context, settings)),
      ended: () => {},
    });
    return {
      post: (message) => port1.post(message),
      terminate: () => port1.close(),
    };
  };
}

/** A shell that is made when it starts. */
function lazily(make: () => Promise<ActorShell>): ActorShell {
  let made: ActorShell;
  return {
    async start() {
      made = await make();
      await made.start();
    },
    receive: (envelope) => made.receive(envelope),
    urgent: (envelope) => made.urgent?.(envelope) ?? false,
    peerRenewed: (peer) => made?.peerRenewed?.(peer),
    stop: () => made.stop(),
  };
}
