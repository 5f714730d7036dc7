/**
 * One symbol's way from a closed candle to an intent or a reason. Pure.
 *
 * ```
 * closeCandle ─▶ decided                                 a gate before the scorer ended it
 *             ─▶ ask ──verdict──▶ judge ─▶ decided       verdict or fusion said no
 *                                       ─▶ submit ──answer──▶ settleIntent ─▶ decided
 *             ─▶ submit (an exit asks nobody)
 * ```
 * Always true: each closed candle ends in exactly one reason, with the number that missed and the limit it missed; a
 * verdict can stop an entry, never cause one, and nothing but its direction, probability and abstention is read.
 */
import type { Check, EntryIntent, ExitIntent, Intent } from "../../core/execution/types.ts";
import { decisionIdOf, type DecisionRecord, type Reason, type Stage } from "../../core/decision.ts";
import { featureRecord, SLOT } from "../../core/features/types.ts";
import { fuse, type FusionConfig, type FusionResult } from "../../core/fusion/fusion.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { TIMEFRAME_MS } from "../../core/market/timeframe.ts";
import { regimeSinceMs } from "../../core/regime/regime.ts";
import type { EntrySignal, HeldPosition, Miss, Regime, Signal } from "../../core/strategy/types.ts";
import {
  createSymbolCore,
  restoreSymbol,
  snapshotSymbol,
  stepSymbol,
  type SymbolCore,
  type SymbolCoreConfig,
  symbolMisses,
  symbolRegime,
  type SymbolSnapshot,
  symbolWarmUp,
} from "../../core/symbol_core.ts";
import { MINUTE_MS, utcDayStart, type UtcMs } from "../../core/time.ts";
import type { Verdict, VerdictQuestion } from "../../core/verdict/types.ts";
import type { IntentAnswer } from "../broker/protocol.ts";

export interface SymbolConfig {
  readonly symbol: string;
  readonly core: SymbolCoreConfig;
  readonly fusion: FusionConfig;
}

/** What the broker has last said about this symbol. */
export interface Standing {
  readonly position: HeldPosition | null;
  readonly entryWorking: boolean;
  readonly roundTripCostBps: number;
}

export interface SymbolState {
  readonly config: SymbolConfig;
  readonly core: SymbolCore;
  standing: Standing;
  /** Open of the first candle of the UTC day. */
  day: { readonly startMs: UtcMs; readonly openUsd: number } | null;
  /** The candle in hand: everything a decision record is made of. */
  candle: CandleInHand | null;
}

interface CandleInHand {
  readonly closedAtMs: UtcMs;
  readonly closeUsd: number;
  signal: Signal | null;
  verdict: Verdict | null;
  fusion: FusionResult | null;
  intentId: string | null;
  reason: Reason;
}

export type Next =
  | { readonly type: "decided" }
  | { readonly type: "ask" }
  | { readonly type: "submit"; readonly intent: Intent };

const DECIDED: Next = { type: "decided" };
const ASK: Next = { type: "ask" };
const BPS = 10_000;

export function createSymbol(config: SymbolConfig, standing: Standing): SymbolState {
  return { config, core: createSymbolCore(config.core), standing, day: null, candle: null };
}

export interface StoredSymbol {
  readonly core: SymbolSnapshot;
  readonly day: SymbolState["day"];
}

export const snapshotOf = (state: SymbolState): StoredSymbol => ({ core: snapshotSymbol(state.core), day: state.day });

/** Continues from a snapshot, bit for bit. Throws when the snapshot was made under other settings. */
export function restoreFrom(config: SymbolConfig, standing: Standing, stored: StoredSymbol): SymbolState {
  return { config, core: restoreSymbol(config.core, stored.core), standing, day: stored.day, candle: null };
}

/** Takes in closed candle `i` and says what comes next for it. The state is changed in place. */
export function closeCandle(state: SymbolState, candles: CandleColumns, i: number): Next {
  const { core, standing } = state;
  const signal = stepSymbol(core, candles, i, standing.position);
  noteDay(state, candles, i);
  const candle: CandleInHand = {
    closedAtMs: candles.openedAtMs[i] + MINUTE_MS,
    closeUsd: candles.closeUsd[i],
    signal,
    verdict: null,
    fusion: null,
    intentId: null,
    reason: NOT_YET,
  };
  state.candle = candle;
  const warmUp = symbolWarmUp(core);
  if (warmUp) return end(candle, "data", "WARMING_UP", warmUp.have, warmUp.need, "count");
  if (signal === null) return noSignal(state, candle);
  if (signal.kind === "exit") return submit(candle, exitIntent(state, candle, signal.strategy, signal.cause));
  if (standing.position) return end(candle, "position", "POSITION_OPEN");
  if (standing.entryWorking) return end(candle, "position", "ENTRY_WORKING");
  const moveBps = expectedMoveBps(signal);
  if (!(moveBps > standing.roundTripCostBps)) {
    return end(candle, "cost", "COST_ABOVE_MOVE", moveBps, standing.roundTripCostBps, "bps");
  }
  return ASK;
}

