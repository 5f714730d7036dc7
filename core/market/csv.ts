/**
 * Reads candles from CSV bytes, chunk by chunk, into columns: `timestamp_ms,open,high,low,close,volume`, opening times in
 * UTC milliseconds, plain decimals. Always true of what it gives:
 *  - times are strictly rising and on the grid of one interval; prices are above zero; low <= open, close <= high;
 *  - every number is the double nearest to the written decimal, as `Number()` would give it;
 *  - a line that breaks a rule is left out and told, with file, line, column, value and reason. Nothing is mended.
 *
 * Speed comes from never making a string of a good line: digits go into an integer mantissa, and one division by a power
 * of ten is correctly rounded while both are exact. Only a bad line is taken apart a second time, to say what is wrong.
 */
import { DAY_MS, MINUTE_MS, SECOND_MS, type UtcMs } from "../time.ts";
import type { CandleColumns } from "./types.ts";

export const CSV_HEADER = "timestamp_ms,open,high,low,close,volume";
const COLUMNS = CSV_HEADER.split(",");

export interface CsvProblem {
  readonly file: string;
  /** 1 is the header; 0 speaks of the file as a whole. */
  readonly line: number;
  /** Name of the column, or `null` for the whole line. */
  readonly column: string | null;
  /** The offending text, shortened. */
  readonly value: string;
  readonly reason: string;
}

/** A stretch `[fromMs, toMs)` without candles. */
export interface CandleGap {
  readonly fromMs: UtcMs;
  readonly toMs: UtcMs;
  readonly missingCandles: number;
}

export interface CandleCsv {
  /** `null` when the file as a whole cannot be used; the first problem says why. */
  readonly columns: CandleColumns | null;
  readonly intervalMs: number;
  /** Most decimals seen in a price: the finest grid the data can have been recorded on. */
  readonly priceDecimals: number;
  /** Lines after the header, good or bad. */
  readonly rowsRead: number;
  /** The first {@link PROBLEMS_MAX} problems, by line. */
  readonly problems: readonly CsvProblem[];
  readonly problemCount: number;
}

/** More would not be read by anyone; the count stays exact. */
export const PROBLEMS_MAX = 100;

/** No line of six numbers is longer; a file without line breaks must not fill the memory. */
const LINE_BYTES_MAX = 4_096;

/** 2000-01-01 and 2100-01-01: outside of it a timestamp is in other units than milliseconds. */
const TIME_MIN_MS = 946_684_800_000;
const TIME_MAX_MS = 4_102_444_800_000;

// Beyond these a recorder was broken; within them no sum or product of the features can overflow.
const PRICE_MAX_USD = 1e12;
const VOLUME_MAX_BASE = 1e18;

const COMMA = 44, DOT = 46, LF = 10, CR = 13, ZERO = 48;
const POW10 = Array.from({ length: 23 }, (_, n) => 10 ** n); // up to 10^22 a power of ten is exact in a double

export interface CandleCsvReader {
  push(chunk: Uint8Array): void;
  /** Ends the file and gives what was read. */
  end(): CandleCsv;
}

