/**
 * What we own and what it cost: the ledger, tax lots (first in, first out) and the set of executions. Always true, and
 * proven by `check()`:
 *  - fills are a set keyed by execution id: booking one twice changes nothing;
 *  - cost leaves a holding with the lots it was paid for, to the last micro; bought - sold + adjusted = held + dust;
 *  - we never own less than nothing: a sale of more than is held is refused and changes nothing.
 * Books are changed in place; they are plain data and can be stored as they are.
 */
import type { Fill } from "../execution/types.ts";
import { addLots, addUsd, negUsd, type QtyLots, shareUp, subLots, subUsd, type UsdMicros } from "../money.ts";
import { ZERO_LOTS, ZERO_USD } from "../money.ts";
import type { UtcMs } from "../time.ts";
import { balance, type Balances, post } from "./ledger.ts";

/** One purchase, or what is left of it. Cost is without fee; the fee is kept for tax reports, where it is part of the basis. */
export interface TaxLot {
  readonly executionId: string;
  readonly acquiredAtMs: UtcMs;
  lots: QtyLots;
  costUsdMicros: UsdMicros;
  feeUsdMicros: UsdMicros;
}

export interface Holding {
  lots: QtyLots;
  costUsdMicros: UsdMicros;
  /** Oldest first. */
  taxLots: TaxLot[];
}

/** Quantity ledger of one symbol. */
export interface Quantities {
  boughtLots: QtyLots;
  soldLots: QtyLots;
  adjustedLots: QtyLots;
}

export interface Books {
  readonly balances: Balances;
  readonly holdings: Record<string, Holding>;
  /** Remainders below the venue's minimum: owned, at cost, not sellable alone. Worth nothing in equity until they are. */
  readonly dust: Record<string, Holding>;
  readonly quantities: Record<string, Quantities>;
  /** Execution ids that were booked, with their time, so that old ones can be forgotten. */
  readonly executions: Record<string, UtcMs>;
}

/** A part of a tax lot that was sold; the row of a tax report. */
export interface Disposal {
  readonly executionId: string;
  readonly acquiredAtMs: UtcMs;
  readonly lots: QtyLots;
  readonly costUsdMicros: UsdMicros;
  readonly buyFeeUsdMicros: UsdMicros;
}

export type Booking =
  | { readonly result: "booked"; readonly realizedUsdMicros: UsdMicros; readonly disposals: readonly Disposal[] }
  | { readonly result: "duplicate" }
  | { readonly result: "refused"; readonly problem: string };

export function createBooks(): Books {
  return { balances: {}, holdings: {}, dust: {}, quantities: {}, executions: {} };
}

export const cashOf = (books: Books): UsdMicros => balance(books.balances, "cash");
export const heldLots = (books: Books, symbol: string): QtyLots => books.holdings[symbol]?.lots ?? ZERO_LOTS;
export const dustLots = (books: Books, symbol: string): QtyLots => books.dust[symbol]?.lots ?? ZERO_LOTS;

/** Money the owner brings in, or takes out when negative. */
export function deposit(books: Books, usdMicros: UsdMicros): void {
  post(books.balances, [["cash", usdMicros], ["deposits", negUsd(usdMicros)]]);
}

/** Why an execution cannot be true of our books, in words; `null` when it can be booked. */
export function refusal(books: Books, fill: Fill): string | null {
  const { executionId, side, symbol, qtyLots: lots, grossUsdMicros: gross, feeUsdMicros: fee } = fill;
  if (!(lots > 0 && gross >= 0 && fee >= 0)) {
    return `execution ${executionId} has no positive quantity, or a negative value or fee`;
  }
  const held = heldLots(books, symbol);
  return side === "sell" && lots > held
    ? `execution ${executionId} sells ${lots} lots of ${symbol}, held are ${held}`
    : null;
}

/** Books one execution. A second booking of the same id is a no-op; what cannot be true is refused and changes nothing. */
export function bookFill(books: Books, fill: Fill): Booking {
  if (books.executions[fill.executionId] !== undefined) return { result: "duplicate" };
  const problem = refusal(books, fill);
  if (problem) return { result: "refused", problem };
  return fill.side === "buy" ? bookBuy(books, fill) : bookSell(books, fill);
}

