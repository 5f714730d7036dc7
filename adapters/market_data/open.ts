/**
 * Opens the market source that a plain description names, so that a worker can be told by message which market to run.
 */
import type { InstrumentBook } from "../../core/execution/types.ts";
import type { MarketSource } from "../../core/ports/market_data.ts";
import type { MarketSimOptions } from "../../core/sim/market_sim.ts";
import { createReplaySource, type ReplayOptions } from "./replay.ts";
import { csvProblemText, loadReplayFiles, parseReplayFile, type ReplaySet } from "./replay_files.ts";
import { createSimSource } from "./sim.ts";

/** Plain data; survives `postMessage`. */
export type MarketSpec =
  | { readonly kind: "sim"; readonly sim: MarketSimOptions }
  | {
    readonly kind: "replay";
    /** `FILE` or `SYMBOL-USD=FILE`. */
    readonly files: readonly string[];
    readonly instruments: InstrumentBook;
    readonly onBadRow: "skip" | "stop";
    readonly onGap: "report" | "stop";
    readonly quotes: ReplayOptions;
  };

export type MarketOpening =
  /** `notes` are sentences for people about what is not as it should be, and was let pass. */
  | {
    readonly ok: true;
    readonly source: MarketSource;
    /** Equal for equal markets, and for no others. */
    readonly fingerprint: string;
    readonly notes: readonly string[];
  }
  | { readonly ok: false; readonly problems: readonly string[] };

export async function openMarket(spec: MarketSpec): Promise<MarketOpening> {
  if (spec.kind === "sim") return opened(createSimSource(spec.sim), []);
  const { files, instruments, onBadRow, onGap, quotes } = spec;
  const load = await loadReplayFiles({ files: files.map(parseReplayFile), instruments, onBadRow, onGap });
  return load.ok ? opened(createReplaySource(load, quotes), notesOf(load)) : load;
}

function opened(source: MarketSource, notes: readonly string[]): MarketOpening {
  return { ok: true, source, fingerprint: source.checkpoint().source, notes };
}

function notesOf({ files, series }: ReplaySet): string[] {
  const skipped = files.filter(({ skipped }) => skipped > 0).map(({ path, skipped, rows, problems }) =>
    `${path}: ${skipped} of ${rows + skipped} lines left out, the first: ${csvProblemText(problems[0])}`
  );
  const gaps = series.filter(({ gaps }) => gaps.length > 0).map(({ symbol, gaps }) => {
    const missing = gaps.reduce((sum, { missingCandles }) => sum + missingCandles, 0);
    return `${symbol}: ${missing} candles missing in ${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}`;
  });
  const inferred = series.filter(({ instrumentInferred }) => instrumentInferred).map(({ symbol }) =>
    `${symbol} is not in symbols.yaml: its price and quantity steps were inferred from its prices`
  );
  return [...skipped, ...gaps, ...inferred];
}
