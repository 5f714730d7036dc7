/**
 * grodt: one program with sub-commands. `deno task X` is `main.ts X`, and the compiled executable is this file.
 */
import process from "node:process";
import { type CommandSpec, EXIT, parseProgram, type ProgramSpec } from "./commands/cli.ts";
import { RESUME, STOP } from "./commands/control.ts";
import { planStart, START, START_OPTIONS, type StartValues } from "./commands/start_options.ts";
import deno from "./deno.json" with { type: "json" };

const ROOT = import.meta.dirname!;

const SERVE: CommandSpec = {
  name: "serve",
  summary: "The program without its guardian, as `start` runs it.",
  options: [
    ...START_OPTIONS,
    {
      name: "frozen-cause",
      type: "text",
      placeholder: "TEXT",
      help: "Allow no new entries until a person has looked.",
    },
  ],
};

const PROGRAM: ProgramSpec = {
  name: "grodt",
  summary: "A self-hosted AI trader for Robinhood crypto. Paper first.",
  version: deno.version,
  commands: [START, STOP, RESUME, SERVE],
};

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseProgram(PROGRAM, argv, process.env);
  if (parsed.kind === "print") {
    console.log(parsed.text);
    return EXIT.ok.code;
  }
  if (parsed.kind === "bad") return badInput(parsed.problems);
  switch (parsed.command) {
    case "start":
    case "stop":
    case "resume":
    case "serve": {
      const planned = planStart(parsed.values as StartValues, {
        sources: parsed.sources,
        shippedDir: `${ROOT}/configs`,
      });
      if (!planned.ok) return badInput(planned.problems);
      if (parsed.command === "stop" || parsed.command === "resume") {
        return await (await import("./commands/control.ts")).control(parsed.command, planned.plan);
      }
      if (parsed.command === "start") {
        return await (await import("./commands/start.ts")).start(planned.plan, argv.slice(1), ROOT);
      }
      const frozenCause = (parsed.values["frozen-cause"] as string | undefined) ?? null;
      return await (await import("./commands/serve.ts")).serve(planned.plan, { version: deno.version, frozenCause });
    }
    default:
      return badInput([`Command ${parsed.command} has no program behind it`]);
  }
}

function badInput(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  return EXIT.badInput.code;
}

Deno.exit(await main(Deno.args));
