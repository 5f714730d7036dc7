/** What a symbol is told about itself: its position, whether an entry works, and what a round trip costs. Only when it changed. */
import { ticksToUsd } from "../../core/money.ts";
import { heldLots } from "../../core/portfolio/books.ts";
import { entryUsdOf } from "../../core/portfolio/trade.ts";
import { symbolCostBps, worstCostBps } from "./entries.ts";
import { strayBuys } from "./money_view.ts";
import type { PositionChanged } from "./protocol.ts";
import { type BrokerState, entryOf, instrumentOf, positionOf } from "./state.ts";
import type { Turn } from "./turn.ts";

/** A cost that moved by less is not news: the gate at the broker's door knows the exact one. */
const COST_NEWS_BPS = 5;

/** Tells a symbol what it has not heard yet. */
export function tellSymbol(turn: Turn, symbol: string, symbolIndex: number): void {
  const { state } = turn;
  const before = state.live.told[symbolIndex];
  const message = messageFor(state, symbol, turn.nowMs);
  if (before && sameNews(before, message)) return;
  state.live.told[symbolIndex] = message;
  turn.effects.push({ type: "tell.symbol", symbol, message });
}

/** Tells every symbol whose round trip has become dearer or cheaper by enough. */
export function tellCosts(turn: Turn): void {
  const { live, config } = turn.state;
  config.symbols.forEach((symbol, index) => {
    const before = live.told[index];
    const costBps = symbolCostBps(turn.state, symbol, turn.nowMs);
    if (before && Math.abs(before.roundTripCostBps - costBps) >= COST_NEWS_BPS) tellSymbol(turn, symbol, index);
  });
}

/** What a symbol is told when it asks. */
export function messageFor(state: BrokerState, symbol: string, nowMs: number): PositionChanged {
  const position = positionOf(state, symbol);
  const instrument = instrumentOf(state, symbol);
  const costBps = symbolCostBps(state, symbol, nowMs);
  const held = position && heldLots(state.durable.books, symbol) > 0;
  return {
    type: "position.changed",
    symbol,
    position: held
      ? {
        strategy: position.trade.plan.strategy,
        openedAtMs: position.trade.openedAtMs,
        entryUsd: entryUsdOf(position.trade, instrument),
        stopUsd: ticksToUsd(position.stopTicks, instrument),
        targetUsd: ticksToUsd(position.targetTicks, instrument),
      }
      : null,
    entryWorking: entryOf(state, symbol) !== undefined || strayBuys(state).some((order) => order.symbol === symbol),
    roundTripCostBps: Number.isNaN(costBps) ? worstCostBps(state, symbol, nowMs) : costBps,
  };
}

function sameNews(a: PositionChanged, b: PositionChanged): boolean {
  return a.entryWorking === b.entryWorking && Math.abs(a.roundTripCostBps - b.roundTripCostBps) < COST_NEWS_BPS &&
    a.position?.openedAtMs === b.position?.openedAtMs && a.position?.entryUsd === b.position?.entryUsd &&
    a.position?.stopUsd === b.position?.stopUsd;
}