/** A reader for one file. `intervalMs` is what the file's name promises; `null` when it promises nothing. */
export function createCandleCsvReader(
  options: { readonly file: string; readonly intervalMs: number | null },
): CandleCsvReader {
  const { file } = options;
  const problems: CsvProblem[] = [];
  let problemCount = 0;
  let unusable: CsvProblem | null = null;
  let carry = new Uint8Array(0);
  let line = 0;
  let rows = 0;
  let priceDecimals = 0;
  let decimalsHere = 0;
  const fields = new Float64Array(6);
  let table = new Float64Array(6 * 1_024);
  let lines = new Uint32Array(1_024);

  const report = (atLine: number, column: string | null, value: string, reason: string): void => {
    problemCount++;
    if (problems.length < PROBLEMS_MAX) problems.push({ file, line: atLine, column, value: shorten(value), reason });
  };
  const refuse = (atLine: number, value: string, reason: string): void => {
    problemCount++;
    unusable = { file, line: atLine, column: null, value: shorten(value), reason };
  };

  /** Reads the line at `start` into `fields` and `decimalsHere`; gives the start of the next, or -1 if it is not plain. */
  const readFields = (bytes: Uint8Array, start: number): number => {
    let pos = start;
    decimalsHere = 0;
    for (let k = 0; k < 6; k++) {
      const from = pos;
      let mantissa = 0;
      let decimals = 0;
      let c = bytes[pos];
      while (c >= ZERO && c <= ZERO + 9) {
        mantissa = mantissa * 10 + (c - ZERO);
        c = bytes[++pos];
      }
      if (pos === from) return -1;
      if (c === DOT) {
        const point = pos;
        c = bytes[++pos];
        while (c >= ZERO && c <= ZERO + 9) {
          mantissa = mantissa * 10 + (c - ZERO);
          c = bytes[++pos];
        }
        decimals = pos - point - 1;
        if (decimals === 0 || k === 0) return -1;
        if (k < 5 && decimals > decimalsHere) decimalsHere = decimals;
      }
      if (mantissa > Number.MAX_SAFE_INTEGER || decimals > 22) {
        fields[k] = Number(ascii(bytes, from, pos));
      } else {
        fields[k] = decimals === 0 ? mantissa : mantissa / POW10[decimals];
      }
      if (k < 5) {
        if (c !== COMMA) return -1;
      } else {
        if (c === CR) c = bytes[++pos];
        if (c !== LF) return -1;
      }
      pos++;
    }
    return pos;
  };

  const readLines = (bytes: Uint8Array, end: number): void => {
    let pos = 0;
    if (line === 0 && end > 0) {
      const next = bytes.indexOf(LF) + 1;
      line = 1;
      const header = ascii(bytes, 0, next).replace(/^\xef\xbb\xbf/, "").trimEnd();
      if (header !== CSV_HEADER) return refuse(1, header, `the header must be ${CSV_HEADER}`);
      pos = next;
    }
    while (pos < end) {
      line++;
      const start = pos;
      pos = readFields(bytes, start);
      const atMs = fields[0], open = fields[1], high = fields[2], low = fields[3], close = fields[4];
      if (
        pos > 0 && atMs >= TIME_MIN_MS && atMs < TIME_MAX_MS && low > 0 && low <= open && low <= close &&
        open <= high && close <= high && high <= PRICE_MAX_USD && fields[5] <= VOLUME_MAX_BASE
      ) {
        if (rows === lines.length) {
          table = grown(table);
          lines = grown(lines);
        }
        if (decimalsHere > priceDecimals) priceDecimals = decimalsHere;
        table.set(fields, rows * 6);
        lines[rows++] = line;
      } else {
        pos = bytes.indexOf(LF, start) + 1;
        explain(ascii(bytes, start, pos - 1), (column, value, reason) => report(line, column, value, reason));
      }
    }
  };

  const push = (chunk: Uint8Array): void => {
    if (unusable) return;
    const bytes = carry.length === 0 ? chunk : joined(carry, chunk);
    const end = bytes.lastIndexOf(LF) + 1;
    readLines(bytes, end);
    carry = bytes.slice(end);
    if (carry.length > LINE_BYTES_MAX && !unusable) {
      refuse(
        line + 1,
        ascii(carry, 0, 60),
        `no line break within ${LINE_BYTES_MAX} bytes: this is not a CSV of candles`,
      );
    }
  };

  const end = (): CandleCsv => {
    if (carry.length > 0) push(Uint8Array.of(LF));
    if (line === 0 && !unusable) refuse(0, "", "the file is empty");
    const found = unusable ? null : detectInterval(table, rows);
    const intervalMs = found ?? options.intervalMs ?? 0;
    if (!unusable) {
      if (rows === 0) refuse(0, "", "no line holds a candle");
      else if (intervalMs === 0) {
        refuse(0, "", "one candle alone has no interval; name it in the file name, as in X_1m_…");
      } else if (intervalMs < SECOND_MS || DAY_MS % intervalMs !== 0) {
        refuse(0, `${intervalMs} ms`, "most candles are this far apart, which is no part of a day");
      } else if (options.intervalMs !== null && intervalMs !== options.intervalMs) {
        const promised = intervalName(options.intervalMs);
        refuse(0, intervalName(intervalMs), `most candles are this far apart, but the file name says ${promised}`);
      }
    }
    if (!unusable) rows = keepOrdered(table, lines, rows, intervalMs, report);
    const rowsRead = Math.max(0, line - 1);
    const columns = unusable ? null : toColumns(table, rows);
    // Problems of order are found after the others; people read them by line, and the one that ends it all first.
    problems.sort((a, b) => a.line - b.line);
    if (unusable) problems.unshift(unusable);
    return { columns, intervalMs, priceDecimals, rowsRead, problems, problemCount };
  };

  return { push, end };
}

