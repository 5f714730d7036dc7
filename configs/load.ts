/**
 * From files to one frozen configuration, or to all that is wrong with them. Always true:
 *  - either every file is sound or nothing is given; all problems of all files come at once, each with file, line, key,
 *    value, what is allowed and what to do;
 *  - a key that a directory of one's own leaves out holds as in the shipped files, except costs: `fees.yaml` is never
 *    filled up from elsewhere;
 *  - an option of the command line or of the environment goes through the same checks as the files;
 *  - equal configurations have equal hashes, whatever the order of keys or the comments. Secrets are apart.
 *
 * Files are read through the function that is passed in; nothing else outside is touched.
 */
import { createHash } from "node:crypto";
import type { z } from "zod";
import type { InstrumentBook } from "../core/execution/types.ts";
import { usdMicros } from "../core/money.ts";
import { allowedAt, nameAllowedAt, namesAt } from "./describe.ts";
import { didYouMean } from "./did_you_mean.ts";
import { instrumentOf, instrumentProblems } from "./instruments.ts";
import { LIMITS, type RiskLimits } from "../core/risk/limits.ts";
import {
  type FeeSettings,
  FILE_NAMES,
  type FileName,
  FILES,
  limitFileKey,
  LimitsSchema,
  type RegimeSettings,
  type Settings,
  type SymbolSettings,
} from "./schema.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { readYaml, type YamlFile } from "./yaml_file.ts";

export interface Config {
  readonly settings: Settings;
  readonly risk: { readonly preset: string; readonly limits: RiskLimits };
  /** Every symbol of the file, by name. */
  readonly symbols: Readonly<Record<string, SymbolSettings>>;
  /** Names of those that are enabled, in the order of the file. */
  readonly enabledSymbols: readonly string[];
  readonly instruments: InstrumentBook;
  readonly stockWatchlist: readonly string[];
  readonly regime: RegimeSettings;
  /** Costs of the mode that is set. */
  readonly fees: FeeSettings & { readonly name: string };
}

export interface ConfigProblem {
  readonly file: string;
  /** `null` where no line says it: a missing file, an option of the command line. */
  readonly line: number | null;
  readonly key: string;
  /** The value as text, `""` where there is none. */
  readonly value: string;
  /** Goes on after key and value: `must be …`, `is missing`. */
  readonly says: string;
  readonly next: string;
}

/** A value that wins over the files. */
export interface Override {
  readonly file: FileName;
  readonly path: readonly string[];
  readonly value: unknown;
  /** Where it came from, for messages: `--port` or `GRODT_PORT`. */
  readonly source: string;
}

export interface LoadOptions {
  /** Directory of the files, for example `configs`. */
  readonly dir: string;
  /** Directory of the shipped files, for keys that `dir` leaves out; `null` when `dir` must say everything. */
  readonly shippedDir: string | null;
  /** Path of the file with secrets. */
  readonly envFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly overrides: readonly Override[];
  /** Only these symbols are enabled, whatever the file says; `null` leaves it to the file. */
  readonly onlySymbols: { readonly names: readonly string[]; readonly source: string } | null;
  /** The text of a file, `null` when there is none. */
  readonly readFile: (path: string) => string | null;
}

