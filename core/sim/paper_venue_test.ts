import assert from "node:assert/strict";
import { paper, PLAIN_FEES, request, row } from "../../tests/support/paper.ts";
import type { OrderRequest, VenueEvent } from "../execution/types.ts";
import { priceTicks, qtyLots, usdMicros } from "../money.ts";
import {
  advance,
  balances,
  cancel,
  freeCash,
  freeLots,
  nextDueMs,
  onQuote,
  type PaperVenue,
  query,
  requestSnapshot,
  submit,
} from "./paper_venue.ts";

const quote = (venue: PaperVenue, atMs: number, bid: number, ask: number, volume?: number) =>
  onQuote(venue, row(atMs, bid, ask, volume), 0);

/** `atMs type`, with what a fill bought and cost. */
const told = (venue: PaperVenue, toMs: number): string[] =>
  advance(venue, toMs).map(({ atMs, event }) => `${atMs} ${words(event)}`);

function words(event: VenueEvent): string {
  if (event.type !== "order.filled") return "reason" in event ? `${event.type}: ${event.reason}` : event.type;
  const { qtyLots, priceUsd, grossUsdMicros, feeUsdMicros } = event.fill;
  return `order.filled ${qtyLots} at ${priceUsd} = ${grossUsdMicros} fee ${feeUsdMicros}${
    event.complete ? " complete" : ""
  }`;
}

/** Holds lots of BTC, as if bought before. */
function holding(venue: PaperVenue, lots: number): PaperVenue {
  venue.holdings["BTC-USD"] = qtyLots(lots);
  return venue;
}

Deno.test("an order travels, is acknowledged, waits and fills, each in its own time", () => {
  const venue = paper();
  quote(venue, 0, 49_990, 50_000);
  submit(venue, request(), 1_000);
  assert.equal(nextDueMs(venue), 1_100);
  assert.deepEqual(told(venue, 1_149), []);
  assert.deepEqual(told(venue, 1_150), ["1150 order.acknowledged"]);
  assert.deepEqual(told(venue, 10_000), ["1450 order.filled 10000000 at 50000 = 5000000000 fee 10000000 complete"]);
  assert.equal(venue.cashUsdMicros, 10_000_000_000 - 5_000_000_000 - 10_000_000);
  assert.equal(venue.holdings["BTC-USD"], 10_000_000);
  assert.equal(nextDueMs(venue), Infinity);
});

Deno.test("the same client order id names one order: a second send answers with the first one's story", () => {
  const venue = paper();
  quote(venue, 0, 49_990, 50_000);
  const once = request();
  submit(venue, once, 0);
  submit(venue, once, 5);
  submit(venue, once, 5_000);
  assert.deepEqual(told(venue, 10_000).map((line) => line.split(" ")[1]), [
    "order.acknowledged",
    "order.acknowledged",
    "order.filled",
    "order.acknowledged",
    "order.filled",
  ]); // deno-fmt-ignore
  assert.equal(venue.holdings["BTC-USD"], 10_000_000);
});

Deno.test("refusals say why and hold nothing", () => {
  // deno-fmt-ignore
  const rows: { change: Partial<OrderRequest>; says: RegExp }[] = [
    { change: { symbol: "XXX-USD" },                    says: /Invalid symbol: XXX-USD/ },
    { change: { qtyLots: 0.5 as never },                says: /quantity has invalid increment/ },
    { change: { qtyLots: qtyLots(0) },                  says: /quantity has invalid increment/ },
    { change: { priceTicks: 100.5 as never },           says: /price has invalid increment/ },
    { change: { priceTicks: priceTicks(0) },            says: /price has invalid increment/ },
    { change: { priceTicks: null },                     says: /limit order needs a price/ },
    { change: { type: "market" },                       says: /market order takes no price/ },
    { change: { qtyLots: qtyLots(2_000_000_001) },      says: /above the maximum/ },
    { change: { qtyLots: qtyLots(199) },                says: /below the minimum/ },
    { change: { qtyLots: qtyLots(99), priceTicks: priceTicks(90_000_000) }, says: /below the minimum/ },
    { change: { qtyLots: qtyLots(20_000_000) },         says: /Not enough buying power/ },
    { change: { side: "sell" },                         says: /Not enough holdings/ },
    { change: { symbol: "ETH-USD", type: "market", priceTicks: null }, says: /no market price/ },
  ];
  for (const { change, says } of rows) {
    const venue = paper();
    quote(venue, 0, 49_990, 50_000);
    submit(venue, request(change), 0);
    const lines = told(venue, 10_000);
    assert.match(lines.join(), says);
    assert.match(lines[0], /^150 order.rejected/);
    assert.equal(freeCash(venue), 10_000_000_000);
  }
});