/** Holes between candles. A daily series that never has a weekend (stocks) is not missing its weekends. */
export function findGaps(openedAtMs: Float64Array, intervalMs: number): CandleGap[] {
  const gaps: CandleGap[] = [];
  const weekdaysOnly = intervalMs === DAY_MS && openedAtMs.every((atMs) => !isWeekend(atMs));
  for (let i = 1; i < openedAtMs.length; i++) {
    const fromMs = openedAtMs[i - 1] + intervalMs, toMs = openedAtMs[i];
    if (toMs === fromMs) continue;
    let missingCandles = (toMs - fromMs) / intervalMs;
    if (weekdaysOnly) {
      for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) if (isWeekend(dayMs)) missingCandles--;
    }
    if (missingCandles > 0) gaps.push({ fromMs, toMs, missingCandles });
  }
  return gaps;
}

/** `1m`, `5m`, `4h`, `1d`: an interval as file names and people write it. */
export function intervalName(intervalMs: number): string {
  if (intervalMs % DAY_MS === 0) return `${intervalMs / DAY_MS}d`;
  if (intervalMs % (60 * MINUTE_MS) === 0) return `${intervalMs / (60 * MINUTE_MS)}h`;
  if (intervalMs % MINUTE_MS === 0) return `${intervalMs / MINUTE_MS}m`;
  return `${intervalMs / SECOND_MS}s`;
}

// 1970-01-01 was a Thursday; days 2 and 3 after it are Saturday and Sunday.
const isWeekend = (atMs: UtcMs): boolean => {
  const day = Math.floor(atMs / DAY_MS) % 7;
  return day === 2 || day === 3;
};

/** Says what is wrong with a line that was not taken, the first fault of each column. */
function explain(text: string, report: (column: string | null, value: string, reason: string) => void): void {
  const line = text.replace(/\r$/, "");
  if (line.trim() === "") return report(null, line, "empty line");
  const parts = line.split(",");
  if (parts.length !== COLUMNS.length) {
    return report(null, line, `${parts.length} columns, must be ${COLUMNS.length}`);
  }
  let faults = 0;
  const fault = (k: number, reason: string): void => {
    faults++;
    report(COLUMNS[k], parts[k], reason);
  };
  const values = parts.map(Number);
  parts.forEach((part, k) => {
    if (!(k === 0 ? /^\d+$/ : /^\d+(\.\d+)?$/).test(part)) {
      fault(k, whyNoNumber(part, k === 0));
    } else if (k === 0 && (values[k] < TIME_MIN_MS || values[k] >= TIME_MAX_MS)) {
      fault(k, "must be UTC milliseconds between the years 2000 and 2100");
    } else if (k > 0 && values[k] > (k < 5 ? PRICE_MAX_USD : VOLUME_MAX_BASE)) {
      fault(k, `must be at most ${k < 5 ? PRICE_MAX_USD : VOLUME_MAX_BASE}`);
    } else if (k > 0 && k < 5 && values[k] === 0) {
      fault(k, "a price must be above zero");
    }
  });
  if (faults > 0) return;
  const [, open, high, low, close] = values;
  if (low > high) fault(3, `low is above high ${parts[2]}`);
  else {
    if (open > high || open < low) fault(1, `open is outside of low ${parts[3]} .. high ${parts[2]}`);
    if (close > high || close < low) fault(4, `close is outside of low ${parts[3]} .. high ${parts[2]}`);
  }
}

