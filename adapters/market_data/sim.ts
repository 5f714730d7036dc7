/**
 * The simulated market as a source. It never ends, and its candles are folded from its quotes like those of a live feed.
 * History is computed again when it is asked for: the state of the market is kept at the start of the last few days, a few
 * hundred bytes a coin, and one coin can be run from there without the others.
 */
import { createHash } from "node:crypto";
import { type CandleBuilder, createCandleBuilder, foldQuotes } from "../../core/market/candle_builder.ts";
import { QUOTE_STRIDE, type QuoteRows } from "../../core/market/types.ts";
import type { MarketProblem, MarketSource } from "../../core/ports/market_data.ts";
import { createMarketSim, type MarketSimOptions, type MarketSimState } from "../../core/sim/market_sim.ts";
import { HOUR_MS, MINUTE_MS, utcDayStart, type UtcMs } from "../../core/time.ts";

interface DayStart {
  readonly atMs: UtcMs;
  readonly market: MarketSimState | null;
}

interface SimSourceState {
  readonly market: MarketSimState;
  readonly lastQuoteAtMs: readonly UtcMs[];
  readonly dayStarts: readonly DayStart[];
}

/** A restarted strategy needs hours of history, a chart a day or two; older history costs a run from the start. */
const DAY_STARTS_KEPT = 4;

export function createSimSource(options: MarketSimOptions): MarketSource {
  const { seed, startsAtMs, symbols: simSymbols } = options;
  const symbols = simSymbols.map(({ instrument }) => instrument.symbol);
  const fingerprint = `sim:${createHash("sha256").update(JSON.stringify(options)).digest("hex")}`;

  let atMs = startsAtMs;
  let market = createMarketSim(options);
  let lastQuoteAtMs = symbols.map(() => startsAtMs);
  let dayStarts: DayStart[] = [{ atMs: startsAtMs, market: null }];

  const keepDayStart = (): void => {
    if (utcDayStart(atMs) === utcDayStart(dayStarts[dayStarts.length - 1].atMs)) return;
    dayStarts = [...dayStarts, { atMs, market: market.state() }].slice(-DAY_STARTS_KEPT);
  };

  return {
    label: `SIM seed ${seed}`,
    simulated: true,
    symbols,
    instruments: Object.fromEntries(simSymbols.map(({ instrument }) => [instrument.symbol, instrument])),
    startsAtMs,
    endsAtMs: null,
    deliversCandles: false,
    intervalMs: MINUTE_MS,

    advance(toMs) {
      if (toMs < atMs) throw new RangeError(`market time cannot go back from ${atMs} to ${toMs}`);
      const fromMs = atMs;
      keepDayStart();
      const quotes = market.advance(toMs);
      atMs = toMs;
      const problems = quotes.flatMap((rows, i) => {
        const gaps = gapsBetweenQuotes(symbols[i], rows, lastQuoteAtMs[i]);
        if (rows.length > 0) lastQuoteAtMs[i] = rows[rows.length - QUOTE_STRIDE];
        return gaps;
      }).sort((a, b) => a.atMs - b.atMs);
      return { fromMs, toMs, quotes, candles: symbols.map(() => null), problems };
    },

    checkpoint() {
      const state: SimSourceState = { market: market.state(), lastQuoteAtMs: [...lastQuoteAtMs], dayStarts };
      return { source: fingerprint, atMs, state };
    },

    restore(checkpoint) {
      if (checkpoint.source !== fingerprint) {
        throw new Error(
          "Cannot resume the simulated market: the checkpoint was made with another seed, start or symbols",
        );
      }
      const state = checkpoint.state as SimSourceState;
      atMs = checkpoint.atMs;
      market = createMarketSim(options, state.market);
      lastQuoteAtMs = [...state.lastQuoteAtMs];
      dayStarts = [...state.dayStarts];
    },

    history(symbol, fromMs, toMs) {
      const i = symbols.indexOf(symbol);
      if (i < 0) throw new RangeError(`no symbol ${symbol} in ${symbols.join(", ")}`);
      const endMs = Math.min(toMs, atMs);
      // A quote at the instant of a day start is already behind it, so the start must lie before the first candle.
      const start = dayStarts.findLast((day) => day.atMs < fromMs) ?? { atMs: startsAtMs, market: null };
      const from = start.market ? { ...start.market, coins: [start.market.coins[i]] } : undefined;
      const alone = createMarketSim({ ...options, symbols: [simSymbols[i]] }, from);
      return foldHistory(createCandleBuilder(MINUTE_MS), (to) => alone.advance(to)[0], start.atMs, { fromMs, endMs });
    },
  };
}

/** Folds hour by hour, so that a long history does not need all its quotes at once. */
function foldHistory(
  builder: CandleBuilder,
  quotesTo: (toMs: UtcMs) => QuoteRows,
  startMs: UtcMs,
  { fromMs, endMs }: { readonly fromMs: UtcMs; readonly endMs: UtcMs },
): Float64Array {
  const kept: number[] = [];
  for (let toMs = Math.min(startMs + HOUR_MS, endMs); toMs > startMs; toMs = Math.min(toMs + HOUR_MS, endMs)) {
    const candles = foldQuotes(builder, quotesTo(toMs), toMs);
    for (let row = 0; row < candles.length; row += 6) {
      if (candles[row] >= fromMs) kept.push(...candles.subarray(row, row + 6));
    }
    if (toMs === endMs) break;
  }
  return Float64Array.from(kept);
}

/** Whole minutes without a quote, told by the quote that ends them. */
function gapsBetweenQuotes(symbol: string, rows: QuoteRows, lastQuoteAtMs: UtcMs): MarketProblem[] {
  const gaps: MarketProblem[] = [];
  let previousMs = lastQuoteAtMs;
  for (let row = 0; row < rows.length; row += QUOTE_STRIDE) {
    const quoteAtMs = rows[row];
    if (quoteAtMs - previousMs > MINUTE_MS) {
      const fromMs = (Math.floor(previousMs / MINUTE_MS) + 1) * MINUTE_MS;
      const toMs = Math.floor(quoteAtMs / MINUTE_MS) * MINUTE_MS;
      const missingCandles = (toMs - fromMs) / MINUTE_MS;
      if (missingCandles > 0) gaps.push({ code: "GAP", symbol, atMs: quoteAtMs, fromMs, toMs, missingCandles });
    }
    previousMs = quoteAtMs;
  }
  return gaps;
}
