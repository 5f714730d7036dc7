/**
 * What every market source promises, as tests. An adapter's own test file calls `marketSourceContract()` with a way to make
 * the same source anew.
 */
import assert from "node:assert/strict";
import { CANDLE_STRIDE, QUOTE_STRIDE } from "../../core/market/types.ts";
import { createCandleBuilder, foldQuotes } from "../../core/market/candle_builder.ts";
import type { MarketSlice, MarketSource } from "../../core/ports/market_data.ts";
import { fc, property } from "../support/property.ts";

export interface MarketSourceCase {
  /** How the source is called in test names. */
  readonly name: string;
  /** A fresh source, the same each time. */
  make(): MarketSource;
  /** Length of market time that the tests run through, from the start. */
  readonly spanMs: number;
  /** Fraction of the usual number of random cases, for a source that is slow to run. */
  readonly weight: number;
}

export function marketSourceContract({ name, make, spanMs, weight }: MarketSourceCase): void {
  const endMs = make().startsAtMs + spanMs;
  const instant = fc.integer({ min: 0, max: spanMs }).map((afterMs) => endMs - spanMs + afterMs);
  const cuts = fc.array(instant, { maxLength: 12 }).map((list) => [...list, endMs].sort((a, b) => a - b));
  const whole = (): Told => run(make(), [endMs]);

  Deno.test(`${name} has something to tell, in one slot a symbol`, () => {
    const source = make();
    const slice = source.advance(endMs);
    assert.ok(source.symbols.length > 0);
    assert.equal(new Set(source.symbols).size, source.symbols.length);
    assert.equal(slice.quotes.length, source.symbols.length);
    assert.equal(slice.candles.length, source.symbols.length);
    assert.equal(slice.fromMs, source.startsAtMs);
    slice.quotes.forEach((rows) => assert.ok(rows.length > 0 && rows.length % QUOTE_STRIDE === 0));
    slice.candles.forEach((rows) => assert.equal(rows !== null, source.deliversCandles));
    for (const symbol of source.symbols) assert.equal(source.instruments[symbol].symbol, symbol);
  });

  Deno.test(`${name} tells the same bytes twice`, () => assert.deepEqual(whole(), whole()));

  property(`${name} tells the same however time is cut`, [cuts], (cuts) => {
    assert.deepEqual(run(make(), cuts), whole());
  }, { weight });

  property(`${name} goes on from a checkpoint bit for bit, in itself and in another`, [cuts, instant], (cuts, at) => {
    const source = make();
    run(source, cuts.filter((toMs) => toMs < at).concat(at));
    const checkpoint = structuredClone(source.checkpoint());
    assert.equal(checkpoint.atMs, at);
    const rest = run(source, [endMs]);
    const other = make();
    other.restore(structuredClone(checkpoint));
    assert.deepEqual(run(other, cuts.filter((toMs) => toMs > at).concat(endMs)), rest);
    source.restore(checkpoint);
    assert.deepEqual(run(source, [endMs]), rest);
  }, { weight });

  Deno.test(`${name} refuses the checkpoint of another source`, () => {
    const checkpoint = { ...make().checkpoint(), source: "of another" };
    assert.throws(() => make().restore(checkpoint), /^Error: Cannot resume/);
  });

  property(`${name} tells nothing from after the end of a slice`, [cuts], (cuts) => {
    const source = make();
    let fromMs = source.startsAtMs;
    for (const cut of cuts) {
      const slice = source.advance(cut);
      assert.deepEqual([slice.fromMs, slice.toMs], [fromMs, cut]);
      assertWithin(slice, source.intervalMs);
      fromMs = cut;
    }
  }, { weight });

  Deno.test(`${name} quotes a bid below an ask, above zero, in order of time`, () => {
    for (const rows of make().advance(endMs).quotes) {
      for (let row = 0; row < rows.length; row += QUOTE_STRIDE) {
        const [atMs, bidUsd, askUsd, volumeBase] = rows.subarray(row, row + QUOTE_STRIDE);
        assert.ok(
          bidUsd > 0 && bidUsd < askUsd && askUsd < Infinity && volumeBase >= 0,
          `row ${row}: ${bidUsd} ${askUsd}`,
        );
        assert.ok(row === 0 || atMs >= rows[row - QUOTE_STRIDE]);
      }
    }
  });

  Deno.test(`${name} does not let time go back`, () => {
    const source = make();
    source.advance(endMs);
    assert.throws(() => source.advance(endMs - 1), RangeError);
    assert.ok(source.advance(endMs).quotes.every((rows) => rows.length === 0));
  });

  property(`${name} gives as history the closed candles of the past, and none of the future`, [
    instant,
    fc.tuple(instant, instant).map((pair) => pair.sort((a, b) => a - b)),
  ], (at, [fromMs, toMs]) => {
    const source = make();
    const told = run(source, [at]);
    source.symbols.forEach((symbol, i) => {
      const closed = source.deliversCandles
        ? told.candles[i]!
        : [...foldQuotes(createCandleBuilder(source.intervalMs), Float64Array.from(told.quotes[i]), at)];
      const want = rowsOf(closed, CANDLE_STRIDE)
        .filter(([openedAtMs]) => openedAtMs >= fromMs && openedAtMs + source.intervalMs <= toMs);
      assert.deepEqual(rowsOf([...source.history(symbol, fromMs, toMs)], CANDLE_STRIDE), want);
    });
    assert.throws(() => source.history("NO-USD", fromMs, toMs), RangeError);
  }, { weight });

  const { endsAtMs } = make();
  if (endsAtMs === null) {
    Deno.test(`${name} never ends`, () => {
      const source = make();
      source.advance(endMs);
      assert.ok(source.advance(endMs + spanMs).quotes.every((rows) => rows.length > 0));
    });
  } else {
    Deno.test(`${name} stops at its end and stays there`, () => {
      const source = make();
      assert.equal(source.advance(endsAtMs + 1e9).toMs, endsAtMs);
      const after = source.advance(endsAtMs + 2e9);
      assert.deepEqual([after.fromMs, after.toMs], [endsAtMs, endsAtMs]);
      assert.ok(after.quotes.every((rows) => rows.length === 0) && after.problems.length === 0);
    });
  }
}