function whyNoNumber(part: string, isTime: boolean): string {
  if (part === "") return "missing";
  if (/^-\d/.test(part)) return isTime ? "must be UTC milliseconds after the year 2000" : "must not be negative";
  if (isTime) return "must be whole UTC milliseconds";
  if (/^\d+(\.\d+)?e[+-]?\d+$/i.test(part)) return "exponents are not allowed, write a plain decimal";
  return "must be a plain decimal such as 12.5";
}

/** The most frequent distance between neighbours, the smaller of two alike; `null` when there is none. */
function detectInterval(table: Float64Array, rows: number): number | null {
  const counts = new Map<number, number>();
  for (let row = 1, run = 0; row < rows; row++) {
    // Neighbours are mostly alike: count runs, and touch the map where they end.
    const distance = table[row * 6] - table[row * 6 - 6];
    run++;
    if (row + 1 < rows && table[row * 6 + 6] - table[row * 6] === distance) continue;
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + run);
    run = 0;
  }
  let best: number | null = null;
  for (const [distance, count] of counts) {
    const bestCount = best === null ? 0 : counts.get(best)!;
    if (count > bestCount || (count === bestCount && distance < best!)) best = distance;
  }
  return best;
}

/** Moves the rows that are on the grid and in order to the front, reports the others, gives the number kept. */
function keepOrdered(
  table: Float64Array,
  lines: Uint32Array,
  rows: number,
  intervalMs: number,
  report: (line: number, column: string, value: string, reason: string) => void,
): number {
  let kept = 0;
  let lastMs = 0;
  let lastLine = 0;
  for (let row = 0; row < rows; row++) {
    const atMs = table[row * 6];
    const nextMs = row + 1 < rows ? table[row * 6 + 6] : Infinity;
    const afterNextMs = row + 2 < rows ? table[row * 6 + 12] : Infinity;
    let fault = "";
    if (atMs % intervalMs !== 0) fault = `not on the ${intervalName(intervalMs)} grid`;
    else if (atMs === lastMs) fault = `same time as line ${lastLine}`;
    else if (atMs < lastMs) fault = `earlier than line ${lastLine}`;
    // One time far ahead would make every later line look old: where two lines clash, the third says which is odd.
    else if (atMs > nextMs && nextMs > lastMs && atMs >= afterNextMs) fault = "later than the next lines";
    if (fault !== "") {
      report(lines[row], COLUMNS[0], String(atMs), fault);
      continue;
    }
    lastMs = atMs;
    lastLine = lines[row];
    if (kept !== row) table.copyWithin(kept * 6, row * 6, row * 6 + 6);
    kept++;
  }
  return kept;
}

function toColumns(table: Float64Array, length: number): CandleColumns {
  const columns = COLUMNS.map((_, k) => {
    const column = new Float64Array(length);
    for (let row = 0; row < length; row++) column[row] = table[row * 6 + k];
    return column;
  });
  const [openedAtMs, openUsd, highUsd, lowUsd, closeUsd, volumeBase] = columns;
  return { length, openedAtMs, openUsd, highUsd, lowUsd, closeUsd, volumeBase };
}

function grown<Column extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(column: Column): Column {
  const larger = new (column.constructor as new (length: number) => Column)(column.length * 2);
  larger.set(column);
  return larger;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Bytes as text, one character each: enough for digits, and safe for whatever else is there. */
function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** Fit for a line of a terminal: no control characters, at most forty characters. */
function shorten(value: string): string {
  const printable = value.replace(/[^\x20-\x7e]/g, "\u00b7");
  return printable.length > 40 ? `${printable.slice(0, 39)}…` : printable;
}
