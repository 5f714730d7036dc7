/**
 * The command line as tables: a program has commands, a command has options, and parsing, help and errors all come from the
 * same rows. It reads arguments and prints nothing; `main.ts` does what it says.
 *
 * Syntax: `--name value`, `--name=value`, `--flag`, lists repeated or with commas, `--` ends the options. Options may also
 * come from the environment as `GRODT_NAME`; the command line wins.
 */
import { didYouMean } from "../configs/did_you_mean.ts";

/** How the program ends. The guardian reads these: it starts again after `crash` and `restart`, and after nothing else. */
export const EXIT = {
  ok: { code: 0, means: "done, or stopped as asked" },
  crash: { code: 1, means: "a fault of the program; the guardian starts it again" },
  badInput: { code: 2, means: "wrong option, setting or file; nothing was started" },
  halted: { code: 3, means: "the stored state cannot be trusted; a person has to look" },
  restart: { code: 75, means: "the program asks to be started again" },
} as const;

interface OptionBase {
  /** Long name without the dashes. */
  readonly name: string;
  readonly help: string;
  /** What holds without the option, as people read it. */
  readonly default?: string;
}
export type OptionSpec =
  & OptionBase
  & (
    | { readonly type: "flag" }
    | { readonly type: "text" | "list"; readonly placeholder: string }
    | { readonly type: "choice"; readonly choices: readonly string[] }
    | {
      readonly type: "number" | "integer";
      readonly placeholder: string;
      readonly min?: number;
      readonly max?: number;
      /** A word that stands for a special value, for example `max`. */
      readonly word?: string;
    }
  );

type ValueOf<Option extends OptionSpec> = Option extends { type: "flag" } ? true
  : Option extends { type: "list" } ? readonly string[]
  : Option extends { type: "choice"; choices: readonly (infer Choice)[] } ? Choice
  : Option extends { type: "number" | "integer" } ? number | (Option extends { word: infer Word } ? Word : never)
  : string;

/** Values by option name; an option that was not given is absent. */
export type OptionValues<Options extends readonly OptionSpec[]> = {
  readonly [Option in Options[number] as Option["name"]]?: ValueOf<Option>;
};

export interface CommandSpec<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  readonly name: string;
  readonly summary: string;
  /** Names of the arguments that are no options, for example `["DECISION_ID"]`; all are required. */
  readonly args?: readonly string[];
  readonly options: Options;
}

export interface ProgramSpec {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly commands: readonly CommandSpec[];
}

export type Parsed =
  | {
    readonly kind: "run";
    readonly command: string;
    readonly args: readonly string[];
    readonly values: Readonly<Record<string, unknown>>;
    /** Where each value came from, for messages: `--port` or `GRODT_PORT`. */
    readonly sources: Readonly<Record<string, string>>;
  }
  /** Text for standard output, then exit with `EXIT.ok`. */
  | { readonly kind: "print"; readonly text: string }
  /** One line for each problem, for standard error, then exit with `EXIT.badInput`. */
  | { readonly kind: "bad"; readonly problems: readonly string[] };

/** Reads arguments (without the program's name) and environment by the tables. */
export function parseProgram(
  program: ProgramSpec,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V") return { kind: "print", text: `${program.name} ${program.version}` };
  if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    return { kind: "print", text: programHelp(program) };
  }
  const see = `see ${program.name} --help`;
  if (first === undefined) return { kind: "bad", problems: [`No command given; ${see}`] };
  const name = first === "help" ? rest[0] : first;
  const command = program.commands.find((one) => one.name === name);
  if (!command) {
    const meant = didYouMean(name, program.commands.map((one) => one.name));
    const what = name.startsWith("-") ? `Option ${name} stands before a command` : `Unknown command "${name}"`;
    return { kind: "bad", problems: [`${what}${meant ? `; did you mean ${meant}?` : `; ${see}`}`] };
  }
  const wantsHelp = first === "help" || beforeEnd(rest).some((arg) => arg === "--help" || arg === "-h");
  return wantsHelp
    ? { kind: "print", text: commandHelp(program, command) }
    : parseCommand(program, command, { argv: rest, env });
}

/** The environment variable of an option. */
export const envName = (option: string): string => `GRODT_${option.toUpperCase().replaceAll("-", "_")}`;

const beforeEnd = (argv: readonly string[]): readonly string[] =>
  argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;

interface Given {
  readonly option: OptionSpec;
  readonly source: string;
  readonly texts: string[];
}

function parseCommand(
  program: ProgramSpec,
  command: CommandSpec,
  { argv, env }: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Parsed {
  const problems: string[] = [];
  const args: string[] = [];
  const given = new Map<string, Given>();
  for (const option of command.options) {
    const text = env[envName(option.name)];
    if (text !== undefined && text !== "") {
      given.set(option.name, { option, source: envName(option.name), texts: [text] });
    }
  }
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at];
    if (arg === "--") {
      args.push(...argv.slice(at + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      args.push(arg);
      continue;
    }
    const [name, ...parts] = arg.replace(/^--?/, "").split("=");
    const option = arg.startsWith("--") ? command.options.find((one) => one.name === name) : undefined;
    if (!option) {
      const meant = didYouMean(name, command.options.map((one) => one.name));
      const next = meant ? `did you mean --${meant}?` : `see ${program.name} ${command.name} --help`;
      problems.push(`Unknown option ${arg.split("=")[0]}; ${next}`);
      // Its value, if it had one, is no argument of the command.
      if (parts.length === 0 && isValue(argv[at + 1])) at++;
      continue;
    }
    let text = parts.length > 0 ? parts.join("=") : undefined;
    if (option.type !== "flag" && text === undefined && isValue(argv[at + 1])) text = argv[++at];
    if (option.type !== "flag" && (text === undefined || text === "")) {
      problems.push(`--${name} needs a value: --${name} ${placeholder(option)}`);
      continue;
    }
    const earlier = given.get(name);
    if (earlier?.source !== `--${name}`) given.set(name, { option, source: `--${name}`, texts: [text ?? "true"] });
    else if (option.type === "list") earlier.texts.push(text!);
    else problems.push(`--${name} is given twice; give it once`);
  }

  const wanted = command.args ?? [];
  if (args.length < wanted.length) {
    problems.push(`Missing ${wanted.slice(args.length).join(" ")}; ${usage(program, command)}`);
  } else if (args.length > wanted.length) {
    problems.push(`Unexpected "${args[wanted.length]}"; ${usage(program, command)}`);
  }
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [name, { option, source, texts }] of given) {
    const read = readValue(option, source, texts);
    if ("problem" in read) problems.push(read.problem);
    else if (read.value !== undefined) {
      values[name] = read.value;
      sources[name] = source;
    }
  }
  return problems.length > 0
    ? { kind: "bad", problems }
    : { kind: "run", command: command.name, args, values, sources };
}