/** A candle from the past, after a restart: everything is computed, nothing can be done about it any more. */
export function recoverCandle(state: SymbolState, candles: CandleColumns, i: number): void {
  closeCandle(state, candles, i);
  if (state.candle!.reason.stage !== "data") end(state.candle!, "data", "RECOVERED");
}

/** What the scorer is asked about the candle in hand: relative and unit-bearing, rounded, in a fixed order. */
export function questionOf(state: SymbolState): VerdictQuestion {
  const candle = state.candle!;
  const signal = candle.signal as EntrySignal;
  const view = state.core.features["1m"];
  const value = (name: keyof typeof SLOT): number => view.values[view.offset + SLOT[name]];
  const atr = value("atr14Usd");
  const inAtr = (usd: number): number | null => (atr > 0 ? rounded(usd / atr, 3) : null);
  return {
    decisionId: decisionIdOf(state.config.symbol, candle.closedAtMs),
    symbol: state.config.symbol,
    strategy: signal.strategy,
    regime: symbolRegime(state.core),
    horizonMinutes: Math.round(signal.horizonMs / MINUTE_MS),
    features: {
      emaGapAtr: inAtr(value("ema9Usd") - value("ema20Usd")),
      vwapGapAtr: inAtr(candle.closeUsd - value("vwapUsd")),
      vwapSlopeAtr: rounded(value("vwapSlopeAtr"), 4),
      rsi14: rounded(value("rsi14"), 1),
      atrBps: rounded((atr / candle.closeUsd) * BPS, 1),
      realizedVolBps: rounded(value("realizedVolRatio") * BPS, 1),
      volumeZ: rounded(value("volumeZ"), 2),
      atrPercentileRatio: rounded(value("atrPercentileRatio"), 3),
      volRatio: rounded(value("volRatio"), 3),
    },
    technicalScore: rounded(signal.score, 3) ?? 0,
    expectedMoveBps: rounded(expectedMoveBps(signal), 1) ?? 0,
    roundTripCostBps: rounded(state.standing.roundTripCostBps, 1) ?? 0,
  };
}

/** What an answer is worth: a strong signal with much room after costs is asked about first. */
export function priorityOf(state: SymbolState): number {
  const signal = state.candle!.signal as EntrySignal;
  return signal.score * (1 - state.standing.roundTripCostBps / expectedMoveBps(signal));
}

/** Joins the verdict (`null`: none came) with the signal. */
export function judge(state: SymbolState, verdict: Verdict | null): Next {
  const candle = state.candle!;
  const signal = candle.signal as EntrySignal;
  candle.verdict = verdict;
  candle.fusion = fuse({ technicalScore: signal.score, news: null, verdict }, state.config.fusion);
  const { pass, reason, confidence } = candle.fusion;
  if (!pass) {
    const stage: Stage = reason.code === "CONFIDENCE_TOO_LOW" ? "fusion" : "verdict";
    return end(candle, stage, reason.code, reason.value, reason.limit, reason.unit);
  }
  const decisionId = decisionIdOf(state.config.symbol, candle.closedAtMs);
  const intent: EntryIntent = {
    kind: "enter",
    intentId: `${decisionId}/enter`,
    decisionId,
    symbol: state.config.symbol,
    strategy: signal.strategy,
    regime: symbolRegime(state.core),
    decidedAtMs: candle.closedAtMs,
    referenceUsd: signal.referenceUsd,
    stopUsd: signal.stopUsd,
    targetUsd: signal.targetUsd,
    horizonMs: signal.horizonMs,
    confidence,
    expectedMoveBps: expectedMoveBps(signal),
  };
  return submit(candle, intent);
}

/** The broker's answer to the intent of `record`, or none before the deadline: the record with its final reason. */
export function settleIntent(record: DecisionRecord, answer: IntentAnswer | null): DecisionRecord {
  if (!answer) return { ...record, reason: { stage: "risk", code: "BROKER_UNAVAILABLE", ...NO_NUMBERS } };
  const checks: readonly Check[] = answer.checks;
  if (answer.denial) return { ...record, checks, reason: { stage: "risk", ...answer.denial } };
  const code = record.intentId === `${record.decisionId}/exit` ? "EXITED" : "ENTERED";
  return { ...record, checks, reason: { stage: "traded", code, ...NO_NUMBERS } };
}

