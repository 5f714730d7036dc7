/**
 * `start`: the guardian's command. Checks what was asked for before anything starts, builds the pages when their sources
 * have changed, then runs `serve` as a child with exactly the rights that arguments and configuration call for.
 */
import { dirname, resolve } from "node:path";
import process from "node:process";
import { systemClock } from "../adapters/system_clock.ts";
import type { GuardianPolicy } from "../actors/guardian/logic.ts";
import { type Config, loadConfig, problemText } from "../configs/load.ts";
import { SECRETS } from "../configs/secrets.ts";
import { isBuildFresh } from "../web/fresh/stamp.ts";
import { EXIT } from "./cli.ts";
import { runGuardian } from "./guardian.ts";
import { fileOf } from "./program.ts";
import { RUNTIME_FILE, type RuntimeFacts } from "./serve.ts";
import { runProblem, type StartPlan } from "./start_options.ts";
import { readTextFile } from "./read_text.ts";

/** Restarts in the window from which the guardian gives up for good. */
const LAST_RESTARTS = 6;
/** A leak of one actor ends the program in seconds at this size, and not after a minute at gigabytes. */
const HEAP_MB = 256;

/** Runs the program under guard; resolves with the exit code. `argv` is what `start` was called with. */
export async function start(plan: StartPlan, argv: readonly string[], root: string): Promise<number> {
  const loading = loadConfig({ ...plan.load, envFile: ".env", env: process.env, readFile: readTextFile });
  const problems = loading.ok ? [] : loading.problems.map(problemText);
  const problem = loading.ok ? runProblem(plan.run, loading.config.settings.market) : null;
  if (problem) problems.push(problem);
  if (!loading.ok || problems.length > 0) {
    for (const text of problems) console.error(text);
    return EXIT.badInput.code;
  }
  const { config } = loading;
  if (!await build(root)) return EXIT.crash.code;

  const { settings } = config;
  const runtimePath = `${settings.stateDir}/${RUNTIME_FILE}`;
  const { restarts, withinMs } = settings.supervisor.top;
  const policy: GuardianPolicy = { windowMs: withinMs, calm: restarts, last: LAST_RESTARTS };
  return await runGuardian({
    clock: systemClock,
    policy,
    command: (frozen) => ({
      program: Deno.execPath(),
      args: [
        ...(Deno.build.standalone ? [] : ["run", ...rightsOf(config, plan, root), `${root}/main.ts`]),
        "serve",
        ...argv,
        ...(frozen ? ["--frozen-cause", "the program was started again too often"] : []),
      ],
    }),
    healthUrl: (pid) => {
      const facts = runtimeOf(runtimePath);
      return facts?.pid === pid ? new URL("healthz", facts.url).href : null; // else it is from an earlier life
    },
    log: (text) => console.error(text),
    healthy: (url) => {
      if (plan.run.openBrowser && Deno.stdout.isTerminal()) openBrowser(new URL("/", url).href);
    },
  });
}

/** Flags of `deno run` for the program: what it may read, write, connect to and know, and nothing else. */
function rightsOf({ settings }: Config, plan: StartPlan, root: string): string[] {
  const state = resolve(settings.stateDir);
  const read = [
    root,
    state,
    resolve(plan.load.dir),
    resolve(".env"),
    ...settings.replay.files.map((file) => resolve(fileOf(file))),
  ];
  const write = [state, ...(plan.run.summaryFile === null ? [] : [resolve(dirname(plan.run.summaryFile))])];
  // The yaml package asks for the last two.
  const env = [...Object.keys(SECRETS), "GRODT_*", "LOG_TOKENS", "LOG_STREAM"];
  return [
    "--no-prompt",
    `--allow-read=${read.join(",")}`,
    `--allow-write=${write.join(",")}`,
    "--allow-net=127.0.0.1",
    `--allow-env=${env.join(",")}`,
    `--v8-flags=--max-old-space-size=${HEAP_MB}`,
  ];
}

/** Builds the pages when their sources have changed; true when they are there. */
async function build(root: string): Promise<boolean> {
  if (Deno.build.standalone || isBuildFresh(root)) return true;
  const args = [
    "run",
    "--no-prompt",
    "--allow-read",
    "--allow-write=" + root,
    "--allow-run",
    "--allow-env",
    `${root}/dev.ts`,
    "build",
  ];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status;
  if (!success) console.error("The pages could not be built; the messages above say why");
  return success;
}

function runtimeOf(path: string): RuntimeFacts | null {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return null; // not written yet
  }
}

function openBrowser(url: string): void {
  const program = { linux: "xdg-open", darwin: "open", windows: "explorer.exe" }[Deno.build.os as string] ?? "xdg-open";
  try {
    new Deno.Command(program, { args: [url], stdout: "null", stderr: "null" }).spawn().unref();
  } catch {
    // no browser here; the address stands above
  }
}
