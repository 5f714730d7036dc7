/**
 * From file names to series: reads CSV files of candles (plain or gzip, told apart by content), puts several periods of a
 * symbol in line, and finds each symbol's grid. Nothing is guessed in silence: a symbol that the name does not tell, two
 * files that contradict each other, or intervals that do not match are refused with the next step; a grid that had to be
 * inferred is marked.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { InstrumentBook } from "../../core/execution/types.ts";
import {
  type CandleCsv,
  type CandleGap,
  createCandleCsvReader,
  type CsvProblem,
  findGaps,
  intervalName,
} from "../../core/market/csv.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { type Increment, type Instrument, qtyLots } from "../../core/money.ts";
import { DAY_MS, HOUR_MS, isoSeconds, MINUTE_MS, SECOND_MS } from "../../core/time.ts";

/** A file to replay; `symbol` is `null` when the name tells it. */
export interface ReplayFile {
  readonly path: string;
  readonly symbol: string | null;
}

export interface LoadOptions {
  readonly files: readonly ReplayFile[];
  readonly instruments: InstrumentBook;
  /** What to do with a line that is not a candle: leave it out and count it, or refuse the file. */
  readonly onBadRow: "skip" | "stop";
  /** What to do with missing candles: tell them, or refuse the file. */
  readonly onGap: "report" | "stop";
  readonly readFile?: (path: string) => Promise<Uint8Array>;
}

/** All candles of one symbol, from one file or several. */
export interface ReplaySeries {
  readonly symbol: string;
  readonly instrument: Instrument;
  /** True when the symbol is in no configuration and its grid was made from its prices. */
  readonly instrumentInferred: boolean;
  readonly columns: CandleColumns;
  readonly gaps: readonly CandleGap[];
}

export interface ReplayFileReport {
  readonly path: string;
  readonly symbol: string;
  readonly rows: number;
  readonly skipped: number;
  readonly problems: readonly CsvProblem[];
  readonly sha256: string;
}

export interface ReplaySet {
  readonly intervalMs: number;
  readonly series: readonly ReplaySeries[];
  readonly files: readonly ReplayFileReport[];
}

export type ReplayLoad =
  | ({ readonly ok: true } & ReplaySet)
  /** Sentences for people, each with file, value, reason and next step. */
  | { readonly ok: false; readonly problems: readonly string[] };

interface ReadFile {
  readonly path: string;
  readonly symbol: string;
  readonly csv: CandleCsv & { readonly columns: CandleColumns };
  readonly sha256: string;
}

/** Problems of one file that are worth printing; the count says how many there are. */
const PROBLEMS_PRINTED = 5;

/** Loads all files, or tells all that is wrong with them. */
export async function loadReplayFiles(options: LoadOptions): Promise<ReplayLoad> {
  const problems: string[] = [];
  const read: ReadFile[] = [];
  if (options.files.length === 0) problems.push("No file to replay. Name one with --replay FILE.csv.gz");
  for (const file of options.files) {
    const result = await readCandleFile(file, options);
    if (typeof result === "string") problems.push(result);
    else read.push(result);
  }
  const intervals = new Map(read.map(({ path, csv }) => [csv.intervalMs, path]));
  if (intervals.size > 1) {
    const each = [...intervals].map(([intervalMs, path]) => `${basename(path)} has ${intervalName(intervalMs)}`);
    problems.push(`One replay has one interval, but ${each.join(", ")}. Replay them one after the other`);
  }
  if (problems.length > 0) return { ok: false, problems };

  const intervalMs = read[0].csv.intervalMs;
  const series: ReplaySeries[] = [];
  for (const symbol of new Set(read.map((file) => file.symbol))) {
    const joined = joinPeriods(read.filter((file) => file.symbol === symbol));
    if (typeof joined === "string") {
      problems.push(joined);
      continue;
    }
    const gaps = findGaps(joined.openedAtMs, intervalMs);
    if (options.onGap === "stop" && gaps.length > 0) problems.push(gapsText(symbol, gaps));
    const known = options.instruments[symbol];
    const instrument = known ?? inferInstrument(symbol, joined, read.filter((file) => file.symbol === symbol));
    series.push({ symbol, instrument, instrumentInferred: !known, columns: joined, gaps });
  }
  if (problems.length > 0) return { ok: false, problems };
  const files = read.map(({ path, symbol, csv, sha256 }) => ({
    path,
    symbol,
    rows: csv.columns.length,
    skipped: csv.rowsRead - csv.columns.length,
    problems: csv.problems,
    sha256,
  }));
  return { ok: true, intervalMs, series, files };
}

