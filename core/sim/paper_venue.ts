/**
 * A venue that trades on paper: its own orders, cash and holdings, its own time and latency, independent of what the broker
 * believes. Plain data (a structured clone, as KV makes it, keeps all of it) and seeded, so a run can be stored, resumed and
 * repeated. Always true:
 *  - a client order id names one order: sending it again answers with the first;
 *  - cash and holdings never go below zero; what an order may need is held from its arrival to its end;
 *  - nothing happens before its time: requests travel, matching waits, reports travel back, all drawn from the seed;
 *  - quotes of an instant come before everything else of it, so how time is cut never changes a result.
 *
 * The caller pushes quotes with `onQuote` and lets time pass with `advance`; both are cheap when nothing is open. Faults
 * (lost, late, doubled answers) belong in a wrapper around these functions.
 */
import type { FeeProfile } from "../execution/fees.ts";
import { isBelowMinimum } from "../execution/fees.ts";
import type { Fill, InstrumentBook, OrderRequest, VenueEvent } from "../execution/types.ts";
import {
  addLots,
  addUsd,
  notionalUp,
  priceTicksUp,
  type QtyLots,
  ratioUp,
  subLots,
  subUsd,
  type UsdMicros,
} from "../money.ts";
import { ticksToUsd, ZERO_LOTS, ZERO_USD } from "../money.ts";
import { createRng, type RngState } from "../rng.ts";
import { DAY_MS, type UtcMs } from "../time.ts";
import { crosses, type Execution, matchOrder } from "./paper_venue_match.ts";

/** Log-normal delay: half of all are shorter than the median; never above the maximum. */
export interface Delay {
  readonly medianMs: number;
  /** Standard deviation of the logarithm; 0 is always the median. */
  readonly sigma: number;
  readonly maxMs: number;
}

export interface PaperVenueConfig {
  readonly symbols: readonly string[];
  readonly instruments: InstrumentBook;
  readonly fees: FeeProfile;
  /** From us to the venue, and its reports back. */
  readonly requestDelay: Delay;
  readonly reportDelay: Delay;
  /** From arrival to matching of an order that crosses. */
  readonly matchDelay: Delay;
  /** From arrival of a cancel until it acts; fills may land in between. */
  readonly cancelDelay: Delay;
  /** Share of the volume traded between two quotes that one order can have; a volume of 0 or NaN is not known and not a cap. */
  readonly volumeShareRatio: number;
  /** Share of that for an order that rests at the best price, behind others; 0 where fills need the market to trade through. */
  readonly queueShareRatio: number;
  /** Slippage of orders that cross: always, at the whole volume share, and standard deviation. */
  readonly slippageBps: { readonly base: number; readonly impact: number; readonly noise: number };
  readonly startCashUsdMicros: UsdMicros;
  readonly seed: number;
}

export interface PaperOrder {
  readonly request: OrderRequest;
  readonly symbolIndex: number;
  readonly venueOrderId: string;
  state: "open" | "filled" | "canceled" | "rejected";
  /** Matched from this instant on. */
  activeFromMs: UtcMs;
  /** It rests: fills come at its own price and pay the maker fee. */
  resting: boolean;
  /** A stop that has not triggered. */
  armed: boolean;
  filledLots: QtyLots;
  fills: Fill[];
  reason: string;
  /** Reports about one order arrive in their order. */
  reportedUntilMs: UtcMs;
}

type Action =
  | { readonly do: "arrive"; readonly request: OrderRequest }
  | { readonly do: "match"; readonly symbolIndex: number }
  | { readonly do: "cancel.arrive"; readonly clientOrderId: string }
  | { readonly do: "cancel.act"; readonly clientOrderId: string }
  | { readonly do: "query.arrive"; readonly clientOrderId: string }
  | { readonly do: "snapshot.arrive" }
  | { readonly do: "deliver"; readonly event: VenueEvent };

/** What the venue says and when we hear it. */
export interface Delivery {
  readonly atMs: UtcMs;
  readonly event: VenueEvent;
}

/** Per symbol: bid, ask, lots that may still trade until the next quote, lots that one base unit of volume lets trade. */
const MARKET_STRIDE = 4;

