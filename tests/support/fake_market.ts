/**
 * A made-up trading day for pages: candles, decisions, trades and orders that agree with each other. Nothing of it is a
 * strategy; it only has the shapes of one. Same seed, same day, to the last bit.
 */
import { createRng, type Rng } from "../../core/rng.ts";
import { isoSeconds, MINUTE_MS } from "../../core/time.ts";
import type { DecisionView, OrderRow, PositionRow, Series } from "../../web/view/types.ts";
import { reasonText } from "../../web/view/words.ts";

export interface FakeSymbol {
  readonly symbol: string;
  readonly startUsd: number;
  readonly priceDecimals: number;
  /** Typical move of a minute. */
  readonly volRatio: number;
}

export const SYMBOLS: readonly FakeSymbol[] = [
  { symbol: "BTC-USD", startUsd: 64_010, priceDecimals: 2, volRatio: 0.0007 },
  { symbol: "ETH-USD", startUsd: 3_184.5, priceDecimals: 2, volRatio: 0.0009 },
  { symbol: "SOL-USD", startUsd: 148.32, priceDecimals: 3, volRatio: 0.0012 },
  { symbol: "DOGE-USD", startUsd: 0.16842, priceDecimals: 6, volRatio: 0.0014 },
];

export interface Candle {
  openedAtMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  vwap: number;
  ema9: number | null;
  ema20: number | null;
  regime: "trend" | "range" | "none";
}

export interface Track {
  readonly of: FakeSymbol;
  readonly rng: Rng;
  readonly candles: Candle[];
  readonly decisions: DecisionView[];
  fills: Series["fills"][number][];
  atr: number;
  leftInRegime: number;
  drift: number;
  regimeSinceMs: number;
  position: (PositionRow & { readonly riskUsd: number }) | null;
  lastReason: string;
  paused: boolean;
}

export interface FakeMarket {
  readonly tracks: readonly Track[];
  readonly curve: [number, number][];
  nowMs(): number;
  cashUsd(): number;
  realizedUsd(): number;
  feesUsd(): number;
  trades(): { count: number; wins: number };
  orders(): OrderRow[];
  /** Closes one candle of every symbol. */
  closeCandle(): void;
}

const FEE_RATIO = 0.0004;
const RISK_RATIO = 0.0075;
const NOTIONAL_RATIO = 0.28;

