/**
 * `serve`: the program itself, as the guardian starts it. Opens the state directory, starts the actors, serves the
 * dashboard, and ends in order on a signal, at the end of its life line, or at the end of a replay.
 */
import process from "node:process";
import { openMarket } from "../adapters/market_data/open.ts";
import { systemClock } from "../adapters/system_clock.ts";
import type { RunTotals } from "../actors/broker/protocol.ts";
import type { RunCounts } from "../actors/recorder/protocol.ts";
import { type StartProcess, workerProcesses } from "../actors/supervisor/processes.ts";
import { createSupervisor, type Supervisor } from "../actors/supervisor/shell.ts";
import { createSystem, type System } from "../actors/supervisor/system.ts";
import { actorTree } from "../actors/supervisor/tree.ts";
import { loadConfig, problemText } from "../configs/load.ts";
import { intervalName } from "../core/market/csv.ts";
import { MINUTE_MS } from "../core/time.ts";
import { openStateDir, StateDirError } from "../storage/state_dir.ts";
import { startWeb } from "../web/serve.ts";
import { EXIT } from "./cli.ts";
import { createLog } from "./log.ts";
import { marketSpec } from "./market_spec.ts";
import { createProgram, type MarketFacts, type Program } from "./program.ts";
import { readTextFile } from "./read_text.ts";
import { openRun, type Run } from "./run_dir.ts";
import { runProblem, type StartPlan } from "./start_options.ts";
import { type RunSummary, summaryOf } from "./summary.ts";

const READY_MS = 20_000;
const STOP_MS = 5_000;

/** What the guardian, and tools on this machine, may know of the running program. */
export const RUNTIME_FILE = "runtime.json";
export interface RuntimeFacts {
  readonly url: string;
  readonly pid: number;
  /** Opens the controls to tools of the same user; the file is readable by nobody else. */
  readonly token: string;
}

class BadInput extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

export interface ServeOptions {
  readonly version: string;
  /** Set when new entries are to be frozen from the start. */
  readonly frozenCause: string | null;
  /** How actors are run; in workers unless a test says otherwise. */
  readonly start?: (rights: Program["rights"]) => StartProcess;
}

/** Runs until the program is to end; resolves with its exit code. */
export async function serve(plan: StartPlan, options: ServeOptions): Promise<number> {
  try {
    return await run(plan, options);
  } catch (error) {
    if (error instanceof BadInput) { for (const problem of error.problems) console.error(problem); }
    else if (error instanceof StateDirError) console.error(error.message);
    else throw error;
    return EXIT.badInput.code;
  }
}

