/**
 * Our books against the venue's balances. A difference may be a fill on its way or a view that lags, so it has to show twice in
 * exactly the same form; then something traded that was not us, or something was lost, and entries stop until a person has
 * decided. Agreement with every order accounted for ends the recovery after a start.
 */
import type { VenueEvent } from "../../core/execution/types.ts";
import { type QtyLots, subLots, subUsd, toUsd, type UsdMicros, ZERO_LOTS } from "../../core/money.ts";
import { cashOf, dustLots, heldLots } from "../../core/portfolio/books.ts";
import { SECOND_MS } from "../../core/time.ts";
import { doubt } from "./orders.ts";
import { type BrokerState, COMPARE_AT } from "./state.ts";
import { latch, type Turn, unlatch } from "./turn.ts";

type Balances = Extract<VenueEvent, { type: "balances.reported" }>;

/** A difference is looked at again this soon. */
const SECOND_LOOK_MS = 5 * SECOND_MS;

export interface Difference {
  /** What the venue has more than we, negative when less. */
  readonly cashUsdMicros: UsdMicros;
  readonly lotsBySymbol: Readonly<Record<string, QtyLots>>;
}

/** What the venue has beyond our books; dust counts as ours. */
export function differenceTo(
  { config, durable }: BrokerState,
  reported: Pick<Balances, "cashUsdMicros" | "holdings">,
): Difference {
  const lotsBySymbol: Record<string, QtyLots> = {};
  for (const symbol of new Set([...config.symbols, ...Object.keys(durable.books.quantities)])) {
    const ours = heldLots(durable.books, symbol) + dustLots(durable.books, symbol);
    const lots = subLots(reported.holdings[symbol] ?? ZERO_LOTS, ours as QtyLots);
    if (lots !== 0) lotsBySymbol[symbol] = lots;
  }
  return { cashUsdMicros: subUsd(reported.cashUsdMicros, cashOf(durable.books)), lotsBySymbol };
}

export function compareBooks(turn: Turn, reported: Balances): void {
  const { state } = turn;
  const { live, durable, config } = state;
  live.reported = { cashUsdMicros: reported.cashUsdMicros, holdings: reported.holdings };
  doubtMissing(turn, reported.openOrderIds);
  const text = describe(state, differenceTo(state, reported), reported.openOrderIds);
  if (text === null) {
    live.difference = null;
    live.clock[COMPARE_AT] = turn.nowMs + config.execution.compareEveryMs;
    const unknown = durable.liveOrderIds.some((id) => durable.orders[id].state === "unknown");
    if (unknown) live.clock[COMPARE_AT] = turn.nowMs + SECOND_LOOK_MS;
    else unlatch(turn, "RECOVERING", "broker", "the books equal the venue's balances and every order is accounted for");
    return;
  }
  live.difference = { text, times: live.difference?.text === text ? live.difference.times + 1 : 1 };
  live.clock[COMPARE_AT] = turn.nowMs + SECOND_LOOK_MS;
  if (live.difference.times >= 2) {
    latch(turn, "BOOKS_DIFFER", `${text}; adopt the venue's balances, or find out what is missing and reset`);
  }
}

function describe(
  { config, durable }: BrokerState,
  difference: Difference,
  openOrderIds: readonly string[],
): string | null {
  const parts: string[] = [];
  if (Math.abs(difference.cashUsdMicros) > config.execution.cashToleranceUsdMicros) {
    parts.push(`cash differs by ${toUsd(difference.cashUsdMicros)} USD`);
  }
  for (const [symbol, lots] of Object.entries(difference.lotsBySymbol)) parts.push(`${symbol} differs by ${lots} lots`);
  for (const id of openOrderIds) if (!durable.orders[id]) parts.push(`open order ${id} is not ours`);
  return parts.length === 0 ? null : `The venue and our books differ: ${parts.join(", ")}`;
}

/** Orders that we believe to rest but that two comparisons in a row did not find. */
function doubtMissing(turn: Turn, openOrderIds: readonly string[]): void {
  const { live, durable } = turn.state;
  const resting = durable.liveOrderIds.filter((id) => {
    const { state } = durable.orders[id];
    return (state === "acknowledged" || state === "partially_filled") && !openOrderIds.includes(id);
  });
  for (const id of resting) {
    if (live.missing.includes(id)) doubt(turn, durable.orders[id], "not among the venue's open orders");
  }
  live.missing = resting;
}