export interface PaperVenue {
  readonly config: PaperVenueConfig;
  rng: RngState;
  cashUsdMicros: UsdMicros;
  readonly holdings: Record<string, QtyLots>;
  readonly orders: Record<string, PaperOrder>;
  /** Open orders per symbol, first come first. */
  readonly open: PaperOrder[][];
  /** What is to happen, by time, then by the order in which it was planned. */
  readonly queue: { readonly dueMs: UtcMs; readonly action: Action }[];
  readonly market: Float64Array;
  readonly ended: { readonly clientOrderId: string; readonly atMs: UtcMs }[];
  orderCount: number;
  executionCount: number;
}

/** Finished orders can be asked about for so long. */
const RETENTION_MS = 3 * DAY_MS;
/** A market buy holds a little more than it will cost (as Robinhood seems to do). */
const MARKET_HOLD_RATIO = 1.05;

export function createPaperVenue(config: PaperVenueConfig): PaperVenue {
  const market = new Float64Array(config.symbols.length * MARKET_STRIDE).fill(NaN);
  config.symbols.forEach((symbol, n) => {
    const { mantissa, decimals } = config.instruments[symbol].qtyIncrement;
    market[n * MARKET_STRIDE + 3] = config.volumeShareRatio * 10 ** decimals / mantissa;
  });
  return {
    config,
    rng: createRng(config.seed).fork("paper venue").state(),
    cashUsdMicros: config.startCashUsdMicros,
    holdings: {},
    orders: {},
    open: config.symbols.map(() => []),
    queue: [],
    market,
    ended: [],
    orderCount: 0,
    executionCount: 0,
  };
}

/** Sends an order. The answer comes by `advance`. */
export function submit(venue: PaperVenue, request: OrderRequest, nowMs: UtcMs): void {
  plan(venue, nowMs + drawDelay(venue, venue.config.requestDelay), { do: "arrive", request });
}

export function cancel(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  plan(venue, nowMs + drawDelay(venue, venue.config.requestDelay), { do: "cancel.arrive", clientOrderId });
}

/** Asks for all that is known of an order; its story is told again from the start, or that there is none. */
export function query(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  plan(venue, nowMs + drawDelay(venue, venue.config.requestDelay), { do: "query.arrive", clientOrderId });
}

/** Asks for balances and open orders. */
export function requestSnapshot(venue: PaperVenue, nowMs: UtcMs): void {
  plan(venue, nowMs + drawDelay(venue, venue.config.requestDelay), { do: "snapshot.arrive" });
}

/** A row `[symbolIndex, atMs, bidUsd, askUsd, volumeBase]` at `offset`. What came due before it must have been advanced. */
export function onQuote(venue: PaperVenue, rows: Float64Array, offset: number): void {
  const symbolIndex = rows[offset];
  const at = symbolIndex * MARKET_STRIDE;
  const { market } = venue;
  const lots = Math.floor(rows[offset + 4] * market[at + 3]);
  market[at] = rows[offset + 2];
  market[at + 1] = rows[offset + 3];
  market[at + 2] = lots > 0 ? lots : NaN;
  if (venue.open[symbolIndex].length > 0) matchSymbol(venue, symbolIndex, rows[offset + 1]);
}

/** When something is due next; `Infinity` when nothing is. */
export const nextDueMs = (venue: PaperVenue): UtcMs => venue.queue.length === 0 ? Infinity : venue.queue[0].dueMs;

/** Lets time pass up to and including `toMs` and answers what we hear in it, in order. */
export function advance(venue: PaperVenue, toMs: UtcMs): Delivery[] {
  const heard: Delivery[] = [];
  while (venue.queue.length > 0 && venue.queue[0].dueMs <= toMs) {
    const { dueMs, action } = venue.queue.shift()!;
    if (action.do === "deliver") heard.push({ atMs: dueMs, event: action.event });
    else act(venue, action, dueMs);
  }
  return heard;
}

/** Cash that no open order holds. */
export function freeCash(venue: PaperVenue): UsdMicros {
  let free = venue.cashUsdMicros;
  for (const orders of venue.open) for (const order of orders) free = subUsd(free, cashHold(venue, order));
  return free;
}

