import assert from "node:assert/strict";
import type { Fill, Side } from "../execution/types.ts";
import { qtyLots, usdMicros } from "../money.ts";
import { adjust, adoptDust, bookFill, type Books, cashOf, check, createBooks, deposit } from "./books.ts";
import { dustLots, forgetExecutions, heldLots, moveToDust } from "./books.ts";
import { balance, post } from "./ledger.ts";

let count = 0;
function fill(side: Side, lots: number, gross: number, fee: number, more: Partial<Fill> = {}): Fill {
  return {
    executionId: `x${++count}`,
    clientOrderId: "order",
    symbol: "BTC-USD",
    side,
    qtyLots: qtyLots(lots),
    grossUsdMicros: usdMicros(gross),
    feeUsdMicros: usdMicros(fee),
    priceUsd: 1,
    atMs: count,
    ...more,
  };
}

function funded(usd = 1_000_000_000): Books {
  const books = createBooks();
  deposit(books, usdMicros(usd));
  return books;
}

function book(books: Books, ...fills: Fill[]): void {
  for (const each of fills) {
    assert.equal(bookFill(books, each).result, "booked");
    assert.equal(check(books), null);
  }
}

Deno.test("post() refuses an entry that does not balance and changes nothing", () => {
  const balances = {};
  assert.throws(
    () => post(balances, [["cash", usdMicros(2)], ["deposits", usdMicros(-1)]]),
    /out of balance by 1 micros/,
  );
  assert.deepEqual(balances, {});
});

Deno.test("a buy moves cash into the holding and the fee into fees", () => {
  const books = funded();
  book(books, fill("buy", 10, 100_000, 950));
  assert.equal(cashOf(books), 1_000_000_000 - 100_950);
  assert.equal(balance(books.balances, "holding:BTC-USD"), 100_000);
  assert.equal(balance(books.balances, "fees"), 950);
  assert.equal(heldLots(books, "BTC-USD"), 10);
});

Deno.test("a sale takes the oldest lots first and realizes price against their cost, fees apart", () => {
  const books = funded();
  const first = fill("buy", 10, 1_000, 30);
  book(books, first, fill("buy", 10, 2_000, 40));
  const booking = bookFill(books, fill("sell", 15, 3_000, 7));
  assert.equal(booking.result, "booked");
  if (booking.result !== "booked") return;
  assert.equal(booking.realizedUsdMicros, 3_000 - 1_000 - 1_000);
  assert.deepEqual(booking.disposals.map((part) => [part.lots, part.costUsdMicros, part.buyFeeUsdMicros]), [
    [10, 1_000, 30],
    [5, 1_000, 20],
  ]);
  assert.equal(booking.disposals[0].executionId, first.executionId);
  assert.equal(booking.disposals[0].acquiredAtMs, first.atMs);
  assert.equal(balance(books.balances, "realized"), -1_000);
  assert.equal(heldLots(books, "BTC-USD"), 5);
  assert.equal(check(books), null);
});

Deno.test("the cost of a part rounds up, so a profit never shows too early, and the rest keeps the remainder", () => {
  const books = funded();
  book(books, fill("buy", 3, 100, 0));
  const booking = bookFill(books, fill("sell", 1, 40, 0));
  assert.equal(booking.result === "booked" && booking.realizedUsdMicros, 40 - 34);
  assert.equal(books.holdings["BTC-USD"].costUsdMicros, 66);
  book(books, fill("sell", 2, 80, 0));
  assert.equal(balance(books.balances, "realized"), -20);
});

Deno.test("booking the same execution twice changes nothing", () => {
  const books = funded();
  const one = fill("buy", 10, 1_000, 3);
  book(books, one);
  const before = structuredClone(books);
  assert.deepEqual(bookFill(books, one), { result: "duplicate" });
  assert.deepEqual(bookFill(books, { ...one, qtyLots: qtyLots(99) }), { result: "duplicate" });
  assert.deepEqual(books, before);
});

Deno.test("what cannot be true is refused with words and changes nothing", () => {
  const books = funded();
  book(books, fill("buy", 10, 1_000, 3));
  const before = structuredClone(books);
  // deno-fmt-ignore
  const rows = [
    { bad: fill("sell", 11, 1_000, 0),  says: /sells 11 lots of BTC-USD, held are 10/ },
    { bad: fill("sell", 1, 1, 0, { symbol: "ETH-USD" }), says: /held are 0/ },
    { bad: fill("buy", 0, 1, 0),        says: /no positive quantity/ },
    { bad: fill("buy", -1, 1, 0),       says: /no positive quantity/ },
    { bad: fill("buy", 1, -1, 0),       says: /negative value or fee/ },
    { bad: fill("buy", 1, 1, -1),       says: /negative value or fee/ },
  ];
  for (const { bad, says } of rows) {
    const booking = bookFill(books, bad);
    assert.match(booking.result === "refused" ? booking.problem : booking.result, says);
    assert.deepEqual(books, before);
  }
  assert.equal(bookFill(books, fill("sell", 10, 1_000, 0)).result, "booked", "exactly what is held can be sold");
});

