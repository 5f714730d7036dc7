/**
 * View models: what a page shows, as plain JSON data. Numbers are raw (USD, ratios, bps, ms); `web/format.ts` alone turns
 * them into text. `null` means unknown and is shown as an em dash with its reason, never as 0.
 */

/** One object per panel; the stream sends whole panels that changed. */
export interface Panels {
  readonly status: StatusPanel;
  readonly equity: EquityPanel;
  readonly curve: CurvePanel;
  readonly limits: readonly LimitRow[];
  readonly positions: readonly PositionRow[];
  readonly orders: readonly OrderRow[];
  readonly funnel: FunnelPanel;
  readonly actors: readonly ActorRow[];
  readonly symbols: readonly SymbolRow[];
  readonly recent: readonly DecisionSummary[];
}

export interface StatusPanel {
  readonly mode: "sim" | "paper" | "live";
  /** What stands on every chart and print, for example `SIM seed 42` or `REPLAY BTCUSDT_1m_20210420-20210520`. */
  readonly marketLabel: string;
  readonly simulated: boolean;
  readonly tradingState: "active" | "reducing" | "halted";
  readonly latches: readonly { readonly cause: string; readonly sinceMs: number; readonly text: string }[];
  /** Market time: virtual in sim and replay. */
  readonly nowMs: number;
  /** Virtual milliseconds per real one; `null` is as fast as possible, 1 is real time. */
  readonly speed: number | null;
  /** Real age of the newest quote. */
  readonly dataAgeMs: number | null;
  /** Length of a candle in market time. */
  readonly candleMs: number | null;
  /** While the program catches up with its own past; `null` when it trades at the chosen speed. */
  readonly catchingUp: { readonly fromMs: number; readonly atMs: number; readonly toMs: number } | null;
  /** What is missing and what stands in, for example `no Ollama: rule scorer`. */
  readonly standIns: readonly string[];
  readonly version: string;
  readonly seed: number | null;
  /** Set when a run has reached its end. */
  readonly ended: string | null;
}

export interface EquityPanel {
  readonly startUsd: number;
  readonly equityUsd: number;
  readonly cashUsd: number;
  readonly dayStartUsd: number;
  readonly dayPnlUsd: number;
  readonly dayRealizedUsd: number;
  readonly openPnlUsd: number;
  readonly dayFeesUsd: number;
  readonly drawdownRatio: number;
  readonly exposureRatio: number;
  readonly trades: number;
  readonly wins: number;
}

/** At most 600 points, oldest first; `[atMs, equityUsd]`. */
export interface CurvePanel {
  readonly points: readonly (readonly [number, number])[];
  readonly halts: readonly (readonly [number, number])[];
}

export interface LimitRow {
  readonly rule: string;
  readonly label: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
}

export interface PositionRow {
  readonly symbol: string;
  readonly strategy: string;
  readonly decisionId: string;
  readonly qtyBase: number;
  readonly entryUsd: number;
  readonly stopUsd: number;
  readonly targetUsd: number;
  readonly nowUsd: number | null;
  readonly unrealizedUsd: number | null;
  readonly rMultiple: number | null;
  readonly maeR: number;
  readonly mfeR: number;
  readonly openedAtMs: number;
  readonly stopHeldBy: "venue" | "us" | "nobody";
}

export interface OrderRow {
  readonly clientOrderId: string;
  readonly decisionId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly role: string;
  readonly state: string;
  readonly type: string;
  readonly priceUsd: number | null;
  readonly qtyBase: number;
  readonly filledBase: number;
  readonly createdAtMs: number;
}

/** Candles counted by the gate where their way ended, since the start of the UTC day. */
export interface FunnelPanel {
  readonly sinceMs: number;
  readonly candles: number;
  readonly stages: readonly {
    readonly stage: string;
    /** Candles that reached this gate. */
    readonly reached: number;
    /** Candles that ended here. */
    readonly ended: number;
    readonly reasons: readonly { readonly code: string; readonly count: number; readonly nearest: string | null }[];
  }[];
}