/** Lots of a symbol that no open sale holds. */
export function freeLots(venue: PaperVenue, symbolIndex: number): QtyLots {
  let free = venue.holdings[venue.config.symbols[symbolIndex]] ?? ZERO_LOTS;
  for (const { request, filledLots } of venue.open[symbolIndex]) {
    if (request.side === "sell") free = subLots(free, subLots(request.qtyLots, filledLots));
  }
  return free;
}

function plan(venue: PaperVenue, dueMs: UtcMs, action: Action): void {
  const { queue } = venue;
  let at = queue.length;
  while (at > 0 && queue[at - 1].dueMs > dueMs) at--;
  queue.splice(at, 0, { dueMs, action });
}

function drawDelay(venue: PaperVenue, { medianMs, sigma, maxMs }: Delay): number {
  if (sigma === 0) return medianMs;
  const rng = createRng(venue.rng);
  const delayMs = Math.round(Math.min(maxMs, medianMs * Math.exp(sigma * rng.normal())));
  venue.rng = rng.state();
  return delayMs;
}

function act(venue: PaperVenue, action: Exclude<Action, { do: "deliver" }>, nowMs: UtcMs): void {
  switch (action.do) {
    case "arrive":
      return arrive(venue, action.request, nowMs);
    case "match":
      return matchSymbol(venue, action.symbolIndex, nowMs);
    case "cancel.arrive":
      return cancelArrives(venue, action.clientOrderId, nowMs);
    case "cancel.act":
      return cancelActs(venue, action.clientOrderId, nowMs);
    case "query.arrive":
      return answerQuery(venue, action.clientOrderId, nowMs);
    case "snapshot.arrive":
      return report(venue, null, nowMs, (atMs) => ({ type: "balances.reported", ...balances(venue), atMs }));
  }
}

function arrive(venue: PaperVenue, request: OrderRequest, nowMs: UtcMs): void {
  const { clientOrderId } = request;
  const known = venue.orders[clientOrderId];
  if (known) return tellStory(venue, known, nowMs);
  forgetEnded(venue, nowMs);
  const order: PaperOrder = {
    request,
    symbolIndex: venue.config.symbols.indexOf(request.symbol),
    venueOrderId: `venue-${++venue.orderCount}`,
    state: "open",
    activeFromMs: nowMs,
    resting: false,
    armed: request.type === "stop_loss",
    filledLots: ZERO_LOTS,
    fills: [],
    reason: "",
    reportedUntilMs: nowMs,
  };
  venue.orders[clientOrderId] = order;
  const refusal = refuse(venue, order);
  if (refusal) return reject(venue, order, refusal, nowMs);
  order.resting = request.type === "limit" && !crosses(order, venue.config, marketOf(venue, order.symbolIndex));
  venue.open[order.symbolIndex].push(order);
  report(
    venue,
    order,
    nowMs,
    (atMs) => ({ type: "order.acknowledged", clientOrderId, venueOrderId: order.venueOrderId, atMs }),
  );
  if (order.resting || order.armed) return;
  scheduleMatch(venue, order, nowMs);
}

function scheduleMatch(venue: PaperVenue, order: PaperOrder, nowMs: UtcMs): void {
  order.activeFromMs = nowMs + drawDelay(venue, venue.config.matchDelay);
  plan(venue, order.activeFromMs, { do: "match", symbolIndex: order.symbolIndex });
}

const marketOf = ({ market }: PaperVenue, symbolIndex: number): Float64Array =>
  market.subarray(symbolIndex * MARKET_STRIDE, (symbolIndex + 1) * MARKET_STRIDE);

