/** `stop` and `resume` from a terminal: the same door as the page's buttons, for when there is no page at hand. */
import process from "node:process";
import { loadConfig, problemText } from "../configs/load.ts";
import { type CommandSpec, EXIT, type OptionSpec } from "./cli.ts";
import { readTextFile } from "./read_text.ts";
import { RUNTIME_FILE, type RuntimeFacts } from "./serve.ts";
import type { StartPlan } from "./start_options.ts";

const OPTIONS = [
  {
    name: "state",
    type: "text",
    placeholder: "DIR",
    help: "State directory of the program that is meant.",
    default: "the configured one",
  },
  {
    name: "config",
    type: "text",
    placeholder: "DIR",
    help: "Configuration directory it was started with.",
    default: "the shipped files",
  },
] as const satisfies readonly OptionSpec[];

export const STOP: CommandSpec = {
  name: "stop",
  summary: "Stops new entries of the running program at once; open positions keep their protection.",
  options: OPTIONS,
};
export const RESUME: CommandSpec = {
  name: "resume",
  summary: "Allows new entries again after a stop.",
  options: OPTIONS,
};

/** Sends the command to the program that runs on the state directory; resolves with the exit code. */
export async function control(command: "stop" | "resume", plan: StartPlan): Promise<number> {
  const loading = loadConfig({ ...plan.load, envFile: ".env", env: process.env, readFile: readTextFile });
  if (!loading.ok) {
    for (const problem of loading.problems) console.error(problemText(problem));
    return EXIT.badInput.code;
  }
  const path = `${loading.config.settings.stateDir}/${RUNTIME_FILE}`;
  const text = readTextFile(path);
  if (text === null) {
    console.error(
      `No program has run on ${loading.config.settings.stateDir}: there is no ${path}. Name its directory with --state`,
    );
    return EXIT.badInput.code;
  }
  const { url, token } = JSON.parse(text) as RuntimeFacts;
  try {
    const response = await fetch(new URL(`api/control/${command}`, url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-grodt-token": token },
      body: JSON.stringify({ why: "from the terminal", confirm: command, idempotencyKey: crypto.randomUUID() }),
    });
    const result = await response.json() as { ok?: boolean; did?: string; error?: string };
    console.log(result.did ?? result.error ?? `the program answered ${response.status}`);
    return response.ok && result.ok ? EXIT.ok.code : EXIT.crash.code;
  } catch (error) {
    console.error(
      `The program at ${url} does not answer (${error instanceof Error ? error.message : error}). ` +
        `If it runs, end it with Ctrl-C or its process; stops held by the venue keep working`,
    );
    return EXIT.crash.code;
  }
}