export function createMarket(
  options: { seed: number; startMs: number; startUsd: number; symbols: readonly FakeSymbol[] },
): FakeMarket {
  const rng = createRng(options.seed);
  let nowMs = options.startMs;
  let cash = options.startUsd;
  let realized = 0;
  let fees = 0;
  const trades = { count: 0, wins: 0 };
  const curve: [number, number][] = [[nowMs, cash]];
  let orders: OrderRow[] = [];
  let orderCount = 0;

  const tracks = options.symbols.map((of): Track => ({
    of,
    rng: rng.fork(of.symbol),
    candles: [],
    decisions: [],
    fills: [],
    atr: of.startUsd * of.volRatio * 1.6,
    leftInRegime: 0,
    drift: 0,
    regimeSinceMs: nowMs,
    position: null,
    lastReason: "warming up",
    paused: false,
  }));

  const round = (value: number, { priceDecimals }: FakeSymbol) => Number(value.toFixed(priceDecimals));
  const newOrder = (order: Omit<OrderRow, "clientOrderId" | "createdAtMs">): OrderRow => ({
    ...order,
    clientOrderId: `00000000-0000-4000-8000-${String(++orderCount).padStart(12, "0")}`,
    createdAtMs: nowMs,
  });

  function drawCandle(track: Track): Candle {
    const { of, rng, candles } = track;
    const last = candles.at(-1);
    let regime = last?.regime ?? "range";
    if (track.leftInRegime-- <= 0) {
      regime = (["trend", "range", "none"] as const)[rng.int(3)];
      track.leftInRegime = 25 + rng.int(90);
      track.drift = regime === "trend" ? (rng.chance(0.55) ? 1 : -1) * of.volRatio * 0.22 : 0;
      track.regimeSinceMs = nowMs;
    }
    const open = last?.close ?? of.startUsd;
    const mean = last ? last.vwap : open;
    const pull = regime === "range" ? (mean - open) / open * 0.06 : 0;
    const close = round(open * (1 + track.drift + pull + rng.normal() * of.volRatio), of);
    const wick = () => Math.abs(rng.normal()) * of.volRatio * 0.5;
    const high = round(Math.max(open, close) * (1 + wick()), of);
    const low = round(Math.min(open, close) * (1 - wick()), of);
    const volume = (3_000 / open) * (0.4 + Math.abs(rng.normal())) * (1 + Math.abs(close / open - 1) / of.volRatio);
    const n = candles.length;
    const typical = (high + low + close) / 3;
    const ema = (previous: number | null | undefined, span: number) =>
      n + 1 < span ? null : previous == null ? close : previous + (2 / (span + 1)) * (close - previous);
    track.atr += (high - low - track.atr) / 14;
    return {
      openedAtMs: nowMs,
      open,
      high,
      low,
      close,
      volume,
      vwap: n === 0 ? typical : mean + (typical - mean) / Math.min(n + 1, 240),
      ema9: ema(last?.ema9, 9),
      ema20: ema(last?.ema20, 20),
      regime,
    };
  }

  function leave(track: Track, exitUsd: number, cause: string, closedAtMs: number) {
    const held = track.position!;
    const fee = exitUsd * held.qtyBase * FEE_RATIO;
    const entryFee = held.entryUsd * held.qtyBase * FEE_RATIO;
    const pnl = (exitUsd - held.entryUsd) * held.qtyBase - fee - entryFee;
    cash += exitUsd * held.qtyBase - fee;
    realized += pnl;
    fees += fee;
    trades.count++;
    if (pnl > 0) trades.wins++;
    track.position = null;
    orders = orders.filter((order) => order.decisionId !== held.decisionId);
    track.fills = [...track.fills, { atMs: closedAtMs, side: "sell", priceUsd: exitUsd, decisionId: held.decisionId }];
    const at = track.decisions.findIndex(({ decisionId }) => decisionId === held.decisionId);
    const decision = track.decisions[at];
    const rMultiple = pnl / held.riskUsd;
    const exit = newOrder({
      ...{
        decisionId: held.decisionId,
        symbol: held.symbol,
        side: "sell",
        role: cause === "TARGET" ? "take_profit" : "stop_loss",
      },
      ...{
        state: "filled",
        type: cause === "TARGET" ? "limit" : "market",
        priceUsd: cause === "TARGET" ? exitUsd : null,
      },
      ...{ qtyBase: held.qtyBase, filledBase: held.qtyBase },
    });
    track.decisions[at] = {
      ...decision,
      outcomeR: rMultiple,
      orders: [...decision.orders, {
        ...exit,
        fills: [{ atMs: closedAtMs, qtyBase: held.qtyBase, priceUsd: exitUsd, feeUsd: fee }],
      }],
      outcome: {
        ...{ closedAtMs, exitUsd, pnlUsd: pnl, feesUsd: fee + entryFee, rMultiple },
        ...{ maeR: held.maeR, mfeR: held.mfeR, exitCause: cause },
      },
    };
  }

  function markPosition(track: Track, candle: Candle, closedAtMs: number) {
    const held = track.position;
    if (!held) return;
    const inR = (price: number) => (price - held.entryUsd) * held.qtyBase / held.riskUsd;
    track.position = {
      ...held,
      nowUsd: candle.close,
      unrealizedUsd: (candle.close - held.entryUsd) * held.qtyBase - candle.close * held.qtyBase * FEE_RATIO,
      rMultiple: inR(candle.close),
      maeR: Math.min(held.maeR, inR(candle.low)),
      mfeR: Math.max(held.mfeR, inR(candle.high)),
    };
    if (candle.low <= held.stopUsd) leave(track, held.stopUsd, "STOP", closedAtMs);
    else if (candle.high >= held.targetUsd) leave(track, held.targetUsd, "TARGET", closedAtMs);
  }

  function decide(track: Track, candle: Candle, closedAtMs: number) {
    const { of, rng, candles } = track;
    const strategy = candle.regime === "trend" ? "trend-vwap-ema" : "range-reversion";
    const moveBps = 22 + Math.abs(rng.normal()) * 26;
    const costBps = 52 + rng.next() * 6;
    const probability = 0.42 + rng.next() * 0.34;
    const draw = rng.next();
    let reason: { stage: string; code: string; value: number | null; limit: number | null; unit: string };
    const at = (
      stage: string,
      code: string,
      value: number | null = null,
      limit: number | null = null,
      unit = "count",
    ) => reason = { stage, code, value, limit, unit };
    if (candles.length < 50) at("data", "WARMING_UP", candles.length, 50);
    else if (track.position) at("position", "POSITION_OPEN");
    else if (candle.regime === "none") at("regime", "REGIME_NONE");
    else if (draw < 0.86) at("signal", "NO_SIGNAL", (candle.close / candle.vwap - 1) * 10_000, 4, "bps");
    else if (draw < 0.925) at("cost", "COST_ABOVE_MOVE", moveBps, costBps, "bps");
    else if (draw < 0.945) at("verdict", "VERDICT_VETO", probability, 0.55, "ratio");
    else if (draw < 0.962) at("fusion", "CONFIDENCE_LOW", probability, 0.6, "ratio");
    else if (draw < 0.994) at("risk", "SPREAD_MAX", 10.4 + rng.next() * 6, 10, "bps");
    else at("traded", "ENTERED");
    const { stage, code } = reason!;
    const order = ["data", "position", "regime", "signal", "cost", "verdict", "fusion", "risk", "venue", "traded"];
    const reached = (gate: string) => order.indexOf(stage) >= order.indexOf(gate);
    const decisionId = `${of.symbol}@${isoSeconds(closedAtMs)}`;
    const text = reasonText(reason!);
    track.lastReason = text;
    let decision: DecisionView = {
      ...{ decisionId, symbol: of.symbol, closedAtMs, stage, code, text, regime: candle.regime },
      strategy: reached("signal") && stage !== "signal" ? strategy : null,
      confidence: reached("fusion") ? Math.min(0.95, probability + 0.04) : null,
      outcomeR: null,
      closeUsd: candle.close,
      features: {
        ...{
          closeUsd: candle.close,
          vwapUsd: candle.vwap,
          ema9Usd: candle.ema9,
          ema20Usd: candle.ema20,
          atr14Usd: track.atr,
        },
        rsi14: Math.max(4, Math.min(96, 50 + (candle.close / candle.vwap - 1) * 6_000)),
        realizedVolRatio: of.volRatio * (0.8 + rng.next() * 0.4),
        volumeZ: rng.normal(),
        vwapSlopeAtr: rng.normal() * 0.3,
        atrPercentileRatio: rng.next(),
        volRatio: candles.length < 50 ? null : 0.7 + rng.next() * 0.7,
      },
      technicalScore: reached("cost") ? 0.5 + rng.next() * 0.4 : null,
      expectedMoveBps: reached("cost") ? (stage === "cost" ? moveBps : costBps + moveBps) : null,
      roundTripCostBps: reached("cost") ? costBps : null,
      misses: stage === "signal"
        ? [{
          strategy,
          code: "CLOSE_NOT_ABOVE_VWAP",
          value: (candle.close / candle.vwap - 1) * 10_000,
          limit: 4,
          unit: "bps",
        }]
        : [],
      verdict: reached("verdict")
        ? {
          direction: stage === "verdict" ? "flat" : "long",
          probability,
          abstain: null,
          rationale: stage === "verdict"
            ? "Volume does not confirm the move and the slope of the VWAP is flat."
            : "Close above a rising VWAP with volume behind it; the pullback held the fast average.",
          ...{ provider: "rules", model: "rules-v1", queueMs: 0, modelMs: 0 },
        }
        : null,
      fusion: reached("fusion") ? { technical: probability * 0.7, verdict: 0.08, news: 0 } : null,
      checks: reached("risk")
        ? [
          { rule: "TRADING_ACTIVE", value: 1, limit: 1, margin: 0, unit: "count", pass: true },
          { rule: "POSITIONS_MAX", value: 1, limit: 3, margin: 2, unit: "count", pass: true },
          { rule: "DAY_LOSS", value: 1_240_000, limit: 11_250_000, margin: 10_010_000, unit: "usd_micros", pass: true },
          { rule: "QUOTE_AGE", value: 340, limit: 2_000, margin: 1_660, unit: "ms", pass: true },
          stage === "risk"
            ? {
              rule: "SPREAD_MAX",
              value: reason!.value,
              limit: 10,
              margin: 10 - reason!.value!,
              unit: "bps",
              pass: false,
            }
            : { rule: "SPREAD_MAX", value: 3.2, limit: 10, margin: 6.8, unit: "bps", pass: true },
        ]
        : [],
      orders: [],
      outcome: null,
    };
    if (stage === "traded") decision = enter(track, decision, candle);
    track.decisions.push(decision);
  }

  function enter(track: Track, decision: DecisionView, candle: Candle): DecisionView {
    const { of } = track;
    const entryUsd = candle.close;
    const stopUsd = round(entryUsd - track.atr * 3, of);
    const targetUsd = round(entryUsd + track.atr * 5.5, of);
    const riskPerCoin = entryUsd - stopUsd + entryUsd * FEE_RATIO * 2;
    const byRisk = options.startUsd * RISK_RATIO / riskPerCoin;
    const qtyBase = Number(Math.min(byRisk, options.startUsd * NOTIONAL_RATIO / entryUsd).toPrecision(6));
    const riskUsd = qtyBase * riskPerCoin;
    const fee = entryUsd * qtyBase * FEE_RATIO;
    const { decisionId, symbol } = decision;
    cash -= entryUsd * qtyBase + fee;
    fees += fee;
    track.position = {
      ...{ symbol, strategy: decision.strategy!, decisionId, qtyBase, entryUsd, stopUsd, targetUsd, riskUsd },
      ...{ nowUsd: entryUsd, unrealizedUsd: -fee, rMultiple: -fee / riskUsd, maeR: 0, mfeR: 0 },
      ...{ openedAtMs: decision.closedAtMs, stopHeldBy: "us" },
    };
    track.fills = [...track.fills, { atMs: decision.closedAtMs, side: "buy", priceUsd: entryUsd, decisionId }];
    const sell = { decisionId, symbol, side: "sell" as const, state: "acknowledged", qtyBase, filledBase: 0 };
    const entry = newOrder({
      ...{
        ...sell,
        side: "buy",
        role: "entry",
        state: "filled",
        type: "limit",
        priceUsd: entryUsd,
        filledBase: qtyBase,
      },
    });
    orders = [
      ...orders,
      newOrder({ ...sell, role: "take_profit", type: "limit", priceUsd: targetUsd }),
      newOrder({ ...sell, role: "stop_loss", type: "stop_loss", priceUsd: stopUsd }),
    ];
    const fills = [{ atMs: decision.closedAtMs, qtyBase, priceUsd: entryUsd, feeUsd: fee }];
    return { ...decision, orders: [{ ...entry, fills }] };
  }

  return {
    tracks,
    curve,
    nowMs: () => nowMs,
    cashUsd: () => cash,
    realizedUsd: () => realized,
    feesUsd: () => fees,
    trades: () => trades,
    orders: () => orders,
    closeCandle() {
      for (const track of tracks) {
        const candle = drawCandle(track);
        track.candles.push(candle);
        markPosition(track, candle, nowMs + MINUTE_MS);
        decide(track, candle, nowMs + MINUTE_MS);
      }
      nowMs += MINUTE_MS;
      const held = tracks.reduce((sum, { position }) => sum + (position ? position.qtyBase * position.nowUsd! : 0), 0);
      curve.push([nowMs, cash + held]);
    },
  };
}
