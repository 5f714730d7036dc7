/**
 * The grid of a symbol as the ledger needs it, from the decimals of `symbols.yaml`. The venue's own answer replaces it where
 * there is a venue; simulation and replay trade on these.
 */
import { type Increment, type Instrument, parseIncrement, qtyLots, usdMicrosUp } from "../core/money.ts";
import type { SymbolSettings } from "./schema.ts";

export interface InstrumentProblem {
  readonly key: "priceIncrement" | "quantityIncrement" | "minQuantity" | "maxQuantity";
  readonly says: string;
}

/** What is wrong with the decimals of a symbol, all of it. */
export function instrumentProblems(symbol: SymbolSettings): InstrumentProblem[] {
  const problems: InstrumentProblem[] = [];
  for (const key of ["priceIncrement", "quantityIncrement", "minQuantity", "maxQuantity"] as const) {
    try {
      parseIncrement(symbol[key]);
    } catch {
      problems.push({ key, says: "must be above zero, with at most fifteen digits" });
    }
  }
  if (problems.length > 0) return problems;
  const step = parseIncrement(symbol.quantityIncrement);
  for (const key of ["minQuantity", "maxQuantity"] as const) {
    if (lotsOf(symbol[key], step) === null) {
      problems.push({
        key,
        says: `must be a multiple of quantityIncrement ${symbol.quantityIncrement}, below 2^53 of them`,
      });
    }
  }
  if (problems.length === 0 && Number(symbol.minQuantity) > Number(symbol.maxQuantity)) {
    problems.push({ key: "minQuantity", says: `must not be above maxQuantity ${symbol.maxQuantity}` });
  }
  return problems;
}

/** The instrument of a symbol without problems. */
export function instrumentOf(name: string, symbol: SymbolSettings): Instrument {
  const qtyIncrement = parseIncrement(symbol.quantityIncrement);
  return {
    symbol: name,
    base: name.replace(/-USD$/, ""),
    priceIncrement: parseIncrement(symbol.priceIncrement),
    qtyIncrement,
    minQtyLots: qtyLots(lotsOf(symbol.minQuantity, qtyIncrement)!),
    maxQtyLots: qtyLots(lotsOf(symbol.maxQuantity, qtyIncrement)!),
    minNotionalUsdMicros: symbol.minNotionalUsd === null ? null : usdMicrosUp(symbol.minNotionalUsd),
  };
}

/** A decimal as a count of steps, `null` when it is no whole count. */
function lotsOf(decimal: string, step: Increment): number | null {
  const { mantissa, decimals } = parseIncrement(decimal);
  const exponent = step.decimals - decimals;
  const up = BigInt(mantissa) * 10n ** BigInt(Math.max(0, exponent));
  const down = BigInt(step.mantissa) * 10n ** BigInt(Math.max(0, -exponent));
  const lots = Number(up / down);
  return up % down === 0n && Number.isSafeInteger(lots) ? lots : null;
}
