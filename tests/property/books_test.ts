/** The books against a model that knows nothing of lots, rounding or double entry. */
import assert from "node:assert/strict";
import type { Fill } from "../../core/execution/types.ts";
import { qtyLots, usdMicros } from "../../core/money.ts";
import {
  adoptDust,
  bookFill,
  cashOf,
  check,
  createBooks,
  deposit,
  dustLots,
  heldLots,
  moveToDust,
} from "../../core/portfolio/books.ts";
import { balance } from "../../core/portfolio/ledger.ts";
import { fc, property } from "../support/property.ts";

const START = 10 ** 12;

const op = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("fill" as const),
      symbol: fc.constantFrom("BTC-USD", "ETH-USD"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      lots: fc.integer({ min: 1, max: 1_000 }),
      pricePerLot: fc.integer({ min: 1, max: 100_000 }),
      odd: fc.integer({ min: 0, max: 999 }),
      fee: fc.integer({ min: 0, max: 5_000 }),
      again: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("dust" as const, "adopt" as const),
      symbol: fc.constantFrom("BTC-USD", "ETH-USD"),
    }),
  },
);

property("cash, position and equity equal a naive model after every operation, and the books prove themselves", [
  fc.array(op, { maxLength: 60 }),
], (ops) => {
  const books = createBooks();
  deposit(books, usdMicros(START));
  let cash = START;
  const owned: Record<string, number> = { "BTC-USD": 0, "ETH-USD": 0 };
  let spent = 0, earned = 0, fees = 0;
  ops.forEach((each, n) => {
    if (!("side" in each)) each.kind === "dust" ? moveToDust(books, each.symbol) : adoptDust(books, each.symbol);
    else {
      const fill: Fill = {
        executionId: `x${n}`,
        clientOrderId: "o",
        symbol: each.symbol,
        side: each.side,
        qtyLots: qtyLots(each.lots),
        grossUsdMicros: usdMicros(each.lots * each.pricePerLot + each.odd),
        feeUsdMicros: usdMicros(each.fee),
        priceUsd: 0,
        atMs: n,
      };
      const held = heldLots(books, each.symbol);
      const { result } = bookFill(books, fill);
      assert.equal(result, each.side === "sell" && each.lots > held ? "refused" : "booked");
      if (result === "booked") {
        if (each.again) assert.equal(bookFill(books, fill).result, "duplicate");
        const sign = each.side === "buy" ? 1 : -1;
        cash -= sign * fill.grossUsdMicros + each.fee;
        owned[each.symbol] += sign * each.lots;
        if (each.side === "buy") spent += fill.grossUsdMicros;
        else earned += fill.grossUsdMicros;
        fees += each.fee;
      }
    }
    assert.equal(check(books), null);
    assert.equal(cashOf(books), cash);
    for (const symbol of Object.keys(owned)) {
      assert.equal(heldLots(books, symbol) + dustLots(books, symbol), owned[symbol]);
    }
  });
  const cost = Object.entries(books.balances).filter(([name]) => name.includes(":")).reduce(
    (sum, [, micros]) => sum + micros,
    0,
  );
  assert.equal(balance(books.balances, "realized"), spent - cost - earned);
  assert.equal(balance(books.balances, "fees"), fees);
  if (owned["BTC-USD"] + owned["ETH-USD"] === 0) assert.equal(balance(books.balances, "realized"), spent - earned);
});

property("first in, first out equals a queue of single lots", [
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000 })), {
    maxLength: 40,
  }),
], (trades) => {
  const books = createBooks();
  deposit(books, usdMicros(START));
  const queue: number[] = [];
  trades.forEach(([buy, lots, price], n) => {
    if (!buy && lots > queue.length) return;
    const booking = bookFill(books, {
      executionId: `x${n}`,
      clientOrderId: "o",
      symbol: "BTC-USD",
      side: buy ? "buy" : "sell",
      qtyLots: qtyLots(lots),
      grossUsdMicros: usdMicros(lots * price),
      feeUsdMicros: usdMicros(0),
      priceUsd: price,
      atMs: n,
    });
    let expected = 0;
    if (buy) { for (let i = 0; i < lots; i++) queue.push(price); }
    else expected = lots * price - queue.splice(0, lots).reduce((a, b) => a + b, 0);
    assert.equal(booking.result === "booked" && booking.realizedUsdMicros, expected);
  });
});

property("the order in which fills of one side arrive changes neither cash nor position", [
  fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000 })), {
    minLength: 1,
    maxLength: 10,
  }),
  fc.infiniteStream(fc.nat()),
], (parts, dice) => {
  const fills = parts.map(([lots, gross], n): Fill => ({
    executionId: `x${n}`,
    clientOrderId: "o",
    symbol: "BTC-USD",
    side: "buy",
    qtyLots: qtyLots(lots),
    grossUsdMicros: usdMicros(gross),
    feeUsdMicros: usdMicros(n),
    priceUsd: 0,
    atMs: n,
  }));
  const shuffled = fills.map((fill) => ({ fill, key: dice.next().value as number })).sort((a, b) => a.key - b.key);
  const [one, two] = [createBooks(), createBooks()];
  for (const books of [one, two]) deposit(books, usdMicros(START));
  for (const fill of fills) bookFill(one, fill);
  for (const { fill } of shuffled) {
    bookFill(two, fill);
    bookFill(two, fill);
  }
  assert.deepEqual(one.balances, two.balances);
  assert.deepEqual(one.quantities, two.quantities);
});
