/** Two instruments as the venue describes them, for tests that need a grid. */
import { type Instrument, parseIncrement, qtyLots, usdMicros } from "../../core/money.ts";

export const BTC: Instrument = {
  symbol: "BTC-USD",
  base: "BTC",
  priceIncrement: parseIncrement("0.01"),
  qtyIncrement: parseIncrement("0.00000001"),
  minQtyLots: qtyLots(100),
  maxQtyLots: qtyLots(2_000_000_000),
  minNotionalUsdMicros: usdMicros(100_000),
};

export const ETH: Instrument = {
  symbol: "ETH-USD",
  base: "ETH",
  priceIncrement: parseIncrement("0.01"),
  qtyIncrement: parseIncrement("0.000001"),
  minQtyLots: qtyLots(100),
  maxQtyLots: qtyLots(280_000_000),
  minNotionalUsdMicros: null,
};

/** A coarse grid: prices in steps of 0.05, whole coins. */
export const NKL: Instrument = {
  symbol: "NKL-USD",
  base: "NKL",
  priceIncrement: parseIncrement("0.05"),
  qtyIncrement: parseIncrement("1"),
  minQtyLots: qtyLots(1),
  maxQtyLots: qtyLots(100_000),
  minNotionalUsdMicros: usdMicros(1_000_000),
};
