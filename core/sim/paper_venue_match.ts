/**
 * How the paper venue fills: what crosses pays the far side of the quote, slips with its size and takes the taker fee; what
 * rests is filled at its own price once the market trades there, by its share of the volume. Prices round against us.
 */
import type { FeeProfile } from "../execution/fees.ts";
import type { InstrumentBook, OrderRequest } from "../execution/types.ts";
import {
  notionalDown,
  notionalUp,
  type PriceTicks,
  priceTicksDown,
  priceTicksUp,
  type QtyLots,
  ratioUp,
} from "../money.ts";
import { ticksToUsd, type UsdMicros } from "../money.ts";
import { createRng, type RngState } from "../rng.ts";

export interface Execution {
  readonly lots: QtyLots;
  readonly grossUsdMicros: UsdMicros;
  readonly feeUsdMicros: UsdMicros;
  readonly priceUsd: number;
}

interface MatchableOrder {
  readonly request: OrderRequest;
  readonly filledLots: QtyLots;
  resting: boolean;
}

interface MatchConfig {
  readonly instruments: InstrumentBook;
  readonly fees: FeeProfile;
  readonly queueShareRatio: number;
  readonly slippageBps: { readonly base: number; readonly impact: number; readonly noise: number };
}

/** Best price on the other side of the quote, with the venue's markup. `market` starts with `[bidUsd, askUsd]`. */
function farUsd({ request }: MatchableOrder, { fees }: MatchConfig, market: Float64Array): number {
  return request.side === "buy" ? market[1] * (1 + fees.markupRatio) : market[0] * (1 - fees.markupRatio);
}

/** True when the order can trade at once: any market order, and a limit that the far side meets. */
export function crosses(order: MatchableOrder, config: MatchConfig, market: Float64Array): boolean {
  const { side, symbol, type, priceTicks } = order.request;
  if (type !== "limit") return true;
  const limitUsd = ticksToUsd(priceTicks!, config.instruments[symbol]);
  const far = farUsd(order, config, market);
  return side === "buy" ? far <= limitUsd : far >= limitUsd;
}

/**
 * What an active order gets at this quote, or `null`. `market` is `[bidUsd, askUsd, lots left to trade]`; the lots are used up in
 * place, `NaN` lots are not known and do not bound what crosses.
 */
export function matchOrder(
  order: MatchableOrder,
  venue: { readonly config: MatchConfig; rng: RngState },
  market: Float64Array,
): Execution | null {
  const { config } = venue;
  const far = farUsd(order, config, market);
  if (!(far > 0)) return null;
  const crossing = crosses(order, config, market);
  if (!crossing) order.resting = true;
  const left = market[2];
  const known = !Number.isNaN(left);
  const share = crossing
    ? (known ? left : Infinity)
    : atBest(order, config, market)
    ? Math.floor(left * config.queueShareRatio)
    : 0;
  const lots = Math.min(order.request.qtyLots - order.filledLots, share) as QtyLots;
  if (!(lots > 0)) return null;
  if (known) market[2] = left - lots;

  const { side, symbol, priceTicks } = order.request;
  const instrument = config.instruments[symbol];
  const price = order.resting ? priceTicks! : slippedPrice(order, venue, far, known ? lots / left : 0);
  const gross = side === "buy" ? notionalUp(price, lots, instrument) : notionalDown(price, lots, instrument);
  return {
    lots,
    grossUsdMicros: gross,
    feeUsdMicros: ratioUp(gross, order.resting ? config.fees.makerRatio : config.fees.takerRatio),
    priceUsd: ticksToUsd(price, instrument),
  };
}

/** A resting price as good as the best one there is; a venue with a markup is a dealer and has no queue. */
function atBest({ request }: MatchableOrder, { instruments, fees }: MatchConfig, market: Float64Array): boolean {
  const limitUsd = ticksToUsd(request.priceTicks!, instruments[request.symbol]);
  return fees.markupRatio === 0 && (request.side === "buy" ? limitUsd >= market[0] : limitUsd <= market[1]);
}

/** The far price moved against us by what the size and chance cost, but not beyond a limit. */
function slippedPrice(
  { request: { side, symbol, type, priceTicks } }: MatchableOrder,
  venue: { readonly config: MatchConfig; rng: RngState },
  far: number,
  shareRatio: number,
): PriceTicks {
  const { instruments, slippageBps: { base, impact, noise } } = venue.config;
  const slip = (base + impact * Math.sqrt(shareRatio) + noise * (noise > 0 ? drawNoise(venue) : 0)) / 10_000;
  const instrument = instruments[symbol];
  const bound = type === "limit" ? priceTicks : null;
  if (side === "buy") {
    const price = priceTicksUp(far * (1 + slip), instrument);
    return bound !== null && price > bound ? bound : price;
  }
  const price = Math.max(1, priceTicksDown(far * Math.max(0, 1 - slip), instrument)) as PriceTicks;
  return bound !== null && price < bound ? bound : price;
}

function drawNoise(venue: { rng: RngState }): number {
  const rng = createRng(venue.rng);
  const noise = Math.abs(rng.normal());
  venue.rng = rng.state();
  return noise;
}
