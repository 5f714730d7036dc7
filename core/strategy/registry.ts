/** The strategies there are. A new one is a file beside this one and a line below. */
import { s1VwapEmaTrend } from "./s1_vwap_ema_trend.ts";
import { s2VwapReversion } from "./s2_vwap_reversion.ts";
import { s3Breakout } from "./s3_breakout.ts";
import type { StrategyDefinition } from "./types.ts";

export const STRATEGIES: readonly StrategyDefinition[] = [
  s1VwapEmaTrend,
  s2VwapReversion,
  s3Breakout,
];

/** The strategy of that id. Throws on an unknown one and names those there are. */
export function strategyById(id: string): StrategyDefinition {
  const found = STRATEGIES.find((s) => s.id === id);
  if (found !== undefined) return found;
  throw new RangeError(`There is no strategy ${id}; there are ${STRATEGIES.map((s) => s.id).join(", ")}`);
}