/** All that a source told, joined over the slices. */
interface Told {
  readonly quotes: number[][];
  readonly candles: (number[] | null)[];
  readonly problems: unknown[];
}

function run(source: MarketSource, cuts: readonly number[]): Told {
  const quotes = source.symbols.map((): number[] => []);
  const candles = source.symbols.map(() => (source.deliversCandles ? [] as number[] : null));
  const problems: unknown[] = [];
  for (const toMs of cuts) {
    const slice = source.advance(toMs);
    slice.quotes.forEach((rows, i) => rows.forEach((x) => quotes[i].push(x)));
    slice.candles.forEach((rows, i) => rows?.forEach((x) => candles[i]!.push(x)));
    problems.push(...slice.problems);
  }
  return { quotes, candles, problems };
}

function assertWithin({ fromMs, toMs, quotes, candles, problems }: MarketSlice, intervalMs: number): void {
  for (const rows of quotes) {
    for (let row = 0; row < rows.length; row += QUOTE_STRIDE) assert.ok(rows[row] > fromMs && rows[row] <= toMs);
  }
  for (const rows of candles) {
    for (let row = 0; row < (rows?.length ?? 0); row += CANDLE_STRIDE) {
      const closedAtMs = rows![row] + intervalMs;
      assert.ok(closedAtMs > fromMs && closedAtMs <= toMs);
    }
  }
  for (const { atMs, toMs: gapToMs } of problems) assert.ok(atMs > fromMs && atMs <= toMs && gapToMs <= atMs);
}

const rowsOf = (flat: readonly number[], stride: number): number[][] =>
  Array.from({ length: flat.length / stride }, (_, k) => flat.slice(k * stride, (k + 1) * stride));
