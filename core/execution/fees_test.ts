import assert from "node:assert/strict";
import { BTC } from "../../tests/support/instruments.ts";
import { priceTicks, qtyLots } from "../money.ts";
import { isBelowMinimum } from "./fees.ts";

Deno.test("an order is below the minimum by lots or by value", () => {
  // deno-fmt-ignore
  const rows = [
    { lots: 200, price: 5_000_000, on: BTC, below: false }, // 0.10 USD exactly
    { lots: 199, price: 5_000_000, on: BTC, below: true },
    { lots: 100, price: 10_000_000, on: BTC, below: false },
    { lots: 99,  price: 99_000_000, on: BTC, below: true },
    { lots: 0,   price: 5_000_000, on: { ...BTC, minQtyLots: qtyLots(0) }, below: true },
    { lots: 2_000, price: 5_000_000, on: { ...BTC, minNotionalUsdMicros: null }, below: false }, // unknown: one dollar
    { lots: 1_999, price: 5_000_000, on: { ...BTC, minNotionalUsdMicros: null }, below: true },
  ];
  for (const { lots, price, on, below } of rows) {
    assert.equal(isBelowMinimum(qtyLots(lots), priceTicks(price), on), below, `${lots} at ${price}`);
  }
});
