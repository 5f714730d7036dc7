/** A strategy under test, fed with one hand-made candle after the other. */
import { FEATURE_COUNT, type FeatureName, SLOT } from "../../core/features/types.ts";
import type { HeldPosition, Miss, Regime, Signal, Strategy, StrategyDefinition } from "../../core/strategy/types.ts";
import { TIMEFRAME_MS } from "../../core/market/timeframe.ts";
import { MONDAY_MS } from "./candles.ts";

export interface Shown {
  readonly regime?: Regime;
  readonly position?: HeldPosition | null;
  readonly closedAtMs?: number;
  readonly features?: Partial<Record<FeatureName, number>>;
}

export type Answer =
  | { readonly signal: Signal; readonly miss: null }
  | { readonly signal: null; readonly miss: Miss | null };

export interface Bench {
  readonly strategy: Strategy;
  /** Shows a candle with `features` over the usual ones. */
  show(shown: Shown): Answer;
}

/** `usual` are the features of every candle unless a test says otherwise. */
export function benchOf(
  definition: StrategyDefinition,
  usual: Readonly<Record<FeatureName, number>>,
  params?: Readonly<Record<string, number>>,
): Bench {
  const strategy = definition.prepare(params);
  let candles = 500;
  return {
    strategy,
    show({ regime = definition.regime, position = null, closedAtMs, features = {} }) {
      const values = new Float64Array(FEATURE_COUNT + 3);
      for (const [name, value] of Object.entries({ ...usual, ...features })) {
        values[3 + SLOT[name as FeatureName]] = value;
      }
      candles++;
      const signal = strategy.generateSignals({
        regime,
        features: { values, offset: 3 },
        candles,
        closedAtMs: closedAtMs ?? MONDAY_MS + (candles - 500) * TIMEFRAME_MS[definition.timeframe],
        position,
      });
      return { signal, miss: strategy.miss() } as Answer;
    },
  };
}

export const heldBy = (strategy: string): HeldPosition => ({
  strategy,
  openedAtMs: MONDAY_MS,
  entryUsd: 100,
  stopUsd: 98,
  targetUsd: 104,
});