function bookBuy(books: Books, fill: Fill): Booking {
  const { symbol, grossUsdMicros: gross, feeUsdMicros: fee } = fill;
  post(books.balances, [
    [`holding:${symbol}`, gross],
    ["fees", fee],
    ["cash", negUsd(addUsd(gross, fee))],
  ]);
  putIn(books.holdings, symbol, {
    executionId: fill.executionId,
    acquiredAtMs: fill.atMs,
    lots: fill.qtyLots,
    costUsdMicros: gross,
    feeUsdMicros: fee,
  });
  const totals = quantitiesOf(books, symbol);
  totals.boughtLots = addLots(totals.boughtLots, fill.qtyLots);
  books.executions[fill.executionId] = fill.atMs;
  return { result: "booked", realizedUsdMicros: ZERO_USD, disposals: [] };
}

function bookSell(books: Books, fill: Fill): Booking {
  const { symbol, grossUsdMicros: gross, feeUsdMicros: fee } = fill;
  const disposals = takeOut(books.holdings, symbol, fill.qtyLots);
  const cost = disposals.reduce((sum, part) => addUsd(sum, part.costUsdMicros), ZERO_USD);
  const realized = subUsd(gross, cost);
  post(books.balances, [
    ["cash", subUsd(gross, fee)],
    ["fees", fee],
    [`holding:${symbol}`, negUsd(cost)],
    ["realized", negUsd(realized)],
  ]);
  const totals = quantitiesOf(books, symbol);
  totals.soldLots = addLots(totals.soldLots, fill.qtyLots);
  books.executions[fill.executionId] = fill.atMs;
  return { result: "booked", realizedUsdMicros: realized, disposals };
}

/** Moves what is held of a symbol to the dust ledger at its cost; nothing is realized. */
export function moveToDust(books: Books, symbol: string): void {
  move(books, books.holdings, "holding", books.dust, "dust", symbol);
}

/** Moves dust back into the holding, so that the next sale takes it along. It is older, so it is sold first. */
export function adoptDust(books: Books, symbol: string): { lots: QtyLots; costUsdMicros: UsdMicros } {
  return move(books, books.dust, "dust", books.holdings, "holding", symbol);
}

/**
 * Makes the books say what the venue says, after a person decided so: cash changes against `adjustments`; lots that came from
 * elsewhere enter as dust at no cost, lots that are gone leave dust, then the holding, at cost.
 */
export function adjust(books: Books, cashUsdMicros: UsdMicros, lotsBySymbol: Readonly<Record<string, QtyLots>>): void {
  post(books.balances, [["cash", cashUsdMicros], ["adjustments", negUsd(cashUsdMicros)]]);
  for (const [symbol, lots] of Object.entries(lotsBySymbol)) {
    if (lots > 0) {
      putIn(books.dust, symbol, {
        executionId: "adjustment",
        acquiredAtMs: 0,
        lots,
        costUsdMicros: ZERO_USD,
        feeUsdMicros: ZERO_USD,
      });
    } else if (lots < 0) {
      const fromDust = Math.min(-lots, dustLots(books, symbol)) as QtyLots;
      write(books, "dust", symbol, fromDust);
      write(books, "holding", symbol, subLots(-lots as QtyLots, fromDust));
    }
    const totals = quantitiesOf(books, symbol);
    totals.adjustedLots = addLots(totals.adjustedLots, lots);
  }
}

/** Drops execution ids older than `beforeMs`; a repeat that late is caught by the order being gone. */
export function forgetExecutions(books: Books, beforeMs: UtcMs): void {
  for (const [id, atMs] of Object.entries(books.executions)) if (atMs < beforeMs) delete books.executions[id];
}

/** Proves the invariants of the head comment; `null`, or the first one that does not hold, with its numbers. */
export function check(books: Books): string | null {
  let sum = 0;
  for (const usdMicros of Object.values(books.balances)) sum += usdMicros;
  if (sum !== 0) return `balances sum to ${sum} micros, not 0`;
  if (cashOf(books) < 0) return `cash is ${cashOf(books)} micros, below 0`;
  for (const symbol of symbolsOf(books)) {
    for (const [name, side] of [["holding", books.holdings], ["dust", books.dust]] as const) {
      const problem = checkHolding(`${name}:${symbol}`, side[symbol], balance(books.balances, `${name}:${symbol}`));
      if (problem) return problem;
    }
    const { boughtLots, soldLots, adjustedLots } = quantitiesOf(books, symbol);
    const owned = heldLots(books, symbol) + dustLots(books, symbol);
    if (boughtLots - soldLots + adjustedLots !== owned) {
      return `${symbol}: bought ${boughtLots} - sold ${soldLots} + adjusted ${adjustedLots} is not held ${owned} lots`;
    }
  }
  return null;
}

