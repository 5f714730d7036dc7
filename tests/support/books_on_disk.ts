/** The broker's books as they lie on disk, read by a second opinion once nobody has them open. */
import type { BrokerEvent } from "../../actors/broker/events.ts";
import { evolve } from "../../actors/broker/evolve.ts";
import { createDurable, type Durable } from "../../actors/broker/state.ts";
import { cashOf, check, dustLots, heldLots } from "../../core/portfolio/books.ts";
import type { PaperVenue } from "../../core/sim/paper_venue.ts";
import { readBlob } from "../../storage/blob.ts";
import { readJournal } from "../../storage/journal.ts";
import { keyOf, type RunScope } from "../../storage/keys.ts";
import { openKvStore } from "../../storage/kv_store.ts";

export interface BooksOnDisk {
  readonly lines: readonly string[];
  readonly events: readonly BrokerEvent[];
  readonly durable: Durable;
  readonly venue: PaperVenue | null;
  readonly nonces: readonly string[];
  /** The first thing that is wrong with them, `null` when they are sound. */
  readonly problem: string | null;
}

/** Reads the one run under a state directory. */
export async function readBooks(stateDir: string): Promise<BooksOnDisk> {
  const runs = [...Deno.readDirSync(stateDir)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  if (runs.length !== 1) throw new Error(`${stateDir} holds ${runs.length} runs: ${runs.join(", ")}`);
  const scope: RunScope = { mode: "sim", run: runs[0] };
  const store = await openKvStore(`${stateDir}/${runs[0]}/money.kv`);
  try {
    const lines: string[] = [];
    const events: BrokerEvent[] = [];
    const durable = createDurable();
    for await (const { event, line } of readJournal<BrokerEvent>(store, scope)) {
      lines.push(line);
      events.push(event);
      evolve(durable, event);
    }
    const venue = ((await readBlob(store, keyOf(scope, "paper_venue")))?.value ?? null) as PaperVenue | null;
    const nonces = events.flatMap((event) => (event.type === "session.started" ? [event.nonce] : []));
    return { lines, events, durable, venue, nonces, problem: problemOf(events, durable, venue) };
  } finally {
    store.close();
  }
}

function problemOf(events: readonly BrokerEvent[], durable: Durable, venue: PaperVenue | null): string | null {
  const broken = check(durable.books);
  if (broken) return broken;
  const created = events.flatMap((
    event,
  ) => (event.type === "order.created" ? [event.order.request.clientOrderId] : []));
  if (new Set(created).size !== created.length) return "a client order id was used twice";
  const submitted = events.flatMap((event) => (event.type === "order.submitted" ? [event.clientOrderId] : []));
  if (new Set(submitted).size !== submitted.length) return "an order was submitted twice";
  const fills = events.flatMap((event) => (event.type === "fill.booked" ? [event.fill.executionId] : []));
  if (new Set(fills).size !== fills.length) return "a fill was booked twice";
  if (!venue) return null;
  for (const id of Object.keys(venue.orders)) {
    if (!created.includes(id)) return `the venue has order ${id}, and the journal does not`;
  }
  return bookedMinusHeard(durable, venue);
}

/** Books against the venue's: equal, except for executions that the venue has not reported yet. */
function bookedMinusHeard(durable: Durable, venue: PaperVenue): string | null {
  let cash = venue.cashUsdMicros as number;
  const lots: Record<string, number> = { ...venue.holdings };
  for (const { action } of venue.queue) {
    if (action.do !== "deliver" || action.event.type !== "order.filled") continue;
    const { fill } = action.event;
    if (durable.books.executions[fill.executionId] !== undefined) continue;
    const sign = fill.side === "buy" ? 1 : -1;
    cash += sign * fill.grossUsdMicros + fill.feeUsdMicros;
    lots[fill.symbol] = (lots[fill.symbol] ?? 0) - sign * fill.qtyLots;
  }
  if (cash !== cashOf(durable.books)) return `cash is ${cashOf(durable.books)} in the books and ${cash} at the venue`;
  for (const symbol of new Set([...Object.keys(lots), ...Object.keys(durable.books.holdings)])) {
    const ours = heldLots(durable.books, symbol) + dustLots(durable.books, symbol);
    if (ours !== (lots[symbol] ?? 0)) return `${symbol} is ${ours} in the books and ${lots[symbol] ?? 0} at the venue`;
  }
  return null;
}