export type Loading =
  | { readonly ok: true; readonly config: Config; readonly secrets: Secrets; readonly hash: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Loads and checks all files of a configuration. */
export function loadConfig(options: LoadOptions): Loading {
  const problems: ConfigProblem[] = [];
  const sources = Object.fromEntries(
    FILE_NAMES.map((name) => [name, openFile(name, options, problems)]),
  ) as Record<FileName, Source | null>;
  const parsed = {
    settings: check(sources.settings, FILES.settings, problems),
    risk: check(sources.risk, FILES.risk, problems),
    symbols: check(sources.symbols, FILES.symbols, problems),
    regime: check(sources.regime, FILES.regime, problems),
    fees: check(sources.fees, FILES.fees, problems),
  };
  const { settings, risk, symbols, regime, fees } = parsed;

  const limits = risk && limitsOf(risk, options, problems);
  if (settings) checkMode(settings, sources.settings!, problems);
  if (settings && limits) checkDeadline(settings, limits, sources.settings!, problems);
  if (symbols) checkSymbols(symbols.symbols, sources.symbols!, problems);
  const { onlySymbols } = options;
  if (symbols && onlySymbols) checkNames(Object.keys(symbols.symbols), onlySymbols, problems);
  const enabledSymbols = symbols
    ? onlySymbols?.names ?? Object.keys(symbols.symbols).filter((name) => symbols.symbols[name].enabled)
    : [];
  if (symbols && enabledSymbols.length === 0) {
    problems.push(
      sources.symbols!.problem(["symbols"], "", "has no symbol that is enabled", "Set enabled: true for one"),
    );
  }
  const profile = settings && fees && profileOf(settings, fees, sources.fees!, problems);

  const envText = readText(options, options.envFile, problems) ?? "";
  const { secrets, problems: secretProblems } = readSecrets({ file: options.envFile, text: envText, env: options.env });
  for (const { file, name, says, next } of secretProblems) {
    problems.push({ file, line: null, key: name, value: "", says, next });
  }

  if (problems.length > 0 || !settings || !limits || !symbols || !regime || !profile) return { ok: false, problems };
  const config: Config = deepFreeze({
    settings,
    risk: { preset: risk!.preset, limits },
    symbols: symbols.symbols,
    enabledSymbols,
    instruments: Object.fromEntries(
      Object.entries(symbols.symbols).map(([name, symbol]) => [name, instrumentOf(name, symbol)]),
    ),
    stockWatchlist: symbols.stockWatchlist,
    regime,
    fees: profile,
  });
  return { ok: true, config, secrets: Object.freeze(secrets), hash: configHash(config) };
}

/** One line for people: `configs/settings.yaml:4: port is 70000, must be a whole number from 0 to 65535. Change it`. */
export function problemText({ file, line, key, value, says, next }: ConfigProblem): string {
  const where = line === null ? file : `${file}:${line}`;
  const what = value === "" ? `${key} ${says}` : `${key} is ${value}, ${says}`;
  return `${where}: ${what.trim()}. ${next}`;
}

/** SHA-256 over the configuration with its keys in order. */
export function configHash(config: Config): string {
  return createHash("sha256").update(canonical(config)).digest("hex");
}

/** SHA-256 over what decides trades alone: two runs with equal ones differ in speed, port or page, never in a decision. */
export function tradingHash({ settings, risk, enabledSymbols, instruments, regime, fees }: Config): string {
  const { seed, capitalUsd, sim, replay, paperVenue, candles, scorer, strategies, fusion } = settings;
  const { files: _, ...replayQuotes } = replay; // the candles themselves have a fingerprint of their own
  const rules = { seed, capitalUsd, sim, replayQuotes, paperVenue, candles, scorer, strategies, fusion };
  return createHash("sha256").update(canonical({ rules, risk, enabledSymbols, instruments, regime, fees })).digest(
    "hex",
  );
}

/** Raw values of one file, with the file's own below overrides and above the shipped ones, and where each came from. */
interface Source {
  readonly data: Record<string, unknown>;
  problem(path: readonly PropertyKey[], value: string, says: string, next: string): ConfigProblem;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readText(options: LoadOptions, path: string, problems: ConfigProblem[]): string | null {
  try {
    return options.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({
      file: path,
      line: null,
      key: "",
      value: "",
      says: `cannot be read: ${reason}`,
      next: "Check its rights",
    });
    return null;
  }
}

/** `undefined`: there is none; `null`: it is faulty, and that is told. */
function openYaml(path: string, options: LoadOptions, problems: ConfigProblem[]): YamlFile | null | undefined {
  const before = problems.length;
  const text = readText(options, path, problems);
  if (text === null) return problems.length > before ? null : undefined;
  const reading = readYaml(path, text);
  if (reading.ok) return reading.yaml;
  for (const { line, says } of reading.faults) {
    problems.push({ file: path, line, key: "", value: "", says, next: "Mend the YAML there; spaces make the levels" });
  }
  return null;
}

function openFile(name: FileName, options: LoadOptions, problems: ConfigProblem[]): Source | null {
  const path = `${options.dir}/${name}.yaml`;
  const shippedPath = `${options.shippedDir}/${name}.yaml`;
  const own = openYaml(path, options, problems);
  const mayFill = options.shippedDir !== null && shippedPath !== path && name !== "fees";
  const shipped = mayFill ? openYaml(shippedPath, options, problems) : undefined;
  if (own === null || shipped === null) return null;
  if (!own && !shipped) {
    const next = name === "fees"
      ? "Write down what trading costs: copy the shipped fees.yaml and check it; no cost is assumed"
      : "Copy the shipped file there, or leave --config away";
    problems.push({ file: path, line: null, key: "", value: "", says: "the file is missing", next });
    return null;
  }
  const overrides = options.overrides.filter(({ file }) => file === name);
  const data = merged(shipped?.data ?? {}, own?.data ?? {}) as Record<string, unknown>;
  for (const override of overrides) setAt(data, override.path, override.value);
  return {
    data,
    problem(path, value, says, next) {
      const key = path.join(".");
      const given = overrides.find((override) => override.path.every((step, k) => step === path[k]));
      if (given) return { file: given.source, line: null, key, value, says, next };
      const yaml = own && (hasAt(own.data, path) || !shipped) ? own : shipped ?? own!;
      return { file: yaml.file, line: yaml.lineOf(path), key, value, says, next };
    },
  };
}

/** `over` over `under`, map by map; lists and values are taken whole. Gives a copy. */
function merged(under: unknown, over: unknown): unknown {
  if (over === undefined) return structuredClone(under);
  if (!isMap(under) || !isMap(over)) return structuredClone(over);
  const keys = [...Object.keys(under), ...Object.keys(over).filter((key) => !Object.hasOwn(under, key))];
  return Object.fromEntries(keys.map((key) => [key, merged(own(under, key), own(over, key))]));
}

const own = (map: Record<string, unknown>, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined);

function setAt(data: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let map = data;
  for (const step of path.slice(0, -1)) {
    if (!isMap(map[step])) map[step] = {};
    map = map[step] as Record<string, unknown>;
  }
  map[path[path.length - 1]] = value;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], data);
}
const hasAt = (data: unknown, path: readonly PropertyKey[]): boolean => valueAt(data, path) !== undefined;