/** Reads `SYMBOL=FILE` or `FILE`, as given on the command line or in settings.yaml. */
export function parseReplayFile(text: string): ReplayFile {
  const explicit = /^([A-Z0-9.]+-USD)=(.+)$/.exec(text);
  return explicit ? { symbol: explicit[1], path: explicit[2] } : { symbol: null, path: text };
}

/** Symbol and interval that a file name such as `BTCUSDT_1m_20210420-20210520.csv.gz` tells; `null` where it does not. */
export function parseReplayName(path: string): { readonly symbol: string | null; readonly intervalMs: number | null } {
  const stem = basename(path).replace(/\.gz$/i, "").replace(/\.csv$/i, "");
  const parts = /^(.+?)_(\d+)([smhd])(?:_|$)/.exec(stem);
  const intervalMs = parts ? Number(parts[2]) * UNIT_MS[parts[3] as keyof typeof UNIT_MS] : null;
  return { symbol: symbolOf(parts ? parts[1] : stem), intervalMs };
}

const UNIT_MS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `BTCUSDT`, `BTC-USD`, `SOLUSDT-PERP` and `GME` are quoted in dollars or a coin that stands for one. */
function symbolOf(name: string): string | null {
  const bare = name.toUpperCase().replace(/[-_]PERP$/, "");
  const quoted = /^([A-Z0-9]+)[-_]?(?:USDT|USDC|FDUSD|BUSD|USD)$/.exec(bare);
  if (quoted) return `${quoted[1]}-USD`;
  // A pair in another currency must not pass for dollars; a ticker has at most five letters.
  return /^[A-Z0-9.]{1,5}$/.test(bare) ? `${bare}-USD` : null;
}

