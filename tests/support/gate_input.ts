/** A gate input that passes every rule of the balanced preset, to be changed one field at a time. */
import type { FeeProfile } from "../../core/execution/fees.ts";
import type { EntryIntent } from "../../core/execution/types.ts";
import { priceTicks, usdMicros } from "../../core/money.ts";
import type { GateInput } from "../../core/risk/rules.ts";
import { BTC } from "./instruments.ts";

export const NOW_MS = Date.UTC(2026, 0, 5, 12);
export const usd = (amount: number) => usdMicros(Math.round(amount * 1e6));

export const FEES: FeeProfile = { name: "test", makerRatio: 0.001, takerRatio: 0.002, markupRatio: 0 };

export function entryIntent(change: Partial<EntryIntent> = {}): EntryIntent {
  return {
    kind: "enter",
    intentId: "intent-1",
    decisionId: "BTC-USD@2026-01-05T12:00:00Z",
    symbol: "BTC-USD",
    strategy: "S1",
    regime: "trend",
    decidedAtMs: NOW_MS,
    referenceUsd: 50_000,
    stopUsd: 49_500,
    targetUsd: 51_500,
    horizonMs: 3_600_000,
    confidence: 0.7,
    expectedMoveBps: 300,
    ...change,
  };
}

export function gateInput(change: Partial<GateInput> = {}, intent: Partial<EntryIntent> = {}): GateInput {
  return {
    nowMs: NOW_MS,
    intent: entryIntent(intent),
    instrument: BTC,
    killFile: false,
    stopped: false,
    paused: false,
    latches: 0,
    booksUnproven: false,
    ordersUnknown: 0,
    intentSeen: false,
    bidUsd: 49_995,
    askUsd: 50_005,
    quoteAtMs: NOW_MS,
    quoteSuspect: false,
    marksAgeMs: 0,
    clockSkewMs: 0,
    feedDivergenceBps: 0,
    entryTicks: priceTicks(5_000_000),
    stopTicks: priceTicks(4_950_000),
    targetTicks: priceTicks(5_150_000),
    roundTripCostBps: 40,
    equityUsdMicros: usd(10_000),
    netEquityUsdMicros: usd(10_000),
    peakUsdMicros: usd(10_000),
    dayStartUsdMicros: usd(10_000),
    weekStartUsdMicros: usd(10_000),
    dayRealizedUsdMicros: usd(0),
    openRiskUsdMicros: usd(0),
    cashFreeUsdMicros: usd(10_000),
    openNotionalUsdMicros: usd(0),
    symbolNotionalUsdMicros: usd(0),
    positions: 0,
    symbolBusy: false,
    cooldownLeftMs: 0,
    mandateRatio: 1,
    ordersLastMinute: 0,
    ordersToday: 0,
    ...change,
  };
}