/** The record of the candle in hand. */
export function decisionRecord(state: SymbolState): DecisionRecord {
  const { core, config, standing } = state;
  const candle = state.candle!;
  const signal = candle.signal;
  const entry = signal?.kind === "enter" ? signal : null;
  return {
    decisionId: decisionIdOf(config.symbol, candle.closedAtMs),
    symbol: config.symbol,
    closedAtMs: candle.closedAtMs,
    closeUsd: candle.closeUsd,
    regime: symbolRegime(core),
    features: featureRecord(core.features["1m"]),
    strategy: signal?.strategy ?? null,
    technicalScore: entry?.score ?? null,
    expectedMoveBps: entry ? expectedMoveBps(entry) : null,
    roundTripCostBps: standing.roundTripCostBps,
    misses: symbolMisses(core),
    verdict: candle.verdict,
    fusion: candle.fusion ? { ...candle.fusion.contributions } : null,
    confidence: candle.fusion?.confidence ?? null,
    intentId: candle.intentId,
    checks: [],
    reason: candle.reason,
  };
}

export interface SymbolFacts {
  readonly regime: Regime;
  readonly regimeSinceMs: UtcMs | null;
  readonly warmUp: { readonly have: number; readonly need: number } | null;
  readonly features: Readonly<Record<string, number | null>>;
  readonly dayOpenUsd: number | null;
}

/** The symbol's state for people. */
export function factsOf({ core, day }: SymbolState): SymbolFacts {
  return {
    regime: symbolRegime(core),
    regimeSinceMs: regimeSinceMs(core.regime),
    warmUp: symbolWarmUp(core),
    features: featureRecord(core.features["1m"]),
    dayOpenUsd: day?.openUsd ?? null,
  };
}

/** Why a candle without a signal changes nothing: what is held, or the strategy that came nearest. */
function noSignal(state: SymbolState, candle: CandleInHand): Next {
  const { standing, core } = state;
  if (standing.position) {
    const { entryUsd, stopUsd } = standing.position;
    const risk = entryUsd - stopUsd;
    const openR = risk > 0 ? (candle.closeUsd - entryUsd) / risk : null;
    return end(candle, "position", "POSITION_OPEN", openR, null, "r");
  }
  if (standing.entryWorking) return end(candle, "position", "ENTRY_WORKING");
  const allowed = core.strategies.some((strategy) => strategy.regime === symbolRegime(core));
  const misses = symbolMisses(core).filter(({ strategy }) => {
    const of = core.strategies.find(({ id }) => id === strategy);
    return !allowed || of?.regime === symbolRegime(core);
  });
  const nearest = nearestMiss(misses);
  if (!nearest) return betweenCloses(core, candle);
  return end(candle, allowed ? "signal" : "regime", nearest.code, nearest.value, nearest.limit, nearest.unit);
}

/** Strategies that live on longer candles say nothing until the next of these has closed. */
function betweenCloses(core: SymbolCore, candle: CandleInHand): Next {
  const longMs = Math.min(...core.strategies.map(({ timeframe }) => TIMEFRAME_MS[timeframe]));
  if (core.strategies.length === 0) return end(candle, "signal", "NO_STRATEGY");
  return end(candle, "signal", "CANDLE_FORMING", (candle.closedAtMs % longMs) / MINUTE_MS, longMs / MINUTE_MS, "count");
}

/** The miss with the least distance from its limit, as a share of the limit. */
function nearestMiss(misses: readonly Miss[]): Miss | null {
  const distance = ({ value, limit }: Miss): number => Math.abs(value - limit) / (Math.abs(limit) || 1);
  return misses.reduce<Miss | null>((best, miss) => (best && distance(best) <= distance(miss) ? best : miss), null);
}

function exitIntent(state: SymbolState, candle: CandleInHand, strategy: string, cause: string): ExitIntent {
  const decisionId = decisionIdOf(state.config.symbol, candle.closedAtMs);
  return {
    kind: "exit",
    intentId: `${decisionId}/exit`,
    decisionId,
    symbol: state.config.symbol,
    strategy,
    decidedAtMs: candle.closedAtMs,
    cause,
  };
}

const NO_NUMBERS = { value: null, limit: null, unit: "count" } as const;
const NOT_YET: Reason = { stage: "venue", code: "SUBMITTED", ...NO_NUMBERS };

function end(
  candle: CandleInHand,
  stage: Stage,
  code: string,
  value: number | null = null,
  limit: number | null = null,
  unit: Reason["unit"] = "count",
): Next {
  candle.reason = { stage, code, value, limit, unit };
  return DECIDED;
}

function submit(candle: CandleInHand, intent: Intent): Next {
  candle.intentId = intent.intentId;
  return { type: "submit", intent };
}

function noteDay(state: SymbolState, candles: CandleColumns, i: number): void {
  const startMs = utcDayStart(candles.openedAtMs[i]);
  if (state.day?.startMs !== startMs) state.day = { startMs, openUsd: candles.openUsd[i] };
}

const expectedMoveBps = ({ referenceUsd, targetUsd }: EntrySignal): number =>
  ((targetUsd - referenceUsd) / referenceUsd) * BPS;

function rounded(value: number, digits: number): number | null {
  if (!Number.isFinite(value)) return null;
  const scale = 10 ** digits;
  const result = Math.round(value * scale) / scale;
  return result === 0 ? 0 : result;
}
