/**
 * The one door between the two number worlds.
 *  - analysis (features, charts, prompts): plain `number` in USD, names end in `Usd`;
 *  - ledger (cash, fees, orders, limits): safe integers, branded so that they cannot be mixed up.
 * Always true:
 *  - a ledger value is a safe integer; an operation that would leave that range throws;
 *  - rounding never helps us: what we pay rounds up, what we get rounds down. Each function names its direction.
 */

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** Millionths of a US dollar. A 0.55 % fee on three dollars is 16,500 of them; cents could not hold it. */
export type UsdMicros = Branded<"UsdMicros">;
/** Price as a count of the instrument's price increment. */
export type PriceTicks = Branded<"PriceTicks">;
/** Quantity as a count of the instrument's quantity increment. */
export type QtyLots = Branded<"QtyLots">;

/** A step of the venue's grid: `mantissa × 10^-decimals`. Steps are multiples, not only powers of ten (0.05 is 5 × 10^-2). */
export interface Increment {
  readonly mantissa: number;
  readonly decimals: number;
}

/** What the venue accepts for one pair. */
export interface Instrument {
  /** `BASE-QUOTE`, for example `BTC-USD`. */
  readonly symbol: string;
  readonly base: string;
  readonly priceIncrement: Increment;
  readonly qtyIncrement: Increment;
  readonly minQtyLots: QtyLots;
  readonly maxQtyLots: QtyLots;
  /** Least order value; `null` where the venue does not say, which is unknown and not zero. */
  readonly minNotionalUsdMicros: UsdMicros | null;
}

export const USD = 1_000_000 as UsdMicros;
export const ZERO_USD = 0 as UsdMicros;
export const ZERO_LOTS = 0 as QtyLots;

function safe<T extends number>(value: number, what: string): T {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what} must be a safe integer, got ${value}`);
  return (value === 0 ? 0 : value) as T; // -0 would print and hash differently from 0
}

export const usdMicros = (value: number): UsdMicros => safe(value, "UsdMicros");
export const priceTicks = (value: number): PriceTicks => safe(value, "PriceTicks");
export const qtyLots = (value: number): QtyLots => safe(value, "QtyLots");

export const addUsd = (a: UsdMicros, b: UsdMicros): UsdMicros => safe(a + b, "UsdMicros sum");
export const subUsd = (a: UsdMicros, b: UsdMicros): UsdMicros => safe(a - b, "UsdMicros difference");
export const negUsd = (a: UsdMicros): UsdMicros => safe(-a, "UsdMicros");
export const addLots = (a: QtyLots, b: QtyLots): QtyLots => safe(a + b, "QtyLots sum");
export const subLots = (a: QtyLots, b: QtyLots): QtyLots => safe(a - b, "QtyLots difference");
export const minUsd = (a: UsdMicros, b: UsdMicros): UsdMicros => (a < b ? a : b);
export const maxUsd = (a: UsdMicros, b: UsdMicros): UsdMicros => (a > b ? a : b);
export const minLots = (a: QtyLots, b: QtyLots): QtyLots => (a < b ? a : b);

/** The ledger value as an analysis number. Exact below nine billion dollars. */
export const toUsd = (value: UsdMicros): number => value / 1_000_000;

/** Dollars to micros, rounded down: money we have or get. */
export const usdMicrosDown = (usd: number): UsdMicros => safe(floorScaled(usd, 6), "UsdMicros");
/** Dollars to micros, rounded up: money we owe or risk. */
export const usdMicrosUp = (usd: number): UsdMicros => safe(-floorScaled(-usd, 6), "UsdMicros");

/** Price on the venue's grid at or below `priceUsd`: a bid we hit, a buy limit, a mark of what we hold. */
export function priceTicksDown(priceUsd: number, instrument: Instrument): PriceTicks {
  return safe(stepsDown(priceUsd, instrument.priceIncrement), "PriceTicks");
}

/** Price on the venue's grid at or above `priceUsd`: an ask we lift, a sell limit. */
export function priceTicksUp(priceUsd: number, instrument: Instrument): PriceTicks {
  return safe(-stepsDown(-priceUsd, instrument.priceIncrement), "PriceTicks");
}

/** Quantity on the venue's grid at or below `qtyBase`; an order never asks for more than was sized. */
export function qtyLotsDown(qtyBase: number, instrument: Instrument): QtyLots {
  return safe(stepsDown(qtyBase, instrument.qtyIncrement), "QtyLots");
}

export const ticksToUsd = (price: PriceTicks, instrument: Instrument): number =>
  fromSteps(price, instrument.priceIncrement);
export const lotsToBase = (qty: QtyLots, instrument: Instrument): number => fromSteps(qty, instrument.qtyIncrement);

/** Value of a sale or a holding, rounded down, so that we never count on more than the venue pays. */
export function notionalDown(price: PriceTicks, qty: QtyLots, instrument: Instrument): UsdMicros {
  return scaledProduct(price, qty, instrument, "down");
}

/** Value of a purchase, rounded up, so that a limit check never sees less risk than the venue does. */
export function notionalUp(price: PriceTicks, qty: QtyLots, instrument: Instrument): UsdMicros {
  return scaledProduct(price, qty, instrument, "up");
}

/** `amount × ratio` rounded up: fees, reserves. */
export function ratioUp(amount: UsdMicros, ratio: number): UsdMicros {
  return safe(ratioProduct(amount, ratio, "up"), "UsdMicros");
}

/** `amount × ratio` rounded down: limits, budgets. */
export function ratioDown(amount: UsdMicros, ratio: number): UsdMicros {
  return safe(ratioProduct(amount, ratio, "down"), "UsdMicros");
}

/** `amount × part / whole` rounded up: the cost that leaves with a partial sale, so that no profit shows too early. */
export function shareUp(amount: UsdMicros, part: QtyLots, whole: QtyLots): UsdMicros {
  if (!(whole > 0 && part >= 0 && part <= whole)) {
    throw new RangeError(`share ${part} of ${whole} is not a part of a whole`);
  }
  return safe(Number(-floorDiv(-BigInt(amount) * BigInt(part), BigInt(whole))), "UsdMicros");
}

/** Decimal text of an increment count, as venues want it: plain digits, no exponent. */
export function stepsToDecimal(steps: number, increment: Increment): string {
  const digits = (BigInt(Math.abs(steps)) * BigInt(increment.mantissa)).toString().padStart(
    increment.decimals + 1,
    "0",
  );
  const sign = steps < 0 ? "-" : "";
  if (increment.decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -increment.decimals)}.${digits.slice(-increment.decimals)}`;
}

