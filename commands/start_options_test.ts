import assert from "node:assert/strict";
import { keyAt, keysOf } from "../configs/describe.ts";
import { loadConfig, problemText } from "../configs/load.ts";
import { FILES } from "../configs/schema.ts";
import { commandHelp, parseProgram, type ProgramSpec } from "./cli.ts";
import { planStart, runProblem, START, type StartPlan, type StartValues, TARGETS } from "./start_options.ts";

const PROGRAM: ProgramSpec = { name: "grodt", summary: "trades", version: "0.0.0", commands: [START] };
const CONFIGS = new URL("../configs", import.meta.url).pathname;

const readFile = (path: string): string | null => {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
};

/** Parses a command line and plans it; gives the problems where it cannot. */
function plan(line: string, env: Record<string, string> = {}): StartPlan | readonly string[] {
  const parsed = parseProgram(PROGRAM, ["start", ...line.split(" ").filter((word) => word !== "")], env);
  if (parsed.kind === "bad") return parsed.problems;
  assert.ok(parsed.kind === "run");
  const planned = planStart(parsed.values as StartValues, { sources: parsed.sources, shippedDir: CONFIGS });
  return planned.ok ? planned.plan : planned.problems;
}
/** What a command line makes of the shipped configuration. */
function start(line: string, env: Record<string, string> = {}) {
  const planned = plan(line, env);
  assert.ok(!Array.isArray(planned), String(planned));
  const { load, run } = planned as StartPlan;
  return { ...loadConfig({ ...load, envFile: "/nowhere/.env", env: {}, readFile }), run };
}
function config(line: string, env: Record<string, string> = {}) {
  const result = start(line, env);
  assert.ok(result.ok, result.ok ? "" : result.problems.map(problemText).join("\n"));
  return result.config;
}
function problems(line: string, env: Record<string, string> = {}): readonly string[] {
  const planned = plan(line, env);
  if (Array.isArray(planned)) return planned;
  const result = start(line, env);
  assert.ok(!result.ok);
  return result.problems.map(problemText);
}

Deno.test("start without options is the shipped configuration, with a browser", () => {
  const { load, run } = plan("") as StartPlan;
  assert.deepEqual(load, { dir: CONFIGS, shippedDir: CONFIGS, overrides: [], onlySymbols: null });
  assert.deepEqual(run, { untilEnd: false, summaryFile: "out.json", openBrowser: true });
});

// deno-fmt-ignore
const REACHES: { line: string; env?: Record<string, string>; of: (found: ReturnType<typeof config>) => unknown; want: unknown }[] = [
  { line: "--port 0",                     of: ({ settings }) => settings.port,               want: 0 },
  { line: "--state elsewhere",            of: ({ settings }) => settings.stateDir,           want: "elsewhere" },
  { line: "--speed max",                  of: ({ settings }) => settings.speed,              want: "max" },
  { line: "--speed 0.5",                  of: ({ settings }) => settings.speed,              want: 0.5 },
  { line: "--seed 7",                     of: ({ settings }) => settings.seed,               want: 7 },
  { line: "--capital 12.5",               of: ({ settings }) => settings.capitalUsd,         want: 12.5 },
  { line: "--mode sim --market sim",      of: ({ settings }) => [settings.mode, settings.market], want: ["sim", "sim"] },
  { line: "--replay a.csv,b.csv --replay BTC-USD=c.csv", of: ({ settings }) => [settings.market, settings.replay.files], want: ["replay", ["a.csv", "b.csv", "BTC-USD=c.csv"]] },
  { line: "--symbols PEPE-USD",           of: ({ enabledSymbols }) => enabledSymbols,        want: ["PEPE-USD"] },
  { line: "--preset conservative",        of: ({ risk }) => [risk.preset, risk.limits.positionsMax], want: ["conservative", 2] },
  { line: "--fees robinhood_v2",          of: ({ fees }) => [fees.name, fees.takerRatio],    want: ["robinhood_v2", 0.0095] },
  { line: "", env: { GRODT_PORT: "81" },  of: ({ settings }) => settings.port,               want: 81 },
  { line: "--port 82", env: { GRODT_PORT: "81" }, of: ({ settings }) => settings.port,       want: 82 },
];
for (const { line, env, of, want } of REACHES) {
  Deno.test(`start ${line} ${env ? JSON.stringify(env) : ""} reaches the configuration`, () => {
    assert.deepEqual(of(config(line, env)), want);
  });
}

