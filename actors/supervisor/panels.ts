/**
 * What the actors have told, as the panels of the dashboard. Keeps the newest word of each; nothing is computed for a page
 * that is not looked at beyond copying names.
 */
import { type DecisionRecord, STAGES } from "../../core/decision.ts";
import type { ListedDecision } from "../../core/records.ts";
import type { CurvePanel, DecisionSummary, Panels, StatusPanel } from "../../web/view/types.ts";
import { reasonText } from "../../web/view/words.ts";
import type { PortfolioView } from "../broker/protocol.ts";
import type { FeedStatus } from "../feed/protocol.ts";
import { type Funnel, reachedByStage } from "../recorder/funnel.ts";
import type { ScorerStatus } from "../scorer/protocol.ts";
import type { SymbolStatus } from "../symbol/protocol.ts";
import type { Child } from "./logic.ts";

/** The newest word of everybody. */
export interface Told {
  readonly portfolio: PortfolioView | null;
  readonly feed: FeedStatus | null;
  readonly feedAtMs: number;
  readonly scorer: ScorerStatus | null;
  readonly funnel: Funnel | null;
  readonly symbols: Readonly<Record<string, SymbolStatus>>;
  readonly children: readonly Child[];
  readonly curve: CurvePanel;
  readonly recent: readonly DecisionSummary[];
}

export interface ProgramFacts {
  readonly mode: StatusPanel["mode"];
  readonly symbols: readonly string[];
  readonly speed: number | null;
  readonly seed: number | null;
  readonly version: string;
  readonly standIns: readonly string[];
  readonly startUsd: number;
}

export function panelsOf(told: Told, facts: ProgramFacts, nowMs: number): Panels {
  const { portfolio, feed } = told;
  return {
    status: {
      mode: facts.mode,
      marketLabel: feed?.label ?? "starting",
      simulated: feed?.simulated ?? true,
      tradingState: portfolio?.tradingState ?? "halted",
      latches: portfolio?.latches ?? [],
      nowMs: feed?.nowMs ?? 0,
      speed: facts.speed,
      dataAgeMs: feed ? nowMs - told.feedAtMs : null,
      candleMs: null,
      catchingUp: feed?.catchingUp ? { ...feed.catchingUp, atMs: feed.nowMs } : null,
      standIns: facts.standIns,
      version: facts.version,
      seed: facts.seed,
      ended: feed?.ended ? "the recorded market has ended" : null,
    },
    equity: {
      startUsd: portfolio?.startUsd ?? facts.startUsd,
      equityUsd: portfolio?.equityUsd ?? facts.startUsd,
      cashUsd: portfolio?.cashUsd ?? facts.startUsd,
      dayStartUsd: portfolio?.dayStartUsd ?? facts.startUsd,
      dayPnlUsd: portfolio?.dayPnlUsd ?? 0,
      dayRealizedUsd: portfolio?.dayRealizedUsd ?? 0,
      openPnlUsd: portfolio?.openPnlUsd ?? 0,
      dayFeesUsd: portfolio?.dayFeesUsd ?? 0,
      drawdownRatio: portfolio?.drawdownRatio ?? 0,
      exposureRatio: portfolio?.exposureRatio ?? 0,
      trades: portfolio?.trades.count ?? 0,
      wins: portfolio?.trades.wins ?? 0,
    },
    curve: told.curve,
    limits: portfolio?.limits ?? [],
    positions: (portfolio?.positions ?? []).map(({ bidUsd, ...position }) => ({ ...position, nowUsd: bidUsd })),
    orders: portfolio?.orders ?? [],
    funnel: funnelPanel(told.funnel),
    actors: told.children.map((child) => ({
      id: child.id,
      parent: "supervisor",
      state: child.phase === "backoff" ? "restarting" : child.phase === "parked" ? "paused" : child.phase,
      beatAgeMs: child.phase === "running" || child.phase === "starting"
        ? Math.max(0, nowMs - child.lastBeatAtMs)
        : null,
      mailbox: child.beat.mailbox,
      handled: child.beat.handled,
      restartsLastHour: child.restartsAtMs.filter((atMs) => nowMs - atMs < 3_600_000).length,
      lastFault: child.lastFault,
    })),
    symbols: facts.symbols.map((symbol) => symbolRow(symbol, told)),
    recent: told.recent,
  };
}

function symbolRow(symbol: string, { symbols, feed, portfolio }: Told): Panels["symbols"][number] {
  const status = symbols[symbol];
  const quote = feed?.quotes[symbol];
  const lastUsd = quote ? (quote[1] + quote[2]) / 2 : status?.closeUsd ?? null;
  return {
    symbol,
    priceDecimals: null,
    bidUsd: quote?.[1] ?? null,
    askUsd: quote?.[2] ?? null,
    spreadBps: quote ? ((quote[2] - quote[1]) / lastUsd!) * 10_000 : null,
    quoteAtMs: quote?.[0] ?? null,
    dayChangeRatio: status?.dayOpenUsd && lastUsd !== null ? lastUsd / status.dayOpenUsd - 1 : null,
    regime: status?.regime ?? "none",
    regimeSinceMs: status?.regimeSinceMs ?? null,
    warmUp: status?.warmUp ?? null,
    paused: portfolio?.pausedSymbols.includes(symbol) ?? false,
    lastReason: status ? reasonText(status.reason) : null,
    features: status?.features ?? {},
  };
}

function funnelPanel(funnel: Funnel | null): Panels["funnel"] {
  if (!funnel) {
    return { sinceMs: 0, candles: 0, stages: STAGES.map((stage) => ({ stage, reached: 0, ended: 0, reasons: [] })) };
  }
  return {
    sinceMs: funnel.sinceMs,
    candles: funnel.candles,
    stages: reachedByStage(funnel).map(({ stage, reached, ended }) => ({
      stage,
      reached,
      ended,
      reasons: Object.entries(funnel.ended[stage] ?? {})
        .map(([code, { count, nearest }]) => ({ code, count, nearest: nearest ? reasonText(nearest.reason) : null }))
        .sort((a, b) => b.count - a.count),
    })),
  };
}

export function summaryOf({ record, outcomeR }: ListedDecision): DecisionSummary {
  return {
    decisionId: record.decisionId,
    symbol: record.symbol,
    closedAtMs: record.closedAtMs,
    stage: record.reason.stage,
    code: record.reason.code,
    text: reasonText(record.reason),
    regime: record.regime,
    strategy: record.strategy,
    confidence: record.confidence,
    outcomeR,
  };
}

export const summaryOfRecord = (record: DecisionRecord): DecisionSummary => summaryOf({ record, outcomeR: null });

const CURVE_MAX = 600;

/** Adds a mark to the curve and thins it when it gets long, keeping the lower of each pair so that no drawdown is lost. */
export function extendCurve(curve: CurvePanel, atMs: number, equityUsd: number, halted: boolean): CurvePanel {
  const last = curve.points.at(-1);
  if (last && atMs <= last[0]) return curve;
  let points = [...curve.points, [atMs, equityUsd] as const];
  if (points.length > CURVE_MAX) {
    const newest = points[points.length - 1];
    points = points.slice(0, -1).filter((point, i, all) =>
      i % 2 === 0 ? point[1] <= (all[i + 1]?.[1] ?? Infinity) : point[1] < all[i - 1][1]
    );
    points.push(newest);
  }
  const open = curve.halts.at(-1);
  const halts = !halted
    ? curve.halts
    : open && last && open[1] === last[0]
    ? [...curve.halts.slice(0, -1), [open[0], atMs] as const]
    : [...curve.halts, [atMs, atMs] as const];
  return { points, halts };
}
