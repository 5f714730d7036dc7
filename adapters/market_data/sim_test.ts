import assert from "node:assert/strict";
import { type Instrument, parseIncrement, qtyLots } from "../../core/money.ts";
import type { MarketSimOptions, SimSymbol } from "../../core/sim/market_sim.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../core/time.ts";
import { marketSourceContract } from "../../tests/contract/market_source.ts";
import { createSimSource } from "./sim.ts";

const T = Date.UTC(2026, 0, 5);

function coin(base: string, startPriceUsd: number, priceStep: string): SimSymbol {
  const instrument: Instrument = {
    symbol: `${base}-USD`,
    base,
    priceIncrement: parseIncrement(priceStep),
    qtyIncrement: parseIncrement("0.000001"),
    minQtyLots: qtyLots(1),
    maxQtyLots: qtyLots(1_000_000_000),
    minNotionalUsdMicros: null,
  };
  return { instrument, startPriceUsd, yearlyVolRatio: 0.8, spreadBps: 4, volumeUsdPerMinute: 100_000 };
}
const OPTIONS: MarketSimOptions = {
  seed: 5,
  startsAtMs: T,
  tickMs: 10_000,
  symbols: [coin("BTC", 92_000, "0.01"), coin("DOGE", 0.145, "0.000001")],
};

marketSourceContract({
  name: "the simulated market",
  make: () => createSimSource(OPTIONS),
  spanMs: 3 * HOUR_MS,
  weight: 0.1,
});

Deno.test("the simulated market says that it is simulated, with its seed", () => {
  const source = createSimSource(OPTIONS);
  assert.equal(source.label, "SIM seed 5");
  assert.equal(source.simulated, true);
});

Deno.test("the simulated market gives the same history from a kept day, from the start and after a restore", () => {
  const source = createSimSource(OPTIONS);
  for (let atMs = T + 7 * HOUR_MS; atMs <= T + 8 * DAY_MS; atMs += 7 * HOUR_MS) source.advance(atMs);
  const fresh = createSimSource(OPTIONS);
  fresh.advance(T + 8 * DAY_MS); // one call: no day was kept
  const restored = createSimSource(OPTIONS);
  restored.restore(source.checkpoint());
  for (const fromMs of [T + 8 * DAY_MS - 6 * HOUR_MS, T + 6 * DAY_MS, T + 2 * DAY_MS]) {
    const toMs = fromMs + 3 * HOUR_MS;
    const want = fresh.history("DOGE-USD", fromMs, toMs);
    assert.ok(want.length >= 6 * 150);
    assert.deepEqual(source.history("DOGE-USD", fromMs, toMs), want);
    assert.deepEqual(restored.history("DOGE-USD", fromMs, toMs), want);
  }
});

Deno.test("the simulated market gives a history from the very instant of a kept day", () => {
  const source = createSimSource(OPTIONS), fresh = createSimSource(OPTIONS);
  for (let day = 1; day <= 5; day++) source.advance(T + day * DAY_MS);
  fresh.advance(T + 5 * DAY_MS);
  for (let day = 2; day < 5; day++) {
    const fromMs = T + day * DAY_MS;
    for (const from of [fromMs - MINUTE_MS, fromMs, fromMs + MINUTE_MS]) {
      const to = from + 3 * MINUTE_MS;
      assert.deepEqual(source.history("BTC-USD", from, to), fresh.history("BTC-USD", from, to));
    }
  }
});

Deno.test("the simulated market tells each pause of the feed as a gap, with the minutes that have no candle", () => {
  const source = createSimSource(OPTIONS);
  const { problems } = source.advance(T + 20 * DAY_MS);
  assert.ok(problems.length > 5, `only ${problems.length} gaps in twenty days`);
  for (const symbol of source.symbols) {
    const missing = problems.filter((gap) => gap.symbol === symbol).reduce((sum, gap) => sum + gap.missingCandles, 0);
    const candles = source.history(symbol, T, T + 20 * DAY_MS).length / 6;
    assert.equal(candles + missing, 20 * DAY_MS / MINUTE_MS);
  }
});
