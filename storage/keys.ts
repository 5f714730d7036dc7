/**
 * Every key of the store, in one place: `[schema, mode, run, kind, …]`. The mode stands in the prefix, so that simulated,
 * paper and live records can never mix; the run tells one simulated market from another.
 */
import type { Key, KeyPart } from "../core/ports/store.ts";

/** Raised by a migration under storage/migrations when the shape of records changes. */
export const SCHEMA_VERSION = 1;

export interface RunScope {
  readonly mode: "sim" | "paper" | "live";
  /** `sim-42`, `replay-<hash>-42`; `main` in paper and live. */
  readonly run: string;
}

export const SCHEMA_KEY: Key = ["meta", "schema"];

export type Kind =
  | "journal"
  | "broker_cursor"
  | "broker_snapshot"
  | "paper_venue"
  | "candles"
  | "decision"
  | "outcome"
  | "order"
  | "order_fill"
  | "fill"
  | "trade"
  | "equity"
  | "symbol_snapshot"
  | "market_checkpoint"
  | "restart";

export function keyOf(scope: RunScope, kind: Kind, ...rest: KeyPart[]): Key {
  return [SCHEMA_VERSION, scope.mode, scope.run, kind, ...rest];
}
