/**
 * The least that gives a strategy positions in tests: buys at the next open, sells at stop, target, horizon or exit signal. No
 * costs, no sizes; a backtest is elsewhere.
 */
import type { CandleColumns } from "../../core/market/types.ts";
import { type SymbolCore, symbolFilled } from "../../core/symbol_core.ts";
import type { HeldPosition, Signal } from "../../core/strategy/types.ts";

export interface PaperPosition {
  held: HeldPosition | null;
  untilMs: number;
  pending: Signal | null;
  trades: number;
}

export const noPosition = (): PaperPosition => ({ held: null, untilMs: 0, pending: null, trades: 0 });

/** Carries out what was signalled before candle `i` and what candle `i` touches. Call before the candle is stepped. */
export function tradeCandle(p: PaperPosition, core: SymbolCore, c: CandleColumns, i: number): void {
  const atMs = c.openedAtMs[i], openUsd = c.openUsd[i];
  const sell = (priceUsd: number) => {
    symbolFilled(core, p.held!.strategy, { side: "sell", priceUsd, atMs });
    p.held = null;
    p.trades++;
  };
  const { pending } = p;
  p.pending = null;
  if (pending?.kind === "exit" && p.held !== null) sell(openUsd);
  if (pending?.kind === "enter" && p.held === null) {
    const { strategy, stopUsd, targetUsd, horizonMs } = pending;
    p.held = { strategy, openedAtMs: atMs, entryUsd: openUsd, stopUsd, targetUsd };
    p.untilMs = atMs + horizonMs;
    symbolFilled(core, strategy, { side: "buy", priceUsd: openUsd, atMs });
  }
  if (p.held === null) return;
  if (c.lowUsd[i] <= p.held.stopUsd) sell(p.held.stopUsd);
  else if (c.highUsd[i] >= p.held.targetUsd) sell(p.held.targetUsd);
  else if (atMs >= p.untilMs) sell(c.closeUsd[i]);
}