async function readCandleFile(file: ReplayFile, options: LoadOptions): Promise<ReadFile | string> {
  const { path } = file;
  const name = parseReplayName(path);
  const symbol = file.symbol ?? name.symbol;
  if (symbol === null) {
    return `Cannot tell which dollar pair ${basename(path)} holds. Say so: --replay BTC-USD=${path}`;
  }
  let bytes: Uint8Array;
  try {
    bytes = await (options.readFile ?? Deno.readFile)(path);
  } catch (error) {
    return `Cannot read ${path}: ${reasonOf(error)}. Check the path given to --replay`;
  }
  const reader = createCandleCsvReader({ file: path, intervalMs: name.intervalMs });
  try {
    for await (const chunk of isGzip(bytes) ? gunzip(bytes) : [bytes]) reader.push(chunk);
  } catch (error) {
    return `Cannot unpack ${path}: ${reasonOf(error)}. The file is damaged or cut short; fetch it again`;
  }
  const csv = reader.end();
  const { columns } = csv;
  if (columns === null || (options.onBadRow === "stop" && csv.problemCount > 0)) return problemsText(path, csv);
  return { path, symbol, csv: { ...csv, columns }, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const gunzip = (bytes: Uint8Array): AsyncIterable<Uint8Array> =>
  Readable.from([bytes]).pipe(createGunzip({ chunkSize: 256 * 1_024 }));

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Problems of a file as one text: the first few, how many more, and what to do. */
function problemsText(path: string, csv: CandleCsv): string {
  const shown = csv.problems.slice(0, PROBLEMS_PRINTED).map((problem) => `  ${csvProblemText(problem)}`);
  const more = csv.problemCount - shown.length;
  if (more > 0) shown.push(`  … and ${more} more`);
  const next = csv.columns === null
    ? "Give a CSV with the columns timestamp_ms,open,high,low,close,volume"
    : "Mend the lines, or leave them out with replay.onBadRow: skip in settings.yaml";
  return `Cannot replay ${path}:\n${shown.join("\n")}\n  ${next}`;
}

/** `line 7, high "1e5": exponents are not allowed, write a plain decimal`. */
export function csvProblemText({ line, column, value, reason }: CsvProblem): string {
  const where = [line > 0 ? `line ${line}` : "", column ?? ""].filter((part) => part !== "").join(", ");
  const what = value === "" ? where : `${where} "${value}"`.trim();
  return what === "" ? reason : `${what}: ${reason}`;
}

function gapsText(symbol: string, gaps: readonly CandleGap[]): string {
  const { fromMs, toMs, missingCandles } = gaps[0];
  const first = `the first of ${missingCandles} candles from ${isoSeconds(fromMs)} to ${isoSeconds(toMs)}`;
  return `${symbol} has ${gaps.length} ${
    gaps.length === 1 ? "gap" : "gaps"
  }, ${first}. Replay it as it is with replay.onGap: report in settings.yaml`;
}

/** Candles of one symbol from several files in one line. What two files both hold must be equal. */
function joinPeriods(files: readonly ReadFile[]): CandleColumns | string {
  const [first, ...rest] = [...files].sort((a, b) => a.csv.columns.openedAtMs[0] - b.csv.columns.openedAtMs[0]);
  let joined = first.csv.columns;
  for (const { path, symbol, csv } of rest) {
    const merged = mergeColumns(joined, csv.columns);
    if (typeof merged === "number") {
      const others = files.filter((file) => file.path !== path).map((file) => basename(file.path));
      return `${symbol}: ${basename(path)} and ${others.join(", ")} differ at ${isoSeconds(merged)}. ` +
        `Replay one of them, or give one another symbol with SYMBOL-USD=FILE`;
    }
    joined = merged;
  }
  return joined;
}

/** Both series in time order, equal candles once; the time of the first candle in which they differ. */
function mergeColumns(a: CandleColumns, b: CandleColumns): CandleColumns | number {
  const keys = ["openedAtMs", "openUsd", "highUsd", "lowUsd", "closeUsd", "volumeBase"] as const;
  const out = Object.fromEntries(keys.map((key) => [key, new Float64Array(a.length + b.length)])) as Record<
    typeof keys[number],
    Float64Array
  >;
  let i = 0, j = 0, length = 0;
  while (i < a.length || j < b.length) {
    const aMs = i < a.length ? a.openedAtMs[i] : Infinity, bMs = j < b.length ? b.openedAtMs[j] : Infinity;
    if (aMs === bMs && keys.some((key) => a[key][i] !== b[key][j])) return aMs;
    for (const key of keys) out[key][length] = aMs <= bMs ? a[key][i] : b[key][j];
    length++;
    if (aMs <= bMs) i++;
    if (bMs <= aMs) j++;
  }
  for (const key of keys) out[key] = out[key].slice(0, length);
  return { length, ...out };
}

/** Prices of eight decimals are the finest that venues quote; longer tails are noise of the recorder. */
const PRICE_DECIMALS_MAX = 8;

/**
 * A grid for a symbol that no configuration knows: the price step is the finest decimal that its prices use, the quantity
 * step the largest power of ten that is worth no more than a cent. Smallest order one step, largest a million dollars'
 * worth, smallest value unknown.
 */
function inferInstrument(symbol: string, columns: CandleColumns, files: readonly ReadFile[]): Instrument {
  const decimals = Math.min(PRICE_DECIMALS_MAX, Math.max(...files.map(({ csv }) => csv.priceDecimals)));
  const priceUsd = columns.closeUsd[0];
  const exponent = Math.floor(Math.log10(0.01 / priceUsd) + 1e-9);
  const qtyIncrement: Increment = exponent >= 0
    ? { mantissa: 10 ** exponent, decimals: 0 }
    : { mantissa: 1, decimals: -exponent };
  return {
    symbol,
    base: symbol.replace(/-USD$/, ""),
    priceIncrement: { mantissa: 1, decimals },
    qtyIncrement,
    minQtyLots: qtyLots(1),
    maxQtyLots: qtyLots(Math.floor(1_000_000 / (priceUsd * 10 ** exponent))),
    minNotionalUsdMicros: null,
  };
}