Deno.test("an order holds what it may need until it ends, fee included", () => {
  const venue = paper({ startCashUsdMicros: usdMicros(10_020_000_000) });
  quote(venue, 0, 49_990, 50_010);
  submit(venue, request({ qtyLots: qtyLots(10_000_000) }), 0); // 5,000 + 10 held
  submit(venue, request({ qtyLots: qtyLots(10_000_000) }), 1);
  submit(venue, request({ qtyLots: qtyLots(200) }), 2);
  const lines = told(venue, 1_000);
  assert.deepEqual(lines.map((line) => line.split(" ")[1]), [
    "order.acknowledged",
    "order.acknowledged",
    "order.rejected:",
  ]);
  assert.equal(freeCash(venue), 0);
  const [first] = Object.keys(venue.orders);
  cancel(venue, first, 2_000);
  told(venue, 10_000);
  assert.equal(freeCash(venue), 5_010_000_000);
});

Deno.test("a sale holds its lots; two exits cannot sell the same coins", () => {
  const venue = holding(paper(), 10_000_000);
  quote(venue, 0, 49_990, 50_000);
  submit(venue, request({ side: "sell", priceTicks: priceTicks(6_000_000), qtyLots: qtyLots(6_000_000) }), 0);
  submit(venue, request({ side: "sell", priceTicks: priceTicks(6_000_000), qtyLots: qtyLots(5_000_000) }), 1);
  assert.match(told(venue, 1_000).join(), /acknowledged.*rejected: Not enough holdings/);
  assert.equal(freeLots(venue, 0), 4_000_000);
});

Deno.test("what crosses pays the far side, slips by size and pays the taker fee, but never beyond its limit", () => {
  const venue = holding(paper({ slippageBps: { base: 2, impact: 8, noise: 0 } }), 100_000_000);
  quote(venue, 0, 50_000, 50_010, 1.6); // a quarter of 1.6 BTC may trade: 0.4
  submit(venue, request({ side: "sell", type: "market", priceTicks: null, qtyLots: qtyLots(10_000_000) }), 0); // 2 + 8 × √¼ = 6 bps
  submit(venue, request({ side: "buy", type: "market", priceTicks: null, qtyLots: qtyLots(10_000_000) }), 1); // 2 + 8 × √⅓
  submit(venue, request({ side: "buy", priceTicks: priceTicks(5_001_100), qtyLots: qtyLots(1_000_000) }), 2);
  const lines = told(venue, 5_000).filter((line) => line.includes("filled"));
  assert.deepEqual(lines, [
    "450 order.filled 10000000 at 49970 = 4997000000 fee 9994000 complete",
    "451 order.filled 10000000 at 50043.11 = 5004311000 fee 10008622 complete",
    "452 order.filled 1000000 at 50011 = 500110000 fee 1000220 complete",
  ]);
});

Deno.test("noise comes from the seed and only ever costs", () => {
  const fillOf = (seed: number): number => {
    const venue = paper({ seed, slippageBps: { base: 0, impact: 0, noise: 5 } });
    quote(venue, 0, 49_990, 50_000);
    submit(venue, request({ type: "market", priceTicks: null }), 0);
    const event = advance(venue, 5_000)[1].event;
    return event.type === "order.filled" ? event.fill.priceUsd : 0;
  };
  assert.equal(fillOf(1), fillOf(1));
  assert.notEqual(fillOf(1), fillOf(2));
  for (let seed = 0; seed < 50; seed++) assert.ok(fillOf(seed) >= 50_000);
});

Deno.test("a large order fills in parts as volume comes by; the rest waits for the next quotes", () => {
  const venue = paper();
  quote(venue, 0, 49_990, 50_000, 0.16); // a quarter: 0.04 BTC
  submit(venue, request({ priceTicks: priceTicks(5_000_000) }), 0);
  told(venue, 399);
  assert.deepEqual(told(venue, 450), ["450 order.filled 4000000 at 50000 = 2000000000 fee 4000000"]);
  quote(venue, 500, 50_001, 50_011, 100); // moved away: the rest now rests
  assert.deepEqual(told(venue, 900), []);
  quote(venue, 1_000, 49_980, 49_990, 0.2); // and the market trades through it: maker fee, own price
  assert.deepEqual(told(venue, 1_050), ["1050 order.filled 5000000 at 50000 = 2500000000 fee 2500000"]);
  quote(venue, 1_100, 49_980, 49_990, NaN); // a volume that is not known does not bound
  assert.deepEqual(told(venue, 1_150), ["1150 order.filled 1000000 at 50000 = 500000000 fee 500000 complete"]);
});

