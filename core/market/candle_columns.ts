/**
 * Closed candles in columns: making them from rows, keeping the newest in a ring, and the one check that every candle must
 * pass before anything is computed from it. Always true: a candle that passed has finite prices with
 * `0 < low <= open, close <= high`, a volume of zero or more, and opens on its timeframe's grid after the one before it.
 */
import { CANDLE_STRIDE, type CandleColumns, type CandleRows } from "./types.ts";
import { isoSeconds, type UtcMs } from "../time.ts";

// Beyond these a feed is broken; within them no sum or product of the features can overflow.
const PRICE_MAX_USD = 1e12;
const VOLUME_MAX_BASE = 1e18;

/** Why a candle was refused. The message names field, value, reason and next step. */
export class CandleError extends RangeError {
  override readonly name = "CandleError";
  constructor(readonly field: keyof CandleColumns, readonly value: number, reason: string, openedAtMs: number) {
    super(
      `Candle of ${instant(openedAtMs)} refused: ${field} ${
        field === "openedAtMs" ? instant(value) : value
      } ${reason}. ` +
        `Nothing was computed from it; drop it or fetch it again from the source.`,
    );
  }
}

const instant = (atMs: number): string => (Math.abs(atMs) <= 8.64e15 ? isoSeconds(atMs) : String(atMs));

/**
 * Throws a `CandleError` unless row `i` is a sound candle of `timeframeMs` that opens after `lastOpenedAtMs` (-1
 * for the first one). Changes nothing.
 */
export function assertCandle(c: CandleColumns, i: number, lastOpenedAtMs: UtcMs, timeframeMs: number): void {
  const low = c.lowUsd[i], high = c.highUsd[i], open = c.openUsd[i], close = c.closeUsd[i];
  const volume = c.volumeBase[i], openedAtMs = c.openedAtMs[i];
  // Written so that NaN fails: a comparison with it is false.
  if (
    low > 0 && open >= low && close >= low && open <= high && close <= high && high <= PRICE_MAX_USD &&
    volume >= 0 && volume <= VOLUME_MAX_BASE && openedAtMs > lastOpenedAtMs &&
    Math.floor(openedAtMs / timeframeMs) * timeframeMs === openedAtMs
  ) return;
  refuse(c, i, lastOpenedAtMs, timeframeMs);
}

function refuse(c: CandleColumns, i: number, lastOpenedAtMs: UtcMs, timeframeMs: number): never {
  const at = c.openedAtMs[i];
  const fail = (field: keyof CandleColumns, value: number, reason: string): never => {
    throw new CandleError(field, value, reason, at);
  };
  if (i < 0 || i >= c.length) fail("length", c.length, `has no row ${i}`);
  if (!Number.isInteger(at)) fail("openedAtMs", at, "is not an instant in whole milliseconds");
  if (at % timeframeMs !== 0) fail("openedAtMs", at, `is not on the grid of ${timeframeMs} ms`);
  if (at <= lastOpenedAtMs) fail("openedAtMs", at, `is not after the candle before it, ${instant(lastOpenedAtMs)}`);
  for (const field of ["openUsd", "highUsd", "lowUsd", "closeUsd"] as const) {
    const value = c[field][i];
    if (Number.isNaN(value)) fail(field, value, "is not a number");
    if (value <= 0) fail(field, value, "is not above zero");
    if (value > PRICE_MAX_USD) fail(field, value, `is above ${PRICE_MAX_USD}`);
  }
  const high = c.highUsd[i], low = c.lowUsd[i];
  if (high < low) fail("highUsd", high, `is below lowUsd ${low}`);
  for (const field of ["openUsd", "closeUsd"] as const) {
    if (c[field][i] > high) fail(field, c[field][i], `is above highUsd ${high}`);
    if (c[field][i] < low) fail(field, c[field][i], `is below lowUsd ${low}`);
  }
  const volume = c.volumeBase[i];
  if (Number.isNaN(volume)) fail("volumeBase", volume, "is not a number");
  if (volume < 0) fail("volumeBase", volume, "is below zero");
  return fail("volumeBase", volume, `is above ${VOLUME_MAX_BASE}`);
}