async function run(plan: StartPlan, { version, frozenCause, start = workerProcesses }: ServeOptions): Promise<number> {
  const startedMs = systemClock.monotonicMs();
  const loading = loadConfig({ ...plan.load, envFile: ".env", env: process.env, readFile: readTextFile });
  if (!loading.ok) throw new BadInput(loading.problems.map(problemText));
  const { config } = loading;
  const { settings } = config;
  const problem = runProblem(plan.run, settings.market);
  if (problem) throw new BadInput([problem]);

  const spec = marketSpec(config);
  const opening = await openMarket(spec);
  if (!opening.ok) throw new BadInput(opening.problems);
  const market: MarketFacts = opening.source;
  if (market.intervalMs !== MINUTE_MS) {
    throw new BadInput([
      `${market.label} has candles of ${intervalName(market.intervalMs)}, and the trader decides on 1m. ` +
      `Replay a file of 1-minute candles`,
    ]);
  }

  const state = openStateDir(settings.stateDir);
  const log = createLog(settings.log.level);
  try {
    const { fingerprint } = opening;
    const run = openRun(state, { mode: settings.mode, fingerprint, seed: settings.seed });
    if (run.startedOver) log({ level: "info", actor: "main", text: `${market.label} had ended and is started over` });
    for (const text of opening.notes) log({ level: "warn", actor: "main", text });
    const program = createProgram({
      config,
      market,
      spec,
      scope: run.scope,
      runDir: run.dir,
      frozenCause,
      runMinutes: null,
    });

    const ending = waitForEnd();
    let supervisor: Supervisor;
    const system = createSystem({
      clock: systemClock,
      intervalMs: market.intervalMs,
      supervisor: () => supervisor,
      facts: {
        mode: settings.mode,
        symbols: market.symbols,
        speed: settings.speed === "max" ? null : settings.speed,
        seed: market.simulated ? settings.seed : null,
        version,
        standIns: standIns(settings.market),
        startUsd: settings.capitalUsd,
      },
    });
    supervisor = createSupervisor({
      clock: systemClock,
      policy: program.policy,
      beatMs: program.beatMs,
      tree: actorTree(market.symbols),
      settingsOf: program.settingsOf,
      start: start(program.rights),
      told: system.told,
      log,
      restartProgram: (cause) => ending.end(EXIT.restart.code, cause),
      cpuMs,
    });

    const token = crypto.randomUUID().replaceAll("-", "") + crypto.randomUUID().replaceAll("-", "");
    const web = await startWeb(system, { hostname: "127.0.0.1", port: settings.port, token }).catch((error) => {
      throw new BadInput([error instanceof Error ? error.message : String(error)]);
    });
    state.write(RUNTIME_FILE, JSON.stringify({ url: web.url, pid: process.pid, token } satisfies RuntimeFacts), {
      mode: 0o600,
    });
    console.log(`grodt ${version} · ${market.label} · ${web.url}`);

    await supervisor.start(READY_MS);
    await system.begin();
    await recall(supervisor, log);
    if (plan.run.untilEnd) void system.feedEnded.then(() => ending.end(EXIT.ok.code, "the market has ended"));

    const { code, cause } = await ending.ended;
    log({ level: code === EXIT.ok.code ? "info" : "warn", actor: "main", text: `ending: ${cause}` });
    const summary = code === EXIT.ok.code && plan.run.summaryFile !== null
      ? await summarise({
        supervisor,
        system,
        market,
        run,
        fromMs: program.beginsAtMs,
        seed: settings.seed,
        notes: opening.notes,
        startedMs,
      })
      : null;
    if (system.panels().status.ended) run.finish();
    await web.close();
    system.end();
    await supervisor.stop(STOP_MS);
    if (!summary) return code;
    Deno.writeTextFileSync(plan.run.summaryFile!, JSON.stringify(summary, null, 2) + "\n");
    console.log(`${summary.candles} candles, ${summary.trades.count} trades, ${plan.run.summaryFile}`);
    if (summary.ledger.ok) return code;
    console.error(`The ledger check failed: ${summary.ledger.problem}`);
    return EXIT.halted.code;
  } finally {
    state.release();
  }
}

async function summarise(
  { supervisor, system, market, run, fromMs, seed, notes, startedMs }: {
    supervisor: Supervisor;
    system: System;
    market: MarketFacts;
    run: Run;
    fromMs: number;
    seed: number;
    notes: readonly string[];
    startedMs: number;
  },
): Promise<RunSummary> {
  const totals = await supervisor.ask<RunTotals>("broker", { type: "totals.get" }, { timeoutMs: 60_000 });
  const counts = await supervisor.ask<RunCounts>("recorder", { type: "counts.get" }, { timeoutMs: 600_000 });
  return summaryOf({
    totals,
    counts,
    market,
    scope: run.scope,
    seed,
    fromMs,
    toMs: system.panels().status.nowMs,
    notes,
    wallMs: systemClock.monotonicMs() - startedMs,
  });
}

/** The restarts that the store remembers count as if they had happened under this program. */
async function recall(supervisor: Supervisor, log: ReturnType<typeof createLog>): Promise<void> {
  try {
    supervisor.remember(await supervisor.ask("recorder", { type: "restarts.get" }, { timeoutMs: READY_MS }));
  } catch (error) {
    log({ level: "warn", actor: "main", text: `earlier restarts are not known: ${error}` });
  }
}

/** A signal, the end of the life line, or a wish of our own; the first one counts, a second signal does not wait. */
function waitForEnd() {
  let finish: (how: { code: number; cause: string }) => void;
  const ended = new Promise<{ code: number; cause: string }>((resolve) => finish = resolve);
  let signals = 0;
  const onSignal = (name: string) => () => {
    if (++signals > 1) Deno.exit(EXIT.ok.code);
    finish({ code: EXIT.ok.code, cause: name });
  };
  Deno.addSignalListener("SIGINT", onSignal("SIGINT"));
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onSignal("SIGTERM"));
  if (!Deno.stdin.isTerminal()) {
    const lifeLine = async () => {
      for await (const _ of Deno.stdin.readable) { /* nothing is said on it */ }
      finish({ code: EXIT.ok.code, cause: "the guardian is gone" });
    };
    lifeLine().catch(() => {});
  }
  return { ended, end: (code: number, cause: string) => finish({ code, cause }) };
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const standIns = (market: string): string[] => [
  ...(market === "sim"
    ? ["no market feed: simulated market"]
    : market === "replay"
    ? ["no market feed: recorded candles"]
    : []),
  "no venue: paper venue",
  "no model: rule scorer",
];