function check<Schema extends z.ZodType>(
  source: Source | null,
  schema: Schema,
  problems: ConfigProblem[],
): z.infer<Schema> | null {
  if (source === null) return null;
  const result = schema.safeParse(source.data);
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.push(...issueProblems(issue, source, schema));
  return null;
}

function issueProblems(issue: z.core.$ZodIssue, source: Source, schema: z.ZodType): ConfigProblem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const names = namesAt(schema, path);
      const meant = didYouMean(key, names);
      const next = meant ? `Did you mean ${meant}?` : `Known here: ${names.join(", ")}`;
      return source.problem([...path, key], "", "is no key that is known", next);
    });
  }
  if (issue.code === "invalid_key") {
    return [source.problem(path, "", `must be ${nameAllowedAt(schema, path.slice(0, -1))}`, "Rename it")];
  }
  const value = valueAt(source.data, path);
  if (value === undefined) {
    return [
      source.problem(path, "", `is missing; it must be ${allowedAt(schema, path)}`, "Add it, as in the shipped file"),
    ];
  }
  const says = issue.code === "custom" ? issue.message : `must be ${allowedAt(schema, path)}`;
  return [source.problem(path, isMap(value) ? "" : JSON.stringify(value), says, "Change it")];
}

type Parsed<Name extends FileName> = z.infer<typeof FILES[Name]>;

/** The limits in force, in the units of the gate. */
function limitsOf(risk: Parsed<"risk">, options: LoadOptions, problems: ConfigProblem[]): RiskLimits | null {
  const values = risk.preset === "custom" ? risk.custom : presetValues(risk.preset, options, problems);
  if (values === null) return null;
  return Object.fromEntries(
    Object.entries(LIMITS).map(([key, { unit }]) => {
      const value = values[limitFileKey(key)];
      const isMoney = unit === "usd_micros" && value !== null;
      return [key, isMoney ? usdMicros(Math.round(value * 1_000_000)) : value];
    }),
  ) as RiskLimits;
}