Deno.test("dust moves out and back at its cost; lots and micros are conserved and it is sold first", () => {
  const books = funded();
  const old = fill("buy", 7, 70, 1);
  book(books, old);
  moveToDust(books, "BTC-USD");
  assert.equal(check(books), null);
  assert.equal(heldLots(books, "BTC-USD"), 0);
  assert.equal(dustLots(books, "BTC-USD"), 7);
  assert.equal(balance(books.balances, "dust:BTC-USD"), 70);
  book(books, fill("buy", 5, 500, 1));
  moveToDust(books, "BTC-USD");
  assert.equal(dustLots(books, "BTC-USD"), 12);
  book(books, fill("buy", 3, 300, 1));
  assert.deepEqual(adoptDust(books, "BTC-USD"), { lots: 12, costUsdMicros: 570 });
  assert.equal(check(books), null);
  const booking = bookFill(books, fill("sell", 8, 800, 0));
  assert.equal(booking.result === "booked" && booking.disposals[0].executionId, old.executionId);
  assert.deepEqual(adoptDust(books, "BTC-USD"), { lots: 0, costUsdMicros: 0 });
  moveToDust(books, "DOGE-USD");
  assert.deepEqual(books.dust, {});
});

Deno.test("adjust() makes the books say what the venue says, against the adjustments account", () => {
  const books = funded(1_000);
  book(books, fill("buy", 10, 100, 0));
  moveToDust(books, "BTC-USD");
  book(books, fill("buy", 10, 200, 0));
  adjust(books, usdMicros(-50), { "BTC-USD": qtyLots(-15), "ETH-USD": qtyLots(4), "DOGE-USD": qtyLots(0) });
  assert.equal(check(books), null);
  assert.equal(cashOf(books), 650);
  assert.equal(dustLots(books, "BTC-USD"), 0);
  assert.equal(heldLots(books, "BTC-USD"), 5);
  assert.equal(dustLots(books, "ETH-USD"), 4);
  assert.equal(balance(books.balances, "adjustments"), 50 + 100 + 100);
  assert.throws(() => adjust(books, usdMicros(0), { "BTC-USD": qtyLots(-6) }), /cannot write off 6 lots/);
});

Deno.test("forgetExecutions() drops only what is older", () => {
  const books = funded();
  book(
    books,
    fill("buy", 1, 1, 0, { executionId: "a", atMs: 9 }),
    fill("buy", 1, 1, 0, { executionId: "b", atMs: 10 }),
  );
  forgetExecutions(books, 10);
  assert.deepEqual(Object.keys(books.executions), ["b"]);
});

Deno.test("check() names each broken invariant", () => {
  const broken: { says: RegExp; harm: (books: Books) => void }[] = [
    { says: /balances sum to 1 micros/, harm: (b) => b.balances.cash = usdMicros(b.balances.cash + 1) },
    {
      says: /cash is -1 micros/,
      harm: (b) => post(b.balances, [["cash", usdMicros(-cashOf(b) - 1)], ["deposits", usdMicros(cashOf(b) + 1)]]),
    },
    { says: /holding:BTC-USD: tax lots hold 10/, harm: (b) => b.holdings["BTC-USD"].lots = qtyLots(11) },
    { says: /holding:BTC-USD: tax lots cost 100/, harm: (b) => b.holdings["BTC-USD"].costUsdMicros = usdMicros(99) },
    {
      says: /the ledger says 101/,
      harm: (b) => post(b.balances, [["holding:BTC-USD", usdMicros(1)], ["cash", usdMicros(-1)]]),
    },
    { says: /a tax lot is empty/, harm: (b) => b.holdings["BTC-USD"].taxLots[0].lots = qtyLots(0) },
    { says: /negative cost/, harm: (b) => b.holdings["BTC-USD"].taxLots[0].costUsdMicros = usdMicros(-1) },
    {
      says: /bought 11 - sold 0 \+ adjusted 0 is not held 10/,
      harm: (b) => b.quantities["BTC-USD"].boughtLots = qtyLots(11),
    },
    { says: /dust:ETH-USD/, harm: (b) => post(b.balances, [["dust:ETH-USD", usdMicros(1)], ["cash", usdMicros(-1)]]) },
  ];
  for (const { says, harm } of broken) {
    const books = funded();
    book(books, fill("buy", 10, 100, 0));
    harm(books);
    assert.match(check(books) ?? "nothing", says);
  }
});
