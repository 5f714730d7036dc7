/**
 * What a chart needs of a series of candles: join pages of it, regroup to longer candles, cut out what is visible. Always
 * true: columns stay of equal length and oldest first, and what was not recorded stays a gap.
 */
import type { Series } from "./types.ts";

type ColumnName =
  | "openedAtMs"
  | "openUsd"
  | "highUsd"
  | "lowUsd"
  | "closeUsd"
  | "volumeBase"
  | "vwapUsd"
  | "ema9Usd"
  | "ema20Usd"
  | "regime";

function pick(series: Series, indices: readonly number[]): Series {
  const column = <K extends ColumnName>(name: K) => indices.map((i) => series[name][i]) as unknown as Series[K];
  return {
    ...series,
    openedAtMs: column("openedAtMs"),
    openUsd: column("openUsd"),
    highUsd: column("highUsd"),
    lowUsd: column("lowUsd"),
    closeUsd: column("closeUsd"),
    volumeBase: column("volumeBase"),
    vwapUsd: column("vwapUsd"),
    ema9Usd: column("ema9Usd"),
    ema20Usd: column("ema20Usd"),
    regime: column("regime"),
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Two pages of one series as one; where they overlap the newer page counts. At most `limit` candles, the newest. */
export function joinSeries(older: Series, newer: Series, limit: number): Series {
  const startMs = newer.openedAtMs[0] ?? Infinity;
  const kept = pick(older, older.openedAtMs.flatMap((ms, i) => ms < startMs ? [i] : []));
  const both = <K extends ColumnName>(name: K) => [...kept[name], ...newer[name]] as unknown as Series[K];
  const joined: Series = {
    ...newer,
    openedAtMs: both("openedAtMs"),
    openUsd: both("openUsd"),
    highUsd: both("highUsd"),
    lowUsd: both("lowUsd"),
    closeUsd: both("closeUsd"),
    volumeBase: both("volumeBase"),
    vwapUsd: both("vwapUsd"),
    ema9Usd: both("ema9Usd"),
    ema20Usd: both("ema20Usd"),
    regime: both("regime"),
    fills: [...older.fills.filter(({ atMs }) => atMs < startMs), ...newer.fills],
  };
  const { length } = joined.openedAtMs;
  return length <= limit ? joined : pick(joined, range(length - limit, length));
}

/** Candles of `factor` times the length, cut at multiples of it since the epoch; lines and regime are those of the last. */
export function regroup(series: Series, factor: number): Series {
  if (factor === 1) return series;
  const timeframeMs = series.timeframeMs * factor;
  const groups = new Map<number, number[]>();
  series.openedAtMs.forEach((ms, i) => {
    const openedAtMs = Math.floor(ms / timeframeMs) * timeframeMs;
    groups.set(openedAtMs, [...groups.get(openedAtMs) ?? [], i]);
  });
  const members = [...groups.values()];
  const { openUsd, highUsd, lowUsd, volumeBase } = series;
  return {
    ...pick(series, members.map((group) => group.at(-1)!)),
    timeframeMs,
    openedAtMs: [...groups.keys()],
    openUsd: members.map((group) => openUsd[group[0]]),
    highUsd: members.map((group) => Math.max(...group.map((i) => highUsd[i]))),
    lowUsd: members.map((group) => Math.min(...group.map((i) => lowUsd[i]))),
    volumeBase: members.map((group) => group.reduce((sum, i) => sum + volumeBase[i], 0)),
  };
}

/** The last `count` candles that opened at or before `endMs`; `null` follows the newest. */
export function visible(
  series: Series,
  { count, endMs }: { readonly count: number; readonly endMs: number | null },
): Series {
  const { openedAtMs } = series;
  const after = endMs === null ? -1 : openedAtMs.findIndex((ms) => ms > endMs);
  const to = after === -1 ? openedAtMs.length : after;
  const shown = pick(series, range(Math.max(0, to - count), to));
  const [fromMs, untilMs] = [shown.openedAtMs[0] ?? 0, (shown.openedAtMs.at(-1) ?? 0) + series.timeframeMs];
  return { ...shown, fills: series.fills.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs) };
}

/** Stretches without candles between the first and the last, as `[fromMs, toMs]`. */
export function gapsOf({ openedAtMs, timeframeMs }: Series): [number, number][] {
  return openedAtMs.flatMap((ms, i): [number, number][] => {
    const dueMs = (openedAtMs[i - 1] ?? ms) + timeframeMs;
    return i > 0 && ms > dueMs ? [[dueMs, ms]] : [];
  });
}