export interface ActorRow {
  readonly id: string;
  readonly parent: string | null;
  readonly state: "starting" | "running" | "silent" | "restarting" | "paused" | "stopped";
  readonly beatAgeMs: number | null;
  readonly mailbox: number;
  readonly handled: number;
  readonly restartsLastHour: number;
  readonly lastFault: string | null;
}

export interface SymbolRow {
  readonly symbol: string;
  /** Decimals of the instrument's price increment. */
  readonly priceDecimals: number | null;
  readonly bidUsd: number | null;
  readonly askUsd: number | null;
  readonly spreadBps: number | null;
  readonly quoteAtMs: number | null;
  readonly dayChangeRatio: number | null;
  readonly regime: "trend" | "range" | "none";
  readonly regimeSinceMs: number | null;
  /** `37/50` while warming up, `null` once warm. */
  readonly warmUp: { readonly have: number; readonly need: number } | null;
  readonly paused: boolean;
  readonly lastReason: string | null;
  readonly features: Readonly<Record<string, number | null>>;
}

export interface DecisionSummary {
  readonly decisionId: string;
  readonly symbol: string;
  readonly closedAtMs: number;
  readonly stage: string;
  readonly code: string;
  /** The reason in words with its numbers, for example `spread 14.2 bps > 10.0 bps`. */
  readonly text: string;
  readonly regime: string;
  readonly strategy: string | null;
  readonly confidence: number | null;
  readonly outcomeR: number | null;
}

export interface DecisionView extends DecisionSummary {
  readonly closeUsd: number;
  readonly features: Readonly<Record<string, number | null>>;
  readonly technicalScore: number | null;
  readonly expectedMoveBps: number | null;
  readonly roundTripCostBps: number | null;
  readonly misses: readonly {
    readonly strategy: string;
    readonly code: string;
    readonly value: number;
    readonly limit: number;
    readonly unit: string;
  }[];
  readonly verdict: {
    readonly direction: string;
    readonly probability: number;
    readonly abstain: string | null;
    readonly rationale: string;
    readonly provider: string;
    readonly model: string;
    readonly queueMs: number;
    readonly modelMs: number;
  } | null;
  readonly fusion: Readonly<Record<string, number>> | null;
  readonly checks: readonly {
    readonly rule: string;
    readonly value: number | null;
    readonly limit: number | null;
    readonly margin: number | null;
    readonly unit: string;
    readonly pass: boolean;
  }[];
  readonly orders: readonly (OrderRow & {
    readonly fills: readonly {
      readonly atMs: number;
      readonly qtyBase: number;
      readonly priceUsd: number;
      readonly feeUsd: number;
    }[];
  })[];
  readonly outcome: {
    readonly closedAtMs: number;
    readonly exitUsd: number;
    readonly pnlUsd: number;
    readonly feesUsd: number;
    readonly rMultiple: number;
    readonly maeR: number;
    readonly mfeR: number;
    readonly exitCause: string;
  } | null;
}

/** One symbol's chart, columns of equal length, oldest first; `null` in a line where the feature was not warm. */
export interface Series {
  readonly symbol: string;
  readonly timeframeMs: number;
  readonly openedAtMs: readonly number[];
  readonly openUsd: readonly number[];
  readonly highUsd: readonly number[];
  readonly lowUsd: readonly number[];
  readonly closeUsd: readonly number[];
  readonly volumeBase: readonly number[];
  readonly vwapUsd: readonly (number | null)[];
  readonly ema9Usd: readonly (number | null)[];
  readonly ema20Usd: readonly (number | null)[];
  readonly regime: readonly ("trend" | "range" | "none")[];
  readonly fills: readonly {
    readonly atMs: number;
    readonly side: "buy" | "sell";
    readonly priceUsd: number;
    readonly decisionId: string;
  }[];
  readonly bracket: { readonly entryUsd: number; readonly stopUsd: number; readonly targetUsd: number } | null;
}
