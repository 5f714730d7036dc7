/**
 * Double-entry bookkeeping in micros. Debits are positive, credits negative. Always true:
 *  - every entry sums to zero, so all balances do;
 *  - assets (cash, holdings, dust) are positive, sources (deposits, realized profit, adjustments) negative, fees positive.
 */
import { addUsd, type UsdMicros, ZERO_USD } from "../money.ts";

export type Account =
  | "cash"
  | "deposits"
  | "realized"
  | "fees"
  | "adjustments"
  | `holding:${string}`
  | `dust:${string}`;

/** Balance of each account that was ever touched. */
export type Balances = Record<string, UsdMicros>;
export type Posting = readonly [account: Account, usdMicros: UsdMicros];

export const balance = (balances: Balances, account: Account): UsdMicros => balances[account] ?? ZERO_USD;

/** Books one entry. An entry that does not balance is a defect of ours and throws before anything changed. */
export function post(balances: Balances, entry: readonly Posting[]): void {
  let sum = ZERO_USD;
  for (const [, usdMicros] of entry) sum = addUsd(sum, usdMicros);
  if (sum !== 0) throw new Error(`ledger entry is out of balance by ${sum} micros: ${JSON.stringify(entry)}`);
  for (const [account, usdMicros] of entry) balances[account] = addUsd(balance(balances, account), usdMicros);
}
