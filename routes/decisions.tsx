/** All decisions, newest first, by symbol and by the gate at which they ended. */
import { page } from "fresh";
import { Head } from "fresh/runtime";
import DecisionsTable from "../islands/DecisionsTable.tsx";
import { bootOf } from "../web/boot.ts";
import { define } from "../web/define.ts";
import { logged } from "../web/log.ts";
import { LATEST_MS, wholeNumber } from "../web/params.ts";
import type { SystemPort } from "../web/system_port.ts";
import { cutPage, type DecisionPage } from "../web/view/decision_page.ts";
import { STAGES } from "../web/view/words.ts";

const SIZE = 50;
/** Looked through at most for a filter by gate, which the recorder does not have. */
const SCANNED = 500;

export const handler = define.handlers({
  async GET({ state, req, url }) {
    const decisions = await pageOf(state.site.system, url.searchParams);
    state.boot = bootOf(state.site, req);
    return page({ boot: state.boot, decisions });
  },
});

async function pageOf(system: SystemPort, query: URLSearchParams): Promise<DecisionPage> {
  const symbol = query.get("symbol") || null;
  const stage = STAGES.find((name) => name === query.get("stage")) ?? null;
  const before = wholeNumber(query, "before", { min: 0, max: LATEST_MS, fallback: undefined });
  const href = (beforeMs: number | null) => {
    const given = { symbol, stage, before: beforeMs };
    const kept = Object.entries(given).flatMap(([name, value]) => value === null ? [] : [[name, String(value)]]);
    return `/decisions?${new URLSearchParams(kept)}`;
  };
  const shared = { symbol, stage, before: before ?? null, newestHref: before === undefined ? null : href(null) };
  try {
    // More than the page by what may have closed at one instant.
    const limit = stage ? SCANNED : SIZE + 32;
    const found = await system.decisions({ symbol: symbol ?? undefined, beforeMs: before, limit });
    const { rows, nextBeforeMs } = cutPage(stage ? found.filter((row) => row.stage === stage) : found, SIZE);
    // Where the scan ended others may have closed at the same instant: better a row twice than never.
    const next = nextBeforeMs ?? (stage && found.length === limit ? found.at(-1)!.closedAtMs + 1 : null);
    return {
      ...shared,
      rows,
      olderHref: next === null ? null : href(next),
      scanned: stage === null ? null : found.length,
      failed: false,
    };
  } catch (error) {
    logged(error);
    return { ...shared, rows: [], olderHref: null, scanned: null, failed: true };
  }
}

export default define.page<typeof handler>(({ data: { boot, decisions } }) => (
  <>
    <Head>
      <title>Decisions · grodt {boot.panels.status.mode.toUpperCase()}</title>
    </Head>
    <h1 class="unseen">Decisions</h1>
    <div class="grid">
      <DecisionsTable boot={boot} page={decisions} stages={STAGES} />
    </div>
  </>
));