function presetValues(
  preset: string,
  options: LoadOptions,
  problems: ConfigProblem[],
): Parsed<"risk">["custom"] | null {
  const paths = [options.dir, options.shippedDir].filter((dir) => dir !== null).map((dir) =>
    `${dir}/presets/${preset}.yaml`
  );
  for (const path of paths) {
    const yaml = openYaml(path, options, problems);
    if (yaml === null) return null;
    if (yaml === undefined) continue;
    const source: Source = {
      data: { ...yaml.data },
      problem: (at, value, says, next) => ({ file: path, line: yaml.lineOf(at), key: at.join("."), value, says, next }),
    };
    return check(source, LimitsSchema, problems);
  }
  const next = "Copy the shipped presets there, or set preset: custom in risk.yaml";
  problems.push({ file: paths[0], line: null, key: "", value: "", says: "the file is missing", next });
  return null;
}

function checkMode(settings: Settings, source: Source, problems: ConfigProblem[]): void {
  const { mode, market, replay } = settings;
  const value = JSON.stringify(mode);
  if (mode === "live") {
    const says = "which needs a venue, and there is no venue yet in this version";
    problems.push(source.problem(["mode"], value, says, "Use mode sim; nothing here can place a real order"));
  } else if (mode === "paper") {
    const says = `which needs real prices as they come, and market ${market} has none`;
    problems.push(source.problem(["mode"], value, says, "Use mode sim with this market"));
  }
  if (market === "replay" && replay.files.length === 0) {
    const says = "is empty, and market replay has nothing to replay";
    problems.push(source.problem(["replay", "files"], "", says, "Name a file there or with --replay"));
  }
}

function checkDeadline(settings: Settings, limits: RiskLimits, source: Source, problems: ConfigProblem[]): void {
  const { deadlineMs } = settings.scorer;
  const { intentAgeMaxMs } = limits;
  if (deadlineMs < intentAgeMaxMs) return;
  const says =
    `must be below intentAgeMaxMs ${intentAgeMaxMs} of the risk limits, or a verdict comes too late to be used`;
  problems.push(source.problem(["scorer", "deadlineMs"], String(deadlineMs), says, "Change it"));
}

function checkSymbols(symbols: Config["symbols"], source: Source, problems: ConfigProblem[]): void {
  for (const [name, symbol] of Object.entries(symbols)) {
    for (const { key, says } of instrumentProblems(symbol)) {
      problems.push(source.problem(["symbols", name, key], JSON.stringify(symbol[key]), says, "Change it"));
    }
  }
}

function checkNames(
  known: readonly string[],
  { names, source }: { readonly names: readonly string[]; readonly source: string },
  problems: ConfigProblem[],
): void {
  names.forEach((name, k) => {
    const meant = didYouMean(name, known);
    const next = meant && meant !== name ? `Did you mean ${meant}?` : `There are ${known.join(", ")}`;
    const bad = (says: string): unknown =>
      problems.push({ file: source, line: null, key: name, value: "", says, next });
    if (!known.includes(name)) bad("is not in symbols.yaml");
    else if (names.indexOf(name) !== k) bad("is named twice");
  });
}

function profileOf(
  { mode }: Settings,
  { use, profiles }: Parsed<"fees">,
  source: Source,
  problems: ConfigProblem[],
): Config["fees"] | null {
  let inForce: Config["fees"] | null = null;
  for (const [user, name] of Object.entries(use)) {
    if (Object.hasOwn(profiles, name)) {
      if (user === mode) inForce = { name, ...profiles[name] };
      continue;
    }
    const meant = didYouMean(name, Object.keys(profiles));
    const next = meant ? `Did you mean ${meant}?` : `There are ${Object.keys(profiles).join(", ")}; no cost is assumed`;
    problems.push(source.problem(["use", user], JSON.stringify(name), "which is no profile of this file", next));
  }
  return inForce;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