Deno.test("start takes the flags of a run", () => {
  assert.deepEqual((plan("--no-open --json-summary out.json --until-end --replay x.csv") as StartPlan).run, {
    untilEnd: true,
    summaryFile: null,
    openBrowser: false,
  });
});

// deno-fmt-ignore
const REFUSED: { line: string; env?: Record<string, string>; want: RegExp[] }[] = [
  { line: "--mode live",              want: [/^--mode: mode is "live", which needs a venue, and there is no venue yet in this version\. Use mode sim/] },
  { line: "--mode paper",             want: [/^--mode: mode is "paper", which needs real prices as they come, and market sim has none/] },
  { line: "--mode paper --replay x",  want: [/and market replay has none/] },
  { line: "", env: { GRODT_MODE: "live" }, want: [/^GRODT_MODE: mode is "live"/] },
  { line: "--mode dry",               want: [/^--mode must be one of sim, paper, live, got "dry"$/] },
  { line: "--market robinhood",       want: [/^--market must be one of sim, replay, got "robinhood"$/] },
  { line: "--market replay",          want: [/replay\.files is empty, and market replay has nothing to replay\. Name a file there or with --replay/] },
  { line: "--market sim --replay x",  want: [/^--replay and --market sim contradict each other; leave one of them away$/] },
  { line: "--replay x", env: { GRODT_MARKET: "sim" }, want: [/^--replay and GRODT_MARKET sim contradict each other/] },
  { line: "--port 65536",             want: [/^--port must be a whole number from 0 to 65535, got "65536"$/] },
  { line: "--seed -1",                want: [/^--seed must be a whole number from 0 to 4294967295, got "-1"$/] },
  { line: "--speed 0",                want: [/^--speed must be a number from 0\.1 to 100000 or max, got "0"$/] },
  { line: "--capital 0.99",           want: [/^--capital must be a number from 1 to 10000000, got "0\.99"$/] },
  { line: "--preset bold",            want: [/^--preset must be one of conservative, balanced, aggressive, custom, got "bold"$/] },
  { line: "--fees free",              want: [/^--fees: use\.sim is "free", which is no profile of this file/, /^--fees: use\.paper/, /^--fees: use\.live/] },
  { line: "--symbols BTCUSD",         want: [/^--symbols: BTCUSD is not in symbols\.yaml\. Did you mean BTC-USD\?$/] },
  { line: "--config /nowhere",        want: [/^\/nowhere\/fees\.yaml: the file is missing\. Write down what trading costs/] },
  { line: "--state= ",                want: [/^--state needs a value: --state DIR$/] },
  { line: "--prot 1",                 want: [/^Unknown option --prot; did you mean --port\?$/] },
];
for (const { line, env, want } of REFUSED) {
  Deno.test(`start ${line} ${env ? JSON.stringify(env) : ""} is refused with what to do`, () => {
    const told = problems(line, env);
    assert.equal(told.length, want.length, told.join("\n"));
    want.forEach((pattern, k) => assert.match(told[k], pattern));
  });
}

Deno.test("runProblem() refuses to wait for the end of a market that has none", () => {
  const run = { untilEnd: true, summaryFile: null, openBrowser: false };
  assert.match(runProblem(run, "sim")!, /add --replay FILE/);
  assert.equal(runProblem(run, "replay"), null);
  assert.equal(runProblem({ ...run, untilEnd: false }, "sim"), null);
});

Deno.test("every target of an option is a key of its file", () => {
  for (const { file, path } of TARGETS) assert.equal(keyAt(FILES[file], path).path.join("."), path);
  assert.ok(keysOf(FILES.settings).length > 50);
});

Deno.test("the help of start tells every option with its range", () => {
  const help = commandHelp(PROGRAM, START);
  for (const { name } of START.options) assert.ok(help.includes(`--${name}`), name);
  assert.match(help, /--port PORT .*\(from 0 to 65535\)$/m);
  assert.match(help, /--speed FACTOR\|max .*\(from 0\.1 to 100000\)$/m);
});
