/**
 * Codes in words: what a candle's way ended at, with its numbers, so that "why nothing happened" reads like a sentence.
 * Codes that are not listed read as themselves; nothing is hidden.
 */
import { quantity } from "../format.ts";
import type { StatusPanel } from "./types.ts";

const REASONS: Readonly<Record<string, string>> = {
  WARMING_UP: "warming up",
  RECOVERED: "recomputed after a restart",
  POSITION_OPEN: "a position is open",
  ENTRY_WORKING: "an entry order is working",
  REGIME_NONE: "no regime allows a strategy",
  CANDLE_FORMING: "strategies wait for their candle to close, minutes",
  NO_STRATEGY: "no strategy is enabled",
  COST_ABOVE_MOVE: "expected move below cost",
  VERDICT_VETO: "verdict vetoes",
  VERDICT_TIMEOUT: "verdict came too late",
  SCORER_UNAVAILABLE: "scorer unavailable",
  CONFIDENCE_LOW: "confidence too low",
  BROKER_UNAVAILABLE: "broker did not answer",
  ENTERED: "entry order placed",
  EXITED: "exit asked for",
};

/** `CLOSE_NOT_ABOVE_VWAP` → `close not above vwap`, for codes of strategies, rules and the venue. */
export const plainWords = (code: string): string => code.toLowerCase().replaceAll(/[_.]+/g, " ");

/** `expected move below cost: 18.0 bps against 26.4 bps`. */
export function reasonText(
  reason: {
    readonly code: string;
    readonly value: number | null;
    readonly limit: number | null;
    readonly unit: string;
  },
): string {
  const words = REASONS[reason.code] ?? plainWords(reason.code);
  if (reason.value === null && reason.limit === null) return words;
  if (reason.limit === null) return `${words}: ${quantity(reason.value, reason.unit)}`;
  return `${words}: ${quantity(reason.value, reason.unit)} against ${quantity(reason.limit, reason.unit)}`;
}

/** What each gate asks, in the order of the gates. */
const QUESTIONS: Readonly<Record<string, string>> = {
  data: "Enough data?",
  position: "No position yet?",
  regime: "Regime fits?",
  signal: "Signal?",
  cost: "Move above cost?",
  verdict: "Verdict in favour?",
  fusion: "Confident enough?",
  risk: "Within risk limits?",
  venue: "Venue took it?",
  traded: "Traded",
};

/** The gates of `core/decision.ts`. */
export const STAGES: readonly string[] = Object.keys(QUESTIONS);

export const stageQuestion = (stage: string): string => QUESTIONS[stage] ?? plainWords(stage);

const FEATURES: Readonly<Record<string, { readonly label: string; readonly unit: FeatureUnit }>> = {
  closeUsd: { label: "Close", unit: "price" },
  vwapUsd: { label: "VWAP, UTC day", unit: "price" },
  ema9Usd: { label: "EMA 9", unit: "price" },
  ema20Usd: { label: "EMA 20", unit: "price" },
  atr14Usd: { label: "ATR 14", unit: "price" },
  rsi14: { label: "RSI 14", unit: "points" },
  realizedVolRatio: { label: "Realised volatility", unit: "ratio" },
  volumeZ: { label: "Volume z-score", unit: "z" },
  vwapSlopeAtr: { label: "VWAP slope", unit: "atr" },
  atrPercentileRatio: { label: "ATR percentile", unit: "ratio" },
  volRatio: { label: "Volatility, short to long", unit: "times" },
  priorHighUsd: { label: "Prior high", unit: "price" },
};

export type FeatureUnit = "price" | "points" | "ratio" | "z" | "atr" | "times" | "number";

/** Label and unit of a feature (`core/features/types.ts`); one that is not listed keeps its own name. */
export function featureWords(name: string): { label: string; unit: FeatureUnit } {
  return FEATURES[name] ?? { label: name, unit: name.endsWith("Usd") ? "price" : "number" };
}

const ROLES: Readonly<Record<string, string>> = {
  entry: "entry",
  take_profit: "target",
  stop_loss: "stop",
  exit: "exit",
};

export const roleWord = (role: string): string => ROLES[role] ?? plainWords(role);

const STOP_HOLDERS = { venue: "held by the venue", us: "held by this program", nobody: "not protected" } as const;

export const stopHolder = (holder: keyof typeof STOP_HOLDERS): string => STOP_HOLDERS[holder];

/** What stands on every chart and print of a market that is not the real one at this moment; `null` on that one. */
export function marketMark(
  { mode, marketLabel, simulated }: Pick<StatusPanel, "mode" | "marketLabel" | "simulated">,
): string | null {
  if (simulated) return `simulated market, ${marketLabel}`;
  return mode === "sim" ? `recorded market, ${marketLabel}` : null;
}

export const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