/** The columns in the order of a row. */
export const COLUMN_NAMES = ["openedAtMs", "openUsd", "highUsd", "lowUsd", "closeUsd", "volumeBase"] as const;

/** Empty columns for `length` candles. */
export function createColumns(length: number): CandleColumns {
  return {
    length,
    openedAtMs: new Float64Array(length),
    openUsd: new Float64Array(length),
    highUsd: new Float64Array(length),
    lowUsd: new Float64Array(length),
    closeUsd: new Float64Array(length),
    volumeBase: new Float64Array(length),
  };
}

/** Candles `from` (included) to `to` (excluded), as views of the same memory. */
export function sliceColumns(columns: CandleColumns, from: number, to: number): CandleColumns {
  return {
    length: to - from,
    openedAtMs: columns.openedAtMs.subarray(from, to),
    openUsd: columns.openUsd.subarray(from, to),
    highUsd: columns.highUsd.subarray(from, to),
    lowUsd: columns.lowUsd.subarray(from, to),
    closeUsd: columns.closeUsd.subarray(from, to),
    volumeBase: columns.volumeBase.subarray(from, to),
  };
}

/** Writes row `from` of `rows` into row `to` of `columns`. */
export function writeRow(columns: CandleColumns, to: number, rows: CandleRows, from: number): void {
  const at = from * CANDLE_STRIDE;
  columns.openedAtMs[to] = rows[at];
  columns.openUsd[to] = rows[at + 1];
  columns.highUsd[to] = rows[at + 2];
  columns.lowUsd[to] = rows[at + 3];
  columns.closeUsd[to] = rows[at + 4];
  columns.volumeBase[to] = rows[at + 5];
}

/** Columns with the candles of `rows`, in their order. */
export function columnsFromRows(rows: CandleRows): CandleColumns {
  if (rows.length % CANDLE_STRIDE !== 0) {
    throw new RangeError(`Candle rows hold ${rows.length} numbers, which is not a multiple of ${CANDLE_STRIDE}`);
  }
  const columns = createColumns(rows.length / CANDLE_STRIDE);
  for (let i = 0; i < columns.length; i++) writeRow(columns, i, rows, i);
  return columns;
}

/** Rows with the candles of `columns`, in their order. */
export function rowsFromColumns(columns: CandleColumns): CandleRows {
  const rows = new Float64Array(columns.length * CANDLE_STRIDE);
  COLUMN_NAMES.forEach((field, k) => {
    for (let i = 0; i < columns.length; i++) rows[i * CANDLE_STRIDE + k] = columns[field][i];
  });
  return rows;
}

/** The newest `columns.length` candles, overwritten in turn; for charts, prompts and the wider indicator set. */
export interface CandleRing {
  readonly columns: CandleColumns;
  /** Candles held, at most `columns.length`. */
  size: number;
  /** Row that the next candle will take. */
  next: number;
}

export function createCandleRing(capacity: number): CandleRing {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`A candle ring needs a capacity of at least 1, got ${capacity}`);
  }
  return { columns: createColumns(capacity), size: 0, next: 0 };
}

/** Puts row `from` of `rows` into the ring and returns the ring row that now holds it. */
export function pushRow(ring: CandleRing, rows: CandleRows, from: number): number {
  const at = ring.next;
  writeRow(ring.columns, at, rows, from);
  ring.next = at + 1 === ring.columns.length ? 0 : at + 1;
  if (ring.size < ring.columns.length) ring.size++;
  return at;
}

/** The newest `count` candles of the ring (fewer if it holds fewer), copied, oldest first. */
export function ringTail(ring: CandleRing, count: number): CandleColumns {
  const { columns, size, next } = ring;
  const length = Math.min(count, size);
  const tail = createColumns(length);
  const from = (next - length + columns.length) % columns.length;
  const beforeWrap = Math.min(length, columns.length - from);
  for (const field of COLUMN_NAMES) {
    tail[field].set(columns[field].subarray(from, from + beforeWrap));
    tail[field].set(columns[field].subarray(0, length - beforeWrap), beforeWrap);
  }
  return tail;
}