function checkHolding(name: string, holding: Holding | undefined, balanceUsdMicros: UsdMicros): string | null {
  let lots = 0;
  let cost = 0;
  for (const part of holding?.taxLots ?? []) {
    if (!(part.lots > 0 && part.costUsdMicros >= 0)) return `${name}: a tax lot is empty or has a negative cost`;
    lots += part.lots;
    cost += part.costUsdMicros;
  }
  if (lots !== (holding?.lots ?? 0)) return `${name}: tax lots hold ${lots}, the holding says ${holding?.lots}`;
  if (cost !== (holding?.costUsdMicros ?? 0)) {
    return `${name}: tax lots cost ${cost}, the holding says ${holding?.costUsdMicros}`;
  }
  if (cost !== balanceUsdMicros) return `${name}: tax lots cost ${cost}, the ledger says ${balanceUsdMicros}`;
  return null;
}

function symbolsOf(books: Books): Set<string> {
  const fromLedger = Object.keys(books.balances).filter((name) => name.includes(":")).map((name) =>
    name.slice(name.indexOf(":") + 1)
  );
  return new Set([
    ...fromLedger,
    ...Object.keys(books.holdings),
    ...Object.keys(books.dust),
    ...Object.keys(books.quantities),
  ]);
}

function quantitiesOf(books: Books, symbol: string): Quantities {
  return books.quantities[symbol] ??= { boughtLots: ZERO_LOTS, soldLots: ZERO_LOTS, adjustedLots: ZERO_LOTS };
}

function putIn(side: Record<string, Holding>, symbol: string, part: TaxLot): void {
  const holding = side[symbol] ??= { lots: ZERO_LOTS, costUsdMicros: ZERO_USD, taxLots: [] };
  holding.lots = addLots(holding.lots, part.lots);
  holding.costUsdMicros = addUsd(holding.costUsdMicros, part.costUsdMicros);
  holding.taxLots.push(part);
}

/** Takes the oldest lots out. The caller has made sure that there are as many. */
function takeOut(side: Record<string, Holding>, symbol: string, lots: QtyLots): Disposal[] {
  const holding = side[symbol];
  const disposals: Disposal[] = [];
  for (let left = lots; left > 0;) {
    const oldest = holding.taxLots[0];
    const taken = Math.min(left, oldest.lots) as QtyLots;
    const cost = shareUp(oldest.costUsdMicros, taken, oldest.lots);
    const fee = shareUp(oldest.feeUsdMicros, taken, oldest.lots);
    disposals.push({
      executionId: oldest.executionId,
      acquiredAtMs: oldest.acquiredAtMs,
      lots: taken,
      costUsdMicros: cost,
      buyFeeUsdMicros: fee,
    });
    oldest.lots = subLots(oldest.lots, taken);
    oldest.costUsdMicros = subUsd(oldest.costUsdMicros, cost);
    oldest.feeUsdMicros = subUsd(oldest.feeUsdMicros, fee);
    if (oldest.lots === 0) holding.taxLots.shift();
    holding.lots = subLots(holding.lots, taken);
    holding.costUsdMicros = subUsd(holding.costUsdMicros, cost);
    left = subLots(left, taken);
  }
  if (holding?.lots === 0) delete side[symbol];
  return disposals;
}

type Side = Record<string, Holding>;

function move(
  books: Books,
  from: Side,
  fromName: "holding" | "dust",
  to: Side,
  toName: "holding" | "dust",
  symbol: string,
) {
  const moved = from[symbol];
  if (!moved) return { lots: ZERO_LOTS, costUsdMicros: ZERO_USD };
  delete from[symbol];
  const there = to[symbol];
  to[symbol] = {
    lots: addLots(moved.lots, there?.lots ?? ZERO_LOTS),
    costUsdMicros: addUsd(moved.costUsdMicros, there?.costUsdMicros ?? ZERO_USD),
    taxLots: [...moved.taxLots, ...there?.taxLots ?? []].sort((a, b) => a.acquiredAtMs - b.acquiredAtMs),
  };
  post(books.balances, [
    [`${toName}:${symbol}`, moved.costUsdMicros],
    [`${fromName}:${symbol}`, negUsd(moved.costUsdMicros)],
  ]);
  return { lots: moved.lots, costUsdMicros: moved.costUsdMicros };
}

/** Writes off lots that are no longer there. */
function write(books: Books, name: "holding" | "dust", symbol: string, lots: QtyLots): void {
  const side = name === "dust" ? books.dust : books.holdings;
  if (lots > (side[symbol]?.lots ?? 0)) throw new RangeError(`cannot write off ${lots} lots of ${name}:${symbol}`);
  const cost = takeOut(side, symbol, lots).reduce((sum, part) => addUsd(sum, part.costUsdMicros), ZERO_USD);
  post(books.balances, [["adjustments", cost], [`${name}:${symbol}`, negUsd(cost)]]);
}
