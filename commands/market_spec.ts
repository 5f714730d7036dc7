/**
 * From the configuration to the market it asks for.
 */
import type { MarketSpec } from "../adapters/market_data/open.ts";
import type { Config } from "../configs/load.ts";
import { MINUTE_MS } from "../core/time.ts";

/** The market of a configuration, as plain data. The simulated one starts early enough for warm-up and back-fill. */
export function marketSpec({ settings, symbols, enabledSymbols, instruments }: Config): MarketSpec {
  const { market, seed, sim, replay } = settings;
  if (market === "replay") {
    const { files, path, spreadBps, spreadRangeRatio, onBadRow, onGap } = replay;
    return {
      kind: "replay",
      files,
      instruments,
      onBadRow,
      onGap,
      quotes: { path, spread: { spreadBps, spreadRangeRatio } },
    };
  }
  const startsAtMs = Date.parse(sim.startsAt) - (sim.warmUpMinutes + sim.backfillMinutes) * MINUTE_MS;
  const simSymbols = enabledSymbols.map((name) => ({ instrument: instruments[name], ...symbols[name].sim }));
  return { kind: "sim", sim: { seed, startsAtMs, tickMs: sim.tickMs, symbols: simSymbols } };
}
