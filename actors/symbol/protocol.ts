/** What a symbol tells the supervisor: its state for people, on a closed candle, at most four times a second. */
import type { Reason } from "../../core/decision.ts";
import type { Regime } from "../../core/strategy/types.ts";
import type { UtcMs } from "../../core/time.ts";

export interface SymbolStatus {
  readonly type: "symbol.status";
  readonly symbol: string;
  readonly closedAtMs: UtcMs;
  readonly closeUsd: number;
  /** Open of the first candle of the UTC day, for the day's change. */
  readonly dayOpenUsd: number | null;
  readonly regime: Regime;
  readonly regimeSinceMs: UtcMs | null;
  readonly warmUp: { readonly have: number; readonly need: number } | null;
  readonly features: Readonly<Record<string, number | null>>;
  readonly reason: Reason;
}
