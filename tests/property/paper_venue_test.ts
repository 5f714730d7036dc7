/** The paper venue as an accountant sees it, and as a clock sees it. */
import assert from "node:assert/strict";
import type { OrderRequest } from "../../core/execution/types.ts";
import { priceTicks, qtyLots } from "../../core/money.ts";
import {
  advance,
  cancel,
  type Delivery,
  freeCash,
  freeLots,
  onQuote,
  query,
  requestSnapshot,
  submit,
} from "../../core/sim/paper_venue.ts";
import { createRng } from "../../core/rng.ts";
import { jittered, paper, row } from "../support/paper.ts";
import { fc, property } from "../support/property.ts";

type Step =
  | { readonly atMs: number; readonly do: "quote"; readonly row: Float64Array }
  | { readonly atMs: number; readonly do: "submit"; readonly request: OrderRequest }
  | { readonly atMs: number; readonly do: "cancel" | "query"; readonly id: string }
  | { readonly atMs: number; readonly do: "snapshot" };

/** A session from a seed: a random walk of quotes, orders of all kinds around it, cancels, queries. */
function session(seed: number, length: number): Step[] {
  const rng = createRng(seed);
  const steps: Step[] = [];
  const ids: string[] = [];
  let bid = 50_000;
  for (let n = 0; n < length; n++) {
    const atMs = n * 100;
    bid = Math.max(1_000, Math.round((bid + rng.normal() * 60) * 100) / 100);
    const ask = Math.round((bid + 1 + rng.int(40)) * 100) / 100;
    steps.push({ atMs, do: "quote", row: row(atMs, bid, ask, rng.chance(0.2) ? NaN : rng.next() * 0.8) });
    const pick = rng.next();
    if (pick < 0.15) {
      const type = rng.chance(0.4) ? "market" as const : rng.chance(0.8) ? "limit" as const : "stop_loss" as const;
      const side = rng.chance(0.5) || type === "stop_loss" ? "sell" as const : "buy" as const;
      const ticks = Math.round((bid + rng.normal() * 80) * 100);
      const id = `${seed}-${n}`;
      ids.push(id);
      steps.push({
        atMs,
        do: "submit",
        request: {
          clientOrderId: rng.chance(0.1) ? ids[rng.int(ids.length)] : id,
          symbol: "BTC-USD",
          side,
          type,
          qtyLots: qtyLots(rng.int(8_000_000)),
          priceTicks: type === "market" ? null : priceTicks(ticks),
        },
      });
    } else if (pick < 0.2 && ids.length > 0) steps.push({ atMs, do: "cancel", id: ids[rng.int(ids.length)] });
    else if (pick < 0.23 && ids.length > 0) steps.push({ atMs, do: "query", id: ids[rng.int(ids.length)] });
    else if (pick < 0.24) steps.push({ atMs, do: "snapshot" });
  }
  return steps;
}

const market = (seed: number) =>
  paper({
    seed,
    requestDelay: jittered(80),
    reportDelay: jittered(60),
    matchDelay: jittered(300),
    cancelDelay: jittered(900),
    slippageBps: { base: 1, impact: 5, noise: 2 },
  });

type Venue = ReturnType<typeof market>;

function perform(venue: Venue, step: Step): void {
  if (step.do === "quote") onQuote(venue, step.row, 0);
  else if (step.do === "submit") submit(venue, step.request, step.atMs);
  else if (step.do === "cancel") cancel(venue, step.id, step.atMs);
  else if (step.do === "query") query(venue, step.id, step.atMs);
  else requestSnapshot(venue, step.atMs);
}

/** Runs a session; `pauses` are extra instants at which time is let pass, as another cut into frames would. */
function run(
  venue: Venue,
  steps: readonly Step[],
  pauses: readonly number[],
  each?: (venue: Venue) => void,
): Delivery[] {
  const heard: Delivery[] = [];
  let next = 0;
  for (const step of steps) {
    while (next < pauses.length && pauses[next] < step.atMs) heard.push(...advance(venue, pauses[next++]));
    heard.push(...advance(venue, step.atMs - 1));
    perform(venue, step);
    each?.(venue);
  }
  heard.push(...advance(venue, 1e9));
  return heard;
}

const seed = fc.integer({ min: 0, max: 2 ** 31 });

property("cash and holdings equal the sum of all executions, never below zero, never more promised than there is", [
  seed,
], (n) => {
  const venue = market(n);
  const start = venue.cashUsdMicros;
  const heard = run(venue, session(n, 400), [], (now) => {
    assert.ok(now.cashUsdMicros >= 0 && (now.holdings["BTC-USD"] ?? 0) >= 0);
    assert.ok(freeLots(now, 0) >= 0, "more coins are for sale than there are");
    if (!now.open[0].some((order) => order.request.type === "market")) assert.ok(freeCash(now) >= 0);
    for (const order of Object.values(now.orders)) assert.ok(order.filledLots <= order.request.qtyLots);
  });
  const fills = new Map(
    heard.flatMap(({ event }) => event.type === "order.filled" ? [[event.fill.executionId, event.fill]] : []),
  );
  let cash: number = start, lots = 0;
  for (const fill of fills.values()) {
    cash += (fill.side === "buy" ? -1 : 1) * fill.grossUsdMicros - fill.feeUsdMicros;
    lots += (fill.side === "buy" ? 1 : -1) * fill.qtyLots;
  }
  assert.equal(venue.cashUsdMicros, cash);
  assert.equal(venue.holdings["BTC-USD"] ?? 0, lots);
}, { weight: 0.3 });

property("however time is cut, the venue says the same at the same instants", [
  seed,
  fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 }),
], (n, pauses) => {
  const steps = session(n, 200);
  assert.deepEqual(run(market(n), steps, pauses.toSorted((a, b) => a - b)), run(market(n), steps, []));
}, { weight: 0.3 });

property("a venue that is stored and read back goes on as if nothing had been", [
  seed,
  fc.integer({ min: 0, max: 199 }),
], (n, at) => {
  const steps = session(n, 200);
  const [first, rest] = [steps.slice(0, at), steps.slice(at)];
  const whole = run(market(n), steps, []);
  let venue = market(n);
  const heard: Delivery[] = [];
  for (const step of first) {
    heard.push(...advance(venue, step.atMs - 1));
    perform(venue, step);
  }
  venue = structuredClone(venue);
  heard.push(...run(venue, rest, []));
  assert.deepEqual(heard, whole);
}, { weight: 0.3 });
