/** One page of the list of decisions. */
import type { DecisionSummary } from "./types.ts";

export interface DecisionPage {
  readonly symbol: string | null;
  readonly stage: string | null;
  /** The page shows what closed before this; `null` is the first page. */
  readonly before: number | null;
  readonly rows: readonly DecisionSummary[];
  readonly olderHref: string | null;
  readonly newestHref: string | null;
  /** How many were looked through for a filter; `null` without one. */
  readonly scanned: number | null;
  readonly failed: boolean;
}

/**
 * The rows of a page and where the next one starts: `size` rows, and those that closed with the last of them, as candles of
 * all symbols close at the same instant and the next page starts before it.
 */
export function cutPage<Row extends { readonly closedAtMs: number }>(
  rows: readonly Row[],
  size: number,
): { rows: readonly Row[]; nextBeforeMs: number | null } {
  if (rows.length <= size) return { rows, nextBeforeMs: null };
  const lastMs = rows[size - 1].closedAtMs;
  const kept = rows.filter((row, i) => i < size || row.closedAtMs === lastMs);
  return { rows: kept, nextBeforeMs: kept.length < rows.length ? lastMs : null };
}
