/**
 * The only place where numbers and instants become text. Always true:
 *  - what is unknown (`null`, NaN, infinite) is an em dash, never 0
 *  - a minus is U+2212, thousands are grouped, and the same value gives the same text on the server and in the browser
 */
export const UNKNOWN = "—";
const MINUS = "−";

type Maybe = number | null | undefined;

export interface NumberStyle {
  /** Digits after the point, exactly. */
  readonly digits?: number;
  /** With a plus before what is above zero. */
  readonly signed?: boolean;
}

const formats = new Map<number, Intl.NumberFormat>();

function formatOf(digits: number): Intl.NumberFormat {
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format;
}

/** A sign and the digits, with `before` between them: `−$3.10`. What rounds to zero has no sign. */
function written(value: Maybe, { digits = 0, signed = false }: NumberStyle, before = ""): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  const text = formatOf(digits).format(Math.abs(value));
  const isZero = !/[1-9]/.test(text);
  return (isZero ? "" : value < 0 ? MINUS : signed ? "+" : "") + before + text;
}

const withUnit = (text: string, unit: string): string => text === UNKNOWN ? text : text + unit;

/** `1,234.50`: a plain number. */
export const number = (value: Maybe, style: NumberStyle = {}): string => written(value, style);
export const count = (value: Maybe): string => written(value, {});
/** `$1,234.50`, `−$3.10`, with `signed` `+$12.00`. */
export const usd = (value: Maybe, style: NumberStyle = {}): string => written(value, { digits: 2, ...style }, "$");
/** `1,234.50`: USD under a column head that names the unit. */
export const money = (value: Maybe, style: NumberStyle = {}): string => written(value, { digits: 2, ...style });
/** `14.2`: basis points, one digit, without the unit. */
export const bps = (value: Maybe): string => written(value, { digits: 1 });
/** `+1.40R` */
export const rMultiple = (value: Maybe): string => withUnit(written(value, { digits: 2, signed: true }), "R");
/** A ratio of 0..1 as `12.34 %`. */
export const percent = (ratio: Maybe, style: NumberStyle = {}): string =>
  withUnit(written(ratio == null ? ratio : ratio * 100, { digits: 2, ...style }), " %");

/** A price to its tick; where the tick is unknown, to as many digits as its size calls for. */
export function price(value: Maybe, decimals: number | null): string {
  const size = Math.abs(value ?? 0);
  return written(value, { digits: decimals ?? (size >= 100 ? 2 : size >= 1 ? 4 : size >= 0.01 ? 6 : 8) });
}

/** A quantity of coins: six significant digits, without trailing zeros. */
export function quantityOf(value: Maybe): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  const text = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 }).format(Math.abs(value));
  return (value < 0 ? MINUS : "") + text;
}

/** A number with its unit (`core/strategy/types.ts`, Unit), for sentences and mixed columns. */
export function quantity(value: Maybe, unit: string): string {
  switch (unit) {
    case "bps":
      return withUnit(bps(value), " bps");
    case "ratio":
      return percent(value);
    case "usd":
      return usd(value, { digits: Math.abs(value ?? 0) < 1 && value !== 0 ? 4 : 2 });
    case "usd_micros":
      return usd(value == null ? value : value / 1_000_000);
    case "ms":
      return Math.abs(value ?? 0) < MINUTE_MS ? withUnit(count(value), " ms") : duration(value);
    case "r":
      return withUnit(written(value, { digits: 2 }), "R");
    case "z":
      return withUnit(written(value, { digits: 2 }), " σ");
    case "atr":
      return withUnit(written(value, { digits: 2 }), " ATR");
    case "points":
      return written(value, { digits: 1 });
    default:
      return written(value, { digits: Number.isInteger(value) ? 0 : 3 });
  }
}

/** Which mark and colour a signed number gets, by the digits that are shown. */
export function signOf(value: Maybe, digits = 2): "up" | "down" | "flat" {
  if (value == null || !Number.isFinite(value) || Math.abs(value) < 0.5 / 10 ** digits) return "flat";
  return value > 0 ? "up" : "down";
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long: `14 s`, `12 min`, `5 h 12 min`, `3 d 4 h`. Below a second `0 s`; below zero counts as zero. */
export function duration(ms: Maybe): string {
  if (ms == null || !Number.isFinite(ms)) return UNKNOWN;
  const whole = (unitMs: number) => Math.floor(Math.max(0, ms) / unitMs);
  if (ms < MINUTE_MS) return `${whole(SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${whole(MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${whole(HOUR_MS)} h ${whole(MINUTE_MS) % 60} min`;
  return `${whole(DAY_MS)} d ${whole(HOUR_MS) % 24} h`;
}

/** `14 s ago`; what is less than a second away is `now`. */
export function ago(ms: Maybe): string {
  if (ms == null || !Number.isFinite(ms)) return UNKNOWN;
  return ms < SECOND_MS ? "now" : `${duration(ms)} ago`;
}

/** `00:41`, hours only when there are some: a countdown. */
export function countdown(ms: Maybe): string {
  if (ms == null || !Number.isFinite(ms)) return UNKNOWN;
  const seconds = Math.ceil(Math.max(0, ms) / SECOND_MS);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${parts.join(":")}` : parts.join(":");
}

export type Zone = "utc" | "local";
export type Precision = "second" | "minute" | "date" | "full";

/** `14:05:07Z`, `14:05Z`, `2026-01-05`, `2026-01-05 14:05:07Z`; local time carries its offset in place of the Z. */
export function instant(atMs: Maybe, precision: Precision = "second", zone: Zone = "utc"): string {
  if (atMs == null || !Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return UNKNOWN;
  const offsetMin = zone === "utc" ? 0 : -new Date(atMs).getTimezoneOffset();
  const iso = new Date(atMs + offsetMin * MINUTE_MS).toISOString();
  const mark = zone === "utc" ? "Z" : offsetText(offsetMin);
  switch (precision) {
    case "date":
      return iso.slice(0, 10);
    case "minute":
      return iso.slice(11, 16) + mark;
    case "second":
      return iso.slice(11, 19) + mark;
    case "full":
      return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${mark}`;
  }
}

function offsetText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? MINUS : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** What a machine reads of an instant, for `datetime` attributes. */
export const isoInstant = (atMs: number): string => Math.abs(atMs) > 8.64e15 ? "" : new Date(atMs).toISOString();

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is kept as text. */
export function csv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
