/** A paper venue with plain numbers, for tests that need to know to the ms and the micro what it does. */
import type { FeeProfile } from "../../core/execution/fees.ts";
import type { OrderRequest } from "../../core/execution/types.ts";
import { priceTicks, qtyLots, usdMicros } from "../../core/money.ts";
import { createPaperVenue, type Delay, type PaperVenue, type PaperVenueConfig } from "../../core/sim/paper_venue.ts";
import { BTC, ETH, NKL } from "./instruments.ts";

export const fixed = (ms: number): Delay => ({ medianMs: ms, sigma: 0, maxMs: ms });
export const jittered = (ms: number): Delay => ({ medianMs: ms, sigma: 0.5, maxMs: ms * 8 });

export const PLAIN_FEES: FeeProfile = { name: "plain", makerRatio: 0.001, takerRatio: 0.002, markupRatio: 0 };

export function paperConfig(change: Partial<PaperVenueConfig> = {}): PaperVenueConfig {
  return {
    symbols: ["BTC-USD", "ETH-USD", "NKL-USD"],
    instruments: { "BTC-USD": BTC, "ETH-USD": ETH, "NKL-USD": NKL },
    fees: PLAIN_FEES,
    requestDelay: fixed(100),
    reportDelay: fixed(50),
    matchDelay: fixed(300),
    cancelDelay: fixed(1_000),
    volumeShareRatio: 0.25,
    queueShareRatio: 0.5,
    slippageBps: { base: 0, impact: 0, noise: 0 },
    startCashUsdMicros: usdMicros(10_000_000_000),
    seed: 42,
    ...change,
  };
}

export const paper = (change: Partial<PaperVenueConfig> = {}): PaperVenue => createPaperVenue(paperConfig(change));

let orders = 0;
export function request(change: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: `order-${++orders}`,
    symbol: "BTC-USD",
    side: "buy",
    type: "limit",
    qtyLots: qtyLots(10_000_000), // 0.1 BTC
    priceTicks: priceTicks(5_000_000),
    ...change,
  };
}

/** One quote as a row: `[symbolIndex, atMs, bid, ask, volume]`. */
export const row = (atMs: number, bid: number, ask: number, volume = NaN, symbolIndex = 0): Float64Array =>
  Float64Array.of(symbolIndex, atMs, bid, ask, volume);
