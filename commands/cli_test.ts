import assert from "node:assert/strict";
import { fc, property } from "../tests/support/property.ts";
import {
  commandHelp,
  EXIT,
  type OptionSpec,
  type OptionValues,
  type Parsed,
  parseProgram,
  programHelp,
  type ProgramSpec,
} from "./cli.ts";

const OPTIONS = [
  {
    name: "port",
    type: "integer",
    placeholder: "PORT",
    help: "Port of the dashboard.",
    default: "8080",
    min: 0,
    max: 65_535,
  },
  {
    name: "speed",
    type: "number",
    placeholder: "FACTOR",
    help: "Market seconds per second.",
    min: 0.1,
    max: 1_000,
    word: "max",
  },
  { name: "seed", type: "integer", placeholder: "SEED", help: "Seed." },
  { name: "state", type: "text", placeholder: "DIR", help: "State directory." },
  { name: "mode", type: "choice", choices: ["sim", "paper"], help: "Mode." },
  { name: "replay", type: "list", placeholder: "FILE", help: "Files." },
  { name: "no-open", type: "flag", help: "Do not open a browser." },
] as const satisfies readonly OptionSpec[];

const PROGRAM: ProgramSpec = {
  name: "prog",
  summary: "does things",
  version: "1.2.3",
  commands: [
    { name: "start", summary: "Start it.", options: OPTIONS },
    { name: "replay", summary: "Run a decision again.", args: ["DECISION_ID"], options: [] },
  ],
};

const parse = (line: string, env: Record<string, string> = {}): Parsed =>
  parseProgram(PROGRAM, line.split(" ").filter((word) => word !== ""), env);
function values(line: string, env: Record<string, string> = {}): Record<string, unknown> {
  const parsed = parse(line, env);
  assert.ok(parsed.kind === "run", JSON.stringify(parsed));
  return { ...parsed.values };
}
function problems(line: string, env: Record<string, string> = {}): readonly string[] {
  const parsed = parse(line, env);
  assert.ok(parsed.kind === "bad", JSON.stringify(parsed));
  return parsed.problems;
}

// deno-fmt-ignore
const GOOD: { line: string; env?: Record<string, string>; want: Record<string, unknown> }[] = [
  { line: "start",                                 want: {} },
  { line: "start --port 80",                       want: { port: 80 } },
  { line: "start --port=80 --no-open",             want: { port: 80, "no-open": true } },
  { line: "start --port 0",                        want: { port: 0 } },
  { line: "start --port 65535",                    want: { port: 65_535 } },
  { line: "start --speed 0.1",                     want: { speed: 0.1 } },
  { line: "start --speed max",                     want: { speed: "max" } },
  { line: "start --seed -5",                       want: { seed: -5 } },
  { line: "start --state=a=b",                     want: { state: "a=b" } },
  { line: "start --state -",                       want: { state: "-" } },
  { line: "start --mode paper",                    want: { mode: "paper" } },
  { line: "start --replay a,b --replay c",         want: { replay: ["a", "b", "c"] } },
  { line: "start",                env: { GRODT_PORT: "81", GRODT_NO_OPEN: "1" }, want: { port: 81, "no-open": true } },
  { line: "start --port 80",      env: { GRODT_PORT: "wrong" },                  want: { port: 80 } },
  { line: "start --replay c",     env: { GRODT_REPLAY: "a,b" },                  want: { replay: ["c"] } },
  { line: "start",                env: { GRODT_PORT: "", GRODT_NO_OPEN: "no" },  want: {} },
];
for (const { line, env, want } of GOOD) {
  Deno.test(`parseProgram() reads "${line}"${env ? ` with ${JSON.stringify(env)}` : ""}`, () => {
    assert.deepEqual(values(line, env), want);
  });
}