/** A word that can be the value of the option before it; a negative number can. */
const isValue = (text: string | undefined): boolean =>
  text !== undefined && (!text.startsWith("-") || /^-\d/.test(text) || text === "-");

function readValue(
  option: OptionSpec,
  source: string,
  texts: readonly string[],
): { value: unknown } | { problem: string } {
  const [text] = texts;
  const bad = (must: string): { problem: string } => ({ problem: `${source} must be ${must}, got "${text}"` });
  switch (option.type) {
    case "flag":
      if (["true", "1", "yes"].includes(text)) return { value: true };
      return ["false", "0", "no"].includes(text) ? { value: undefined } : bad("true or false");
    case "text":
      return { value: text };
    case "list": {
      const items = texts.flatMap((one) => one.split(",")).map((item) => item.trim());
      return items.includes("") ? bad("a list without empty items") : { value: items };
    }
    case "choice":
      return option.choices.includes(text) ? { value: text } : bad(oneOf(text, option.choices));
    case "number":
    case "integer": {
      if (option.word !== undefined && text === option.word) return { value: text };
      const value = /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
      const { min = -Infinity, max = Infinity } = option;
      const fits = value >= min && value <= max && (option.type === "number" || Number.isSafeInteger(value));
      return fits ? { value } : bad(numberText(option));
    }
  }
}

function oneOf(text: string, choices: readonly string[]): string {
  const meant = didYouMean(text, choices);
  return `one of ${choices.join(", ")}${meant ? ` (did you mean ${meant}?)` : ""}`;
}

function numberText(option: OptionSpec & { type: "number" | "integer" }): string {
  const kind = option.type === "integer" ? "a whole number" : "a number";
  const word = option.word === undefined ? "" : ` or ${option.word}`;
  const range = rangeText(option);
  return `${kind}${range === "" ? "" : ` ${range}`}${word}`;
}

function rangeText({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`;
  if (min !== undefined) return `of at least ${min}`;
  return max === undefined ? "" : `of at most ${max}`;
}

function placeholder(option: OptionSpec): string {
  switch (option.type) {
    case "flag":
      return "";
    case "choice":
      return option.choices.join("|");
    case "list":
      return `${option.placeholder},…`;
    case "number":
    case "integer":
      return option.word === undefined ? option.placeholder : `${option.placeholder}|${option.word}`;
    case "text":
      return option.placeholder;
  }
}

const usage = (program: ProgramSpec, command: CommandSpec): string =>
  ["usage:", program.name, command.name, ...(command.args ?? []), command.options.length > 0 ? "[options]" : ""]
    .join(" ").trimEnd();

/** Help of the program: its commands and how it ends. */
export function programHelp(program: ProgramSpec): string {
  return [
    `${program.name} ${program.version}: ${program.summary}`,
    "",
    `usage: ${program.name} COMMAND [options]`,
    "",
    "commands:",
    ...table(program.commands.map(({ name, summary }) => [name, summary])),
    "",
    `${program.name} COMMAND --help tells the options of a command.`,
    "",
    "exit codes:",
    ...table(Object.values(EXIT).map(({ code, means }) => [String(code), means])),
  ].join("\n");
}

/** Help of a command: its options with range, default and environment variable. */
export function commandHelp(program: ProgramSpec, command: CommandSpec): string {
  const rows = command.options.map((option): [string, string] => {
    const range = option.type === "number" || option.type === "integer" ? rangeText(option) : "";
    const notes = [range, option.default === undefined ? "" : `default ${option.default}`].filter((note) =>
      note !== ""
    );
    const head = `--${option.name} ${placeholder(option)}`.trimEnd();
    return [head, notes.length > 0 ? `${option.help} (${notes.join("; ")})` : option.help];
  });
  const head = [command.summary, "", usage(program, command)];
  if (rows.length === 0) return head.join("\n");
  const example = envName(command.options[0].name);
  return [
    ...head,
    "",
    "options:",
    ...table(rows),
    "",
    `Without an option holds what the configuration files say. Each may also come from the environment, as ${example};`,
    "the command line wins over it, and both win over the files.",
  ].join("\n");
}

/** Two columns; a head too long for its column gets a line of its own. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(28, Math.max(...rows.map(([head]) => head.length)));
  return rows.flatMap(([head, text]) => {
    const lines = wrap(text, 116 - width);
    const indent = " ".repeat(width + 4);
    const first = head.length <= width ? [`  ${head.padEnd(width)}  ${lines[0]}`] : [`  ${head}`, indent + lines[0]];
    return [...first, ...lines.slice(1).map((line) => indent + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