/** Why the venue will not have the order; `null` when it will. */
function refuse(venue: PaperVenue, order: PaperOrder): string | null {
  const { request, symbolIndex } = order;
  const instrument = venue.config.instruments[request.symbol];
  if (symbolIndex < 0 || !instrument) return `Invalid symbol: ${request.symbol}.`;
  if (!Number.isSafeInteger(request.qtyLots) || request.qtyLots <= 0) return "Order quantity has invalid increment.";
  const priced = request.type !== "market";
  if (priced !== (request.priceTicks !== null)) {
    return `A ${request.type} order ${priced ? "needs a" : "takes no"} price.`;
  }
  if (priced && !(Number.isSafeInteger(request.priceTicks) && request.priceTicks! > 0)) {
    return "Order price has invalid increment.";
  }
  if (request.qtyLots > instrument.maxQtyLots) return "Order quantity is above the maximum.";
  const price = request.priceTicks ?? marketPrice(venue, order);
  if (price === null) return "There is no market price.";
  if (isBelowMinimum(request.qtyLots, price, instrument)) return "Order value is below the minimum.";
  if (request.side === "sell") return freeLots(venue, symbolIndex) < request.qtyLots ? "Not enough holdings." : null;
  return freeCash(venue) < cashHold(venue, order) ? "Not enough buying power." : null;
}

function reject(venue: PaperVenue, order: PaperOrder, reason: string, nowMs: UtcMs): void {
  end(venue, order, "rejected", nowMs);
  order.reason = reason;
  const { clientOrderId } = order.request;
  report(venue, order, nowMs, (atMs) => ({ type: "order.rejected", clientOrderId, reason, atMs }));
}

function end(venue: PaperVenue, order: PaperOrder, state: PaperOrder["state"], nowMs: UtcMs): void {
  order.state = state;
  const open = venue.open[order.symbolIndex];
  const at = open?.indexOf(order) ?? -1;
  if (at >= 0) open.splice(at, 1);
  venue.ended.push({ clientOrderId: order.request.clientOrderId, atMs: nowMs });
}

function forgetEnded(venue: PaperVenue, nowMs: UtcMs): void {
  while (venue.ended.length > 0 && venue.ended[0].atMs < nowMs - RETENTION_MS) {
    delete venue.orders[venue.ended.shift()!.clientOrderId];
  }
}

function matchSymbol(venue: PaperVenue, symbolIndex: number, nowMs: UtcMs): void {
  const open = venue.open[symbolIndex];
  const market = marketOf(venue, symbolIndex);
  for (let n = 0; n < open.length;) {
    const order = open[n];
    if (order.activeFromMs <= nowMs) matchActive(venue, order, market, nowMs);
    if (open[n] === order) n++; // it may have ended and left the list
  }
}

function matchActive(venue: PaperVenue, order: PaperOrder, market: Float64Array, nowMs: UtcMs): void {
  if (order.armed) {
    // Which price triggers a stop is not documented; the middle is the fair guess.
    const middleUsd = (market[0] + market[1]) / 2;
    const stopUsd = ticksToUsd(order.request.priceTicks!, venue.config.instruments[order.request.symbol]);
    if (!(middleUsd <= stopUsd)) return;
    order.armed = false;
    return scheduleMatch(venue, order, nowMs);
  }
  const execution = matchOrder(order, venue, market);
  if (execution) book(venue, order, execution, nowMs);
}

function book(
  venue: PaperVenue,
  order: PaperOrder,
  { lots, grossUsdMicros, feeUsdMicros, priceUsd }: Execution,
  nowMs: UtcMs,
): void {
  const { request } = order;
  const { side, symbol, clientOrderId } = request;
  const cash = side === "buy"
    ? subUsd(subUsd(venue.cashUsdMicros, grossUsdMicros), feeUsdMicros)
    : subUsd(addUsd(venue.cashUsdMicros, grossUsdMicros), feeUsdMicros);
  if (cash < 0) return reject(venue, order, "Not enough buying power.", nowMs);
  venue.cashUsdMicros = cash;
  const held = venue.holdings[symbol] ?? ZERO_LOTS;
  venue.holdings[symbol] = side === "buy" ? addLots(held, lots) : subLots(held, lots);
  order.filledLots = addLots(order.filledLots, lots);
  const fill: Fill = {
    executionId: `paper-${venue.config.seed}-${++venue.executionCount}`,
    clientOrderId,
    symbol,
    side,
    qtyLots: lots,
    grossUsdMicros,
    feeUsdMicros,
    priceUsd,
    atMs: nowMs,
  };
  order.fills.push(fill);
  const complete = order.filledLots === request.qtyLots;
  if (complete) end(venue, order, "filled", nowMs);
  report(venue, order, nowMs, () => ({ type: "order.filled", fill, complete }));
}