Deno.test("an order at rest is filled by its queue share at the best price, in full once the market trades through", () => {
  // deno-fmt-ignore
  const rows = [
    { name: "market above our price",             bid: 50_001, ask: 50_010, volume: 1,   markup: 0,     lots: 0 },
    { name: "at the best bid",                    bid: 50_000, ask: 50_010, volume: 0.4, markup: 0,     lots: 5_000_000 },
    { name: "better than the best bid",           bid: 49_999, ask: 50_010, volume: 0.4, markup: 0,     lots: 5_000_000 },
    { name: "at the best bid, volume not known",  bid: 50_000, ask: 50_010, volume: NaN, markup: 0,     lots: 0 },
    { name: "at the best bid, no volume",         bid: 50_000, ask: 50_010, volume: 0,   markup: 0,     lots: 0 },
    { name: "traded through",                     bid: 49_980, ask: 50_000, volume: 0.2, markup: 0,     lots: 5_000_000 },
    { name: "traded through, volume not known",   bid: 49_980, ask: 50_000, volume: NaN, markup: 0,     lots: 10_000_000 },
    { name: "a dealer with markup has no queue",  bid: 50_000, ask: 50_010, volume: 0.4, markup: 0.001, lots: 0 },
    { name: "a dealer's ask includes the markup", bid: 49_980, ask: 49_990, volume: NaN, markup: 0.001, lots: 0 },
    { name: "a dealer's ask at our price",        bid: 49_940, ask: 49_950, volume: NaN, markup: 0.001, lots: 10_000_000 },
  ];
  for (const { name, bid, ask, volume, markup, lots } of rows) {
    const venue = paper({ fees: { ...PLAIN_FEES, markupRatio: markup } });
    quote(venue, 0, 50_100, 50_110);
    submit(venue, request(), 0);
    told(venue, 1_000);
    quote(venue, 1_000, bid, ask, volume);
    assert.equal(venue.holdings["BTC-USD"] ?? 0, lots, name);
  }
});

Deno.test("a resting sale is the mirror image", () => {
  // deno-fmt-ignore
  const rows = [
    { bid: 49_990, ask: 49_999, lots: 0 },
    { bid: 49_990, ask: 50_000, lots: 5_000_000 },
    { bid: 50_000, ask: 50_010, lots: 10_000_000 },
  ];
  for (const { bid, ask, lots } of rows) {
    const venue = holding(paper(), 10_000_000);
    quote(venue, 0, 49_900, 49_910);
    submit(venue, request({ side: "sell" }), 0);
    told(venue, 1_000);
    quote(venue, 1_000, bid, ask, 0.4);
    assert.equal(10_000_000 - venue.holdings["BTC-USD"], lots, `${bid}/${ask}`);
  }
});

Deno.test("orders of one symbol share the volume, first come first served", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  submit(venue, request({ qtyLots: qtyLots(6_000_000) }), 0);
  submit(venue, request({ qtyLots: qtyLots(6_000_000) }), 1);
  told(venue, 1_000);
  quote(venue, 1_000, 49_980, 50_000, 0.4); // 0.1 BTC for both
  assert.deepEqual(Object.values(venue.orders).map((order) => order.filledLots), [6_000_000, 4_000_000]);
});

Deno.test("a stop waits until the middle reaches it, then sells at the market", () => {
  const venue = holding(paper(), 10_000_000);
  quote(venue, 0, 50_000, 50_010);
  submit(venue, request({ side: "sell", type: "stop_loss", priceTicks: priceTicks(4_950_000) }), 0);
  told(venue, 1_000);
  quote(venue, 1_000, 49_495, 49_506); // middle 49,500.5
  assert.deepEqual(told(venue, 2_000), []);
  quote(venue, 2_000, 49_495, 49_505);
  quote(venue, 2_100, 49_400, 49_410); // it gaps on while the stop is on its way
  assert.deepEqual(told(venue, 3_000), ["2350 order.filled 10000000 at 49400 = 4940000000 fee 9880000 complete"]);
});

