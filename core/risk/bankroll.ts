/**
 * The bankroll challenge ("grow 500 dollars"): sizes and caps follow a small pot inside a larger account.
 */
import { addUsd, minUsd, subUsd, type UsdMicros } from "../money.ts";

/**
 * Equity that risk may be taken with: the bankroll plus what was won or lost since it was set, never more than the account
 * has. Without a bankroll it is the account's own.
 */
export function tradingEquity(
  equityUsdMicros: UsdMicros,
  bankrollUsdMicros: number | null,
  equityWhenSetUsdMicros: UsdMicros,
): UsdMicros {
  if (bankrollUsdMicros === null) return equityUsdMicros;
  const results = subUsd(equityUsdMicros, equityWhenSetUsdMicros);
  return minUsd(equityUsdMicros, addUsd(bankrollUsdMicros as UsdMicros, results));
}