function cancelArrives(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  if (venue.orders[clientOrderId]?.state !== "open") return refuseCancel(venue, clientOrderId, nowMs);
  plan(venue, nowMs + drawDelay(venue, venue.config.cancelDelay), { do: "cancel.act", clientOrderId });
}

function cancelActs(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  const order = venue.orders[clientOrderId];
  if (order?.state !== "open") return refuseCancel(venue, clientOrderId, nowMs);
  end(venue, order, "canceled", nowMs);
  report(venue, order, nowMs, (atMs) => ({ type: "order.canceled", clientOrderId, atMs }));
}

function refuseCancel(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  const reason = "This order cannot be canceled.";
  report(
    venue,
    venue.orders[clientOrderId] ?? null,
    nowMs,
    (atMs) => ({ type: "cancel.rejected", clientOrderId, reason, atMs }),
  );
}

function answerQuery(venue: PaperVenue, clientOrderId: string, nowMs: UtcMs): void {
  const order = venue.orders[clientOrderId];
  if (order) tellStory(venue, order, nowMs);
  else report(venue, null, nowMs, (atMs) => ({ type: "order.absent", clientOrderId, atMs }));
}

/** All that is known of an order, from the start; what was heard before is heard again. */
function tellStory(venue: PaperVenue, order: PaperOrder, nowMs: UtcMs): void {
  const { request: { clientOrderId, qtyLots }, venueOrderId, fills, reason } = order;
  if (order.state === "rejected" && fills.length === 0) {
    return report(venue, order, nowMs, (atMs) => ({ type: "order.rejected", clientOrderId, reason, atMs }));
  }
  report(venue, order, nowMs, (atMs) => ({ type: "order.acknowledged", clientOrderId, venueOrderId, atMs }));
  let filled = ZERO_LOTS;
  for (const fill of fills) {
    filled = addLots(filled, fill.qtyLots);
    const complete = filled === qtyLots;
    report(venue, order, nowMs, () => ({ type: "order.filled", fill, complete }));
  }
  if (order.state === "canceled") {
    report(venue, order, nowMs, (atMs) => ({ type: "order.canceled", clientOrderId, atMs }));
  }
  if (order.state === "rejected") {
    report(venue, order, nowMs, (atMs) => ({ type: "order.rejected", clientOrderId, reason, atMs }));
  }
}

/** Sends a report on its way; reports about one order never overtake each other. */
function report(venue: PaperVenue, order: PaperOrder | null, nowMs: UtcMs, make: (atMs: UtcMs) => VenueEvent): void {
  const atMs = Math.max(nowMs + drawDelay(venue, venue.config.reportDelay), order?.reportedUntilMs ?? 0);
  if (order) order.reportedUntilMs = atMs;
  plan(venue, atMs, { do: "deliver", event: make(atMs) });
}

/** Cash, holdings and open orders as the venue has them now. */
export function balances(venue: PaperVenue) {
  return {
    cashUsdMicros: venue.cashUsdMicros,
    holdings: { ...venue.holdings },
    openOrderIds: venue.open.flatMap((orders) => orders.map((order) => order.request.clientOrderId)),
  };
}

function cashHold(venue: PaperVenue, { request, symbolIndex, filledLots }: PaperOrder): UsdMicros {
  if (request.side === "sell") return ZERO_USD;
  const { fees, instruments } = venue.config;
  const instrument = instruments[request.symbol];
  const ask = venue.market[symbolIndex * MARKET_STRIDE + 1] * (1 + fees.markupRatio);
  const price = request.type === "limit" ? request.priceTicks! : priceTicksUp(ask * MARKET_HOLD_RATIO, instrument);
  const value = notionalUp(price, subLots(request.qtyLots, filledLots), instrument);
  return addUsd(value, ratioUp(value, Math.max(fees.makerRatio, fees.takerRatio)));
}

function marketPrice(venue: PaperVenue, { request, symbolIndex }: PaperOrder) {
  const usd = venue.market[symbolIndex * MARKET_STRIDE + (request.side === "buy" ? 1 : 0)];
  return usd > 0 ? priceTicksUp(usd, venue.config.instruments[request.symbol]) : null;
}