// deno-fmt-ignore
const BAD: { line: string; env?: Record<string, string>; want: string[] }[] = [
  { line: "",                       want: ["No command given; see prog --help"] },
  { line: "strat",                  want: ['Unknown command "strat"; did you mean start?'] },
  { line: "fly",                    want: ['Unknown command "fly"; see prog --help'] },
  { line: "--port 1 start",         want: ["Option --port stands before a command; see prog --help"] },
  { line: "start --prot 80",        want: ["Unknown option --prot; did you mean --port?"] },
  { line: "start --colour=red",     want: ["Unknown option --colour; see prog start --help"] },
  { line: "start -p 80",            want: ["Unknown option -p; see prog start --help"] },
  { line: "start --port",           want: ["--port needs a value: --port PORT"] },
  { line: "start --port=",          want: ["--port needs a value: --port PORT"] },
  { line: "start --port --no-open", want: ["--port needs a value: --port PORT"] },
  { line: "start --speed",          want: ["--speed needs a value: --speed FACTOR|max"] },
  { line: "start --port 1 --port 2", want: ["--port is given twice; give it once"] },
  { line: "start --port -1",        want: ['--port must be a whole number from 0 to 65535, got "-1"'] },
  { line: "start --port 65536",     want: ['--port must be a whole number from 0 to 65535, got "65536"'] },
  { line: "start --port 80.5",      want: ['--port must be a whole number from 0 to 65535, got "80.5"'] },
  { line: "start --port 8e1",       want: ['--port must be a whole number from 0 to 65535, got "8e1"'] },
  { line: "start --port 0x50",      want: ['--port must be a whole number from 0 to 65535, got "0x50"'] },
  { line: "start --seed 9007199254740993", want: ['--seed must be a whole number, got "9007199254740993"'] },
  { line: "start --speed fast",     want: ['--speed must be a number from 0.1 to 1000 or max, got "fast"'] },
  { line: "start --speed 0.09",     want: ['--speed must be a number from 0.1 to 1000 or max, got "0.09"'] },
  { line: "start --speed Infinity", want: ['--speed must be a number from 0.1 to 1000 or max, got "Infinity"'] },
  { line: "start --mode papper",    want: ['--mode must be one of sim, paper (did you mean paper?), got "papper"'] },
  { line: "start --replay a,,b",    want: ['--replay must be a list without empty items, got "a,,b"'] },
  { line: "start --no-open=maybe",  want: ['--no-open must be true or false, got "maybe"'] },
  { line: "start extra",            want: ['Unexpected "extra"; usage: prog start [options]'] },
  { line: "replay",                 want: ["Missing DECISION_ID; usage: prog replay DECISION_ID"] },
  { line: "start --prot 80 --seed x", want: ["Unknown option --prot; did you mean --port?", '--seed must be a whole number, got "x"'] },
  { line: "start", env: { GRODT_PORT: "many" }, want: ['GRODT_PORT must be a whole number from 0 to 65535, got "many"'] },
];
for (const { line, env, want } of BAD) {
  Deno.test(`parseProgram() refuses "${line}"${env ? ` with ${JSON.stringify(env)}` : ""} and says what to do`, () => {
    assert.deepEqual(problems(line, env), want);
  });
}

Deno.test("parseProgram() tells where a value came from", () => {
  const parsed = parse("start --port 1", { GRODT_SEED: "7", GRODT_PORT: "2" });
  assert.ok(parsed.kind === "run");
  assert.deepEqual(parsed.sources, { port: "--port", seed: "GRODT_SEED" });
});

Deno.test("parseProgram() takes arguments, also ones that look like options after --", () => {
  const parsed = parse("replay -- --port");
  assert.ok(parsed.kind === "run");
  assert.deepEqual(parsed.args, ["--port"]);
});

Deno.test("parseProgram() prints help and version, whatever else is wrong with the line", () => {
  const start = PROGRAM.commands[0];
  // deno-fmt-ignore
  const cases: [line: string, text: string][] = [
    ["--help", programHelp(PROGRAM)],
    ["-h", programHelp(PROGRAM)],
    ["help", programHelp(PROGRAM)],
    ["help start", commandHelp(PROGRAM, start)],
    ["start --help", commandHelp(PROGRAM, start)],
    ["start --port x -h", commandHelp(PROGRAM, start)],
    ["--version", "prog 1.2.3"],
    ["-V", "prog 1.2.3"],
  ];
  for (const [line, text] of cases) assert.deepEqual(parse(line), { kind: "print", text });
});

Deno.test("help names each command, option, range, default, environment variable and exit code", () => {
  const program = programHelp(PROGRAM), start = commandHelp(PROGRAM, PROGRAM.commands[0]);
  for (const { name, summary } of PROGRAM.commands) assert.match(program, new RegExp(`^ {2}${name} +${summary}$`, "m"));
  for (const { code, means } of Object.values(EXIT)) assert.match(program, new RegExp(`^ {2}${code} +${means}$`, "m"));
  for (const { name, help } of OPTIONS) assert.match(start, new RegExp(`^ {2}--${name}.*${help}`, "m"));
  assert.match(start, /--port PORT +Port of the dashboard\. \(from 0 to 65535; default 8080\)$/m);
  assert.match(start, /--speed FACTOR\|max +Market/);
  assert.match(start, /GRODT_PORT/);
  for (const line of `${program}\n${start}`.split("\n")) assert.ok(line.length <= 120, line);
});

Deno.test("values have the types of their options", () => {
  const typed: OptionValues<typeof OPTIONS> = { port: 1, speed: "max", mode: "sim", replay: ["a"], "no-open": true };
  // @ts-expect-error: a port is a number
  const wrong: OptionValues<typeof OPTIONS> = { port: "1" };
  assert.notDeepEqual(typed, wrong);
});

property("parseProgram() answers any line without throwing", [
  fc.array(
    fc.oneof(fc.string(), fc.constantFrom("start", "replay", "--port", "--", "-", "--speed=", "--no-open", "help")),
  ),
], (argv) => {
  assert.ok(["run", "print", "bad"].includes(parseProgram(PROGRAM, argv, {}).kind));
});
