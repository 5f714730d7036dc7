/** Candle series for tests: random, hand-made, and from the data files. All are sound candles unless said otherwise. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createColumns } from "../../core/market/candle_columns.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { createRng, type Rng } from "../../core/rng.ts";
import { MINUTE_MS } from "../../core/time.ts";
import { dataPath } from "./data.ts";

/** Monday, 00:00 UTC. */
export const MONDAY_MS = Date.UTC(2026, 0, 5);

export interface RandomCandles {
  readonly length: number;
  readonly seed: number;
  readonly startAtMs?: number;
  readonly timeframeMs?: number;
  /** Share of candles that are missing. */
  readonly gaps?: number;
  /** Leaps of price and volume over many orders of magnitude, dead stretches and days without volume. */
  readonly wild?: boolean;
}

/** A seeded walk with bursts of volatility. */
export function randomCandles(options: RandomCandles): CandleColumns {
  const { length, startAtMs = MONDAY_MS, timeframeMs = MINUTE_MS, gaps = 0, wild = false } = options;
  const rng = createRng(options.seed);
  const c = createColumns(length);
  let price = wild ? 10 ** (rng.next() * 8 - 4) : 100;
  let volatility = 0.001;
  let atMs = startAtMs;
  for (let i = 0; i < length; i++) {
    while (rng.chance(gaps)) atMs += timeframeMs;
    volatility = Math.max(1e-4, volatility * Math.exp(0.1 * rng.normal() - 0.02 * Math.log(volatility / 0.001)));
    const dead = wild && i % 500 > 400;
    const open = price;
    if (!dead) price *= Math.exp(volatility * rng.normal());
    if (wild && rng.chance(0.002)) price = Math.min(1e9, Math.max(1e-6, price * 10 ** (rng.next() * 4 - 2)));
    const reach = dead ? 0 : volatility;
    c.openedAtMs[i] = atMs;
    c.openUsd[i] = open;
    c.closeUsd[i] = price;
    c.highUsd[i] = Math.max(open, price) * (1 + reach * rng.next());
    c.lowUsd[i] = Math.min(open, price) / (1 + reach * rng.next());
    c.volumeBase[i] = wild ? wildVolume(rng, i) : 10 * Math.exp(rng.normal());
    atMs += timeframeMs;
  }
  return c;
}

function wildVolume(rng: Rng, i: number): number {
  if (i % 4_000 > 2_300) return 0;
  if (i % 700 > 600) return 123.456;
  return rng.chance(0.01) ? 1e12 * rng.next() : 10 ** (rng.next() * 6 - 3);
}

/** Columns from rows of `[open, high, low, close, volume]`, one a minute from `startAtMs` on. */
export function candlesOf(rows: readonly (readonly number[])[], startAtMs = MONDAY_MS): CandleColumns {
  const c = createColumns(rows.length);
  rows.forEach(([open, high, low, close, volume], i) => {
    c.openedAtMs[i] = startAtMs + i * MINUTE_MS;
    c.openUsd[i] = open;
    c.highUsd[i] = high;
    c.lowUsd[i] = low;
    c.closeUsd[i] = close;
    c.volumeBase[i] = volume;
  });
  return c;
}

/** The candles of a data file such as `market/1m/BTCUSDT_1m_20210420-20210520.csv.gz`. */
export function candlesFromFile(relative: string): CandleColumns {
  const text = gunzipSync(readFileSync(dataPath(relative))).toString("utf8");
  const lines = text.trimEnd().split("\n").slice(1);
  const c = createColumns(lines.length);
  lines.forEach((line, i) => {
    [c.openedAtMs[i], c.openUsd[i], c.highUsd[i], c.lowUsd[i], c.closeUsd[i], c.volumeBase[i]] = line.split(",")
      .map(Number);
  });
  return c;
}

/** A copy that may be changed without touching the original. */
export function copyCandles(c: CandleColumns): CandleColumns {
  return {
    length: c.length,
    openedAtMs: c.openedAtMs.slice(),
    openUsd: c.openUsd.slice(),
    highUsd: c.highUsd.slice(),
    lowUsd: c.lowUsd.slice(),
    closeUsd: c.closeUsd.slice(),
    volumeBase: c.volumeBase.slice(),
  };
}

/** Columns of a CSV table by header, as text. */
export function readCsv(relative: string): { readonly rows: number; column(name: string): string[] } {
  const [header, ...lines] = readFileSync(dataPath(relative), "utf8").replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
  const names = header.split(",");
  const table = lines.map((line) => line.split(","));
  return {
    rows: table.length,
    column(name) {
      const k = names.indexOf(name);
      if (k < 0) throw new Error(`${relative} has no column ${name}; it has ${names.join(", ")}`);
      return table.map((row) => row[k] ?? "");
    },
  };
}