Deno.test("a cancel takes its time; fills may come before it, and what has ended cannot be cancelled", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  const one = request();
  submit(venue, one, 0);
  told(venue, 1_000);
  cancel(venue, one.clientOrderId, 1_000); // acts at 2,100
  quote(venue, 1_500, 49_990, 50_000, 0.2);
  assert.match(told(venue, 2_149).join(), /order.filled 5000000/);
  assert.deepEqual(told(venue, 3_000), ["2150 order.canceled"]);
  cancel(venue, one.clientOrderId, 4_000);
  cancel(venue, "never sent", 4_000);
  assert.deepEqual(told(venue, 5_000), Array(2).fill("4150 cancel.rejected: This order cannot be canceled."));
});

Deno.test("a fill that completes the order while its cancel waits makes the cancel fail", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  const one = request();
  submit(venue, one, 0);
  told(venue, 1_000);
  cancel(venue, one.clientOrderId, 1_000);
  assert.deepEqual(told(venue, 1_499), []);
  quote(venue, 1_500, 49_980, 49_990);
  assert.match(told(venue, 5_000).join(), /1550 order.filled.*complete.*2150 cancel.rejected/);
});

Deno.test("a query tells the whole story again with the same execution ids, or that there is none", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  const one = request();
  submit(venue, one, 0);
  told(venue, 1_000);
  quote(venue, 1_000, 49_990, 50_000, 0.2);
  cancel(venue, one.clientOrderId, 1_001);
  const live = advance(venue, 5_000).flatMap(({ event }) =>
    event.type === "order.filled" ? [event.fill.executionId] : []
  );
  query(venue, one.clientOrderId, 6_000);
  query(venue, "never sent", 6_001);
  const again = advance(venue, 9_000);
  assert.deepEqual(again.map(({ event }) => event.type), [
    "order.acknowledged",
    "order.filled",
    "order.canceled",
    "order.absent",
  ]);
  assert.deepEqual(again.flatMap(({ event }) => event.type === "order.filled" ? [event.fill.executionId] : []), live);
  submit(venue, request({ qtyLots: qtyLots(1) }), 9_000);
  const refused = advance(venue, 9_500)[0].event;
  assert.equal(refused.type, "order.rejected");
  query(venue, refused.type === "order.rejected" ? refused.clientOrderId : "", 9_500);
  assert.deepEqual(advance(venue, 9_999).map(({ event }) => event), [{ ...refused, atMs: 9_650 }]);
});

Deno.test("a snapshot says what is there at its instant", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  const one = request();
  submit(venue, one, 0);
  told(venue, 1_000);
  requestSnapshot(venue, 1_000);
  const [{ atMs, event }] = advance(venue, 2_000);
  assert.equal(atMs, 1_150);
  assert.deepEqual(event, {
    type: "balances.reported",
    cashUsdMicros: 10_000_000_000,
    holdings: {},
    openOrderIds: [one.clientOrderId],
    atMs: 1_150,
  });
  assert.deepEqual(balances(venue).openOrderIds, [one.clientOrderId]);
});

Deno.test("a market buy that the price has run away from is rejected for its rest, and its story says so", () => {
  const venue = paper({ startCashUsdMicros: usdMicros(5_300_000_000) });
  quote(venue, 0, 49_990, 50_000, 0.2);
  const one = request({ type: "market", priceTicks: null });
  submit(venue, one, 0);
  assert.match(told(venue, 450).join(), /order.filled 5000000/);
  quote(venue, 500, 59_990, 60_000);
  assert.deepEqual(told(venue, 600), ["550 order.rejected: Not enough buying power."]);
  query(venue, one.clientOrderId, 1_000);
  assert.deepEqual(told(venue, 2_000).map((line) => line.split(" ")[1]), [
    "order.acknowledged",
    "order.filled",
    "order.rejected:",
  ]);
  assert.ok(venue.cashUsdMicros > 0);
});

Deno.test("finished orders are forgotten after three days", () => {
  const venue = paper();
  quote(venue, 0, 50_100, 50_110);
  const old = request({ qtyLots: qtyLots(1) });
  submit(venue, old, 0);
  told(venue, 1_000);
  const day = 86_400_000;
  submit(venue, request(), 3 * day);
  told(venue, 3 * day + 100);
  assert.ok(venue.orders[old.clientOrderId]);
  submit(venue, request(), 3 * day + 200);
  told(venue, 3 * day + 300);
  assert.equal(venue.orders[old.clientOrderId], undefined);
});
