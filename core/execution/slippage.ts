/**
 * What our own fills cost against the price that stood when the order was made. Rolling statistics (Welford) per symbol, side
 * and order type, and below that per UTC hour and size; small samples shrink towards the level above, the top level
 * towards the configured value. Feeds the cost gate (upper bound) and the slippage breaker (z). Positive bps are worse for us.
 */
import type { Side } from "./types.ts";
import { HOUR_MS, type UtcMs } from "../time.ts";

export interface SlippageCell {
  count: number;
  meanBps: number;
  /** Sum of squared distances from the mean. */
  m2: number;
}

/** Cells by `symbol|side|type` and `symbol|side|type|hour|size`. */
export type SlippageBook = Record<string, SlippageCell>;

export interface SlippageKey {
  readonly symbol: string;
  readonly side: Side;
  readonly type: "limit" | "market" | "stop_loss";
  readonly atMs: UtcMs;
  readonly notionalUsd: number;
}

/** Fewer own fills than this and the configured value stands. */
export const OWN_FILLS_MIN = 20;
/** Weight of the level above, in fills. */
const SHRINKAGE = 10;
/** One-sided 95 %: the gate should be wrong to our cost one time in twenty. */
const UPPER_Z = 1.645;
/** Below this the spread of a sample is finer than a price tick is. */
const SD_MIN_BPS = 1;

/** Fill price against the arrival mid in bps, positive when it was worse for us. */
export function slippageBps(side: Side, priceUsd: number, arrivalMidUsd: number): number {
  const ratio = priceUsd / arrivalMidUsd - 1;
  return (side === "buy" ? ratio : -ratio) * 10_000;
}

/** Adds one fill to both of its cells. */
export function noteSlippage(book: SlippageBook, key: SlippageKey, bps: number): void {
  for (const name of [baseKey(key), leafKey(key)]) {
    const cell = book[name] ??= { count: 0, meanBps: 0, m2: 0 };
    cell.count++;
    const distance = bps - cell.meanBps;
    cell.meanBps += distance / cell.count;
    cell.m2 += distance * (bps - cell.meanBps);
  }
}

/** How unusual a fill is: standard deviations above the mean of its symbol, side and type so far; `null` while too few are known. */
export function slippageZ(book: SlippageBook, key: SlippageKey, bps: number): number | null {
  const cell = book[baseKey(key)];
  if (!cell || cell.count < OWN_FILLS_MIN) return null;
  return (bps - cell.meanBps) / sdOf(cell);
}

/** Slippage to expect at this hour and size, as an upper 95 % bound and never below zero; `configuredBps` until enough fills. */
export function expectedSlippageBps(book: SlippageBook, key: SlippageKey, configuredBps: number): number {
  const base = book[baseKey(key)];
  if (!base || base.count < OWN_FILLS_MIN) return configuredBps;
  const leaf = book[leafKey(key)];
  const baseMean = (base.count * base.meanBps + SHRINKAGE * configuredBps) / (base.count + SHRINKAGE);
  const count = leaf?.count ?? 0;
  const mean = (count * (leaf?.meanBps ?? 0) + SHRINKAGE * baseMean) / (count + SHRINKAGE);
  return Math.max(0, mean + UPPER_Z * sdOf(base) / Math.sqrt(count + SHRINKAGE));
}

function sdOf({ count, m2 }: SlippageCell): number {
  return Math.max(SD_MIN_BPS, Math.sqrt(m2 / (count - 1)));
}

const baseKey = ({ symbol, side, type }: SlippageKey): string => `${symbol}|${side}|${type}`;

function leafKey(key: SlippageKey): string {
  const hour = Math.floor(key.atMs / HOUR_MS) % 24;
  return `${baseKey(key)}|h${hour}|${sizeBucket(key.notionalUsd)}`;
}

/** Sizes in decades of USD: what slips is the order of magnitude. */
function sizeBucket(notionalUsd: number): string {
  if (notionalUsd < 100) return "<100";
  if (notionalUsd < 1_000) return "<1k";
  if (notionalUsd < 10_000) return "<10k";
  return ">=10k";
}
