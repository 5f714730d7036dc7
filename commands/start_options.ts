/**
 * The options of `start`, and how they reach the configuration. Ranges and meanings come from the schema, so that the help,
 * the files and the errors say the same. Order of precedence: command line, environment, files.
 */
import { keyAt } from "../configs/describe.ts";
import type { LoadOptions, Override } from "../configs/load.ts";
import { PRESETS } from "../core/risk/limits.ts";
import { type FileName, type Mode, SettingsSchema } from "../configs/schema.ts";
import { type CommandSpec, envName, type OptionSpec, type OptionValues } from "./cli.ts";

const key = (path: string) => keyAt(SettingsSchema, path);
/** Range of a number in settings.yaml. */
const range = (path: string): { min: number; max: number } => ({ min: key(path).min!, max: key(path).max! });
const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}.`;
const help = (path: string): string => sentence(key(path).description);

export const START_OPTIONS = [
  {
    name: "mode",
    type: "choice",
    choices: key("mode").choices as readonly Mode[],
    help: help("mode"),
  },
  {
    name: "market",
    type: "choice",
    choices: key("market").choices as readonly ("sim" | "replay")[],
    help: help("market"),
  },
  {
    name: "replay",
    type: "list",
    placeholder: "FILE",
    help: "Candles to replay, CSV or CSV.gz; FILE or SYMBOL-USD=FILE. Implies --market replay.",
  },
  {
    name: "symbols",
    type: "list",
    placeholder: "BTC-USD",
    help: "Trade only these symbols of symbols.yaml.",
    default: "those enabled there",
  },
  {
    name: "speed",
    type: "number",
    placeholder: "FACTOR",
    word: "max",
    ...range("speed"),
    help: help("speed"),
  },
  {
    name: "seed",
    type: "integer",
    placeholder: "SEED",
    ...range("seed"),
    help: help("seed"),
  },
  {
    name: "capital",
    type: "number",
    placeholder: "USD",
    ...range("capitalUsd"),
    help: help("capitalUsd"),
  },
  {
    name: "preset",
    type: "choice",
    choices: [...PRESETS, "custom"],
    help: "Risk limits: a file in presets/, or the custom values of risk.yaml.",
    default: "as in risk.yaml",
  },
  {
    name: "fees",
    type: "text",
    placeholder: "PROFILE",
    help: "Fee profile of fees.yaml.",
    default: "the one of the mode there",
  },
  { name: "state", type: "text", placeholder: "DIR", help: help("stateDir") },
  {
    name: "port",
    type: "integer",
    placeholder: "PORT",
    ...range("port"),
    help: help("port"),
  },
  {
    name: "config",
    type: "text",
    placeholder: "DIR",
    help: "Directory with files of your own; keys left out hold as shipped, costs excepted.",
    default: "the shipped files",
  },
  { name: "until-end", type: "flag", help: "Exit when the market has ended; needs one that ends, so a replay." },
  { name: "json-summary", type: "text", placeholder: "FILE", help: "Write what the run came to as JSON at its end." },
  { name: "no-open", type: "flag", help: "Do not open the page in a browser." },
] as const satisfies readonly OptionSpec[];

export type StartValues = OptionValues<typeof START_OPTIONS>;

export const START: CommandSpec<typeof START_OPTIONS> = {
  name: "start",
  summary: "Starts the trader and its dashboard; without options on a labelled simulated market.",
  options: START_OPTIONS,
};

/** What `start` does beyond the configuration. */
export interface RunOptions {
  readonly untilEnd: boolean;
  /** Where what the run came to is written; `null` for nowhere. */
  readonly summaryFile: string | null;
  readonly openBrowser: boolean;
}

/** Options for `loadConfig()`, and those of the run. */
export interface StartPlan {
  readonly load: Pick<LoadOptions, "dir" | "shippedDir" | "overrides" | "onlySymbols">;
  readonly run: RunOptions;
}

/** Which settings an option stands for; what it does beyond them is written out below. */
export const TARGETS: readonly {
  readonly option: keyof StartValues;
  readonly file: FileName;
  readonly path: string;
}[] = [
  { option: "mode", file: "settings", path: "mode" },
  { option: "market", file: "settings", path: "market" },
  { option: "replay", file: "settings", path: "replay.files" },
  { option: "speed", file: "settings", path: "speed" },
  { option: "seed", file: "settings", path: "seed" },
  { option: "capital", file: "settings", path: "capitalUsd" },
  { option: "state", file: "settings", path: "stateDir" },
  { option: "port", file: "settings", path: "port" },
  { option: "preset", file: "risk", path: "preset" },
  { option: "fees", file: "fees", path: "use.sim" },
  { option: "fees", file: "fees", path: "use.paper" },
  { option: "fees", file: "fees", path: "use.live" },
];

/** Turns parsed values into a plan, or into sentences that say what does not go together. */
export function planStart(
  values: StartValues,
  { sources, shippedDir }: { readonly sources: Readonly<Record<string, string>>; readonly shippedDir: string },
): { readonly ok: true; readonly plan: StartPlan } | { readonly ok: false; readonly problems: readonly string[] } {
  const source = (option: keyof StartValues): string => sources[option] ?? envName(option);
  if (values.replay && values.market === "sim") {
    const says = `${source("replay")} and ${source("market")} sim contradict each other; leave one of them away`;
    return { ok: false, problems: [says] };
  }
  const overrides: Override[] = TARGETS.flatMap(({ option, file, path }) =>
    values[option] === undefined ? [] : [{ file, path: path.split("."), value: values[option], source: source(option) }]
  );
  if (values.replay && !values.market) {
    overrides.push({ file: "settings", path: ["market"], value: "replay", source: source("replay") });
  }
  return {
    ok: true,
    plan: {
      load: {
        dir: values.config ?? shippedDir,
        shippedDir,
        overrides,
        onlySymbols: values.symbols ? { names: values.symbols, source: source("symbols") } : null,
      },
      run: {
        untilEnd: values["until-end"] ?? false,
        summaryFile: values["json-summary"] ?? null,
        openBrowser: !values["no-open"],
      },
    },
  };
}

/** Says why a run cannot do what was asked, now that the whole configuration is known; `null` when it can. */
export function runProblem(run: RunOptions, market: string): string | null {
  return run.untilEnd && market === "sim"
    ? "--until-end needs a market that ends, and the simulated one never does; add --replay FILE"
    : null;
}

/** Every option that sets a key, for the table of options. */
export const optionOf = (file: FileName, path: string): string | null =>
  TARGETS.find((target) => target.file === file && target.path === path)?.option ?? null;