/** Reads `"0.00000001"` as a step. Throws on anything that is not a positive plain decimal of at most 18 places. */
export function parseIncrement(text: string): Increment {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError(`increment must be a plain decimal such as "0.01", got "${text}"`);
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  const mantissa = Number(match[1] + fraction);
  if (!Number.isSafeInteger(mantissa) || mantissa <= 0) {
    throw new RangeError(`increment must be above zero and within 2^53 of its last digit, got "${text}"`);
  }
  if (fraction.length > 18) throw new RangeError(`increment has more than 18 decimals: "${text}"`);
  return { mantissa, decimals: fraction.length };
}

const E12 = 1_000_000_000_000n;
const POW10 = Array.from({ length: 23 }, (_, n) => 10 ** n); // 10^22 is the largest exact power of ten in a double
const RATIO_MAX = 4_000;
/** Below 2^52 steps two neighbours of a grid are two different doubles, so that "at or below" has one answer. */
const STEPS_MAX = 2 ** 52;

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n ? q - 1n : q;
}

/**
 * A ratio counts in steps of 10^-12, itself rounded against us. The double product settles it whenever the exact value
 * cannot lie on the other side of an integer; only the rest pays for BigInt.
 */
function ratioProduct(amount: UsdMicros, ratio: number, rounding: "up" | "down"): number {
  if (!(Math.abs(ratio) <= RATIO_MAX)) throw new RangeError(`ratio must be within ±${RATIO_MAX}, got ${ratio}`);
  const product = amount * ratio;
  const doubt = Math.abs(product) * 4e-16 + Math.abs(amount) * 1.1e-12; // two roundings of 2^-53, one step of the ratio
  if (Math.abs(product - Math.round(product)) > doubt) {
    return rounding === "up" ? Math.ceil(product) : Math.floor(product);
  }
  const ratioUpwards = (rounding === "up") === (amount >= 0);
  const steps = BigInt(ratioUpwards ? -floorScaled(-ratio, 12) : floorScaled(ratio, 12));
  const exact = BigInt(amount) * steps;
  return Number(rounding === "up" ? -floorDiv(-exact, E12) : floorDiv(exact, E12));
}

/**
 * Largest integer n with `n / 10^decimals <= value`, exact for the decimal that `value` was written as: 64000.01 gives
 * 6400001 at two decimals although the double times 100 is 6400000.999….
 */
function floorScaled(value: number, decimals: number): number {
  const scale = POW10[decimals];
  if (!(Math.abs(value * scale) < STEPS_MAX)) throw new RangeError(`${value} has no exact place on the grid`);
  let n = Math.floor(value * scale);
  while ((n + 1) / scale <= value) n++;
  while (n / scale > value) n--;
  return n;
}

function stepsDown(value: number, { mantissa, decimals }: Increment): number {
  const units = floorScaled(value, decimals);
  return mantissa === 1 ? units : Math.floor(units / mantissa);
}

function fromSteps(steps: number, { mantissa, decimals }: Increment): number {
  return (steps * mantissa) / POW10[decimals];
}

function scaledProduct(price: PriceTicks, qty: QtyLots, instrument: Instrument, rounding: "up" | "down"): UsdMicros {
  const { priceIncrement: p, qtyIncrement: q } = instrument;
  const mantissa = p.mantissa * q.mantissa;
  const decimals = p.decimals + q.decimals - 6; // micros carry six
  const product = price * qty * mantissa;
  // Doubles hold every integer below 2^53, and a quotient by a power of ten cannot round across an integer there.
  if (decimals >= 0 && decimals <= 22 && Number.isSafeInteger(product) && Number.isSafeInteger(price * qty)) {
    const quotient = product / POW10[decimals];
    return safe(rounding === "down" ? Math.floor(quotient) : Math.ceil(quotient), "UsdMicros notional");
  }
  const exact = BigInt(price) * BigInt(qty) * BigInt(p.mantissa) * BigInt(q.mantissa);
  if (decimals <= 0) return safe(Number(exact * 10n ** BigInt(-decimals)), "UsdMicros notional");
  const divisor = 10n ** BigInt(decimals);
  return safe(
    Number(rounding === "down" ? floorDiv(exact, divisor) : -floorDiv(-exact, divisor)),
    "UsdMicros notional",
  );
}
