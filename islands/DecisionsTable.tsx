/** A page of decisions; the first page takes new ones in, unless it is being read. */
import { guarded } from "../components/Guard.tsx";
import { IS_BROWSER } from "fresh/runtime";
import { tableCsv } from "../components/DataTable.tsx";
import { decisionColumns, DecisionRows } from "../components/DecisionRows.tsx";
import { HeldList } from "../components/HeldList.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { duration } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { DecisionPage } from "../web/view/decision_page.ts";
import { stageQuestion } from "../web/view/words.ts";

interface TableProps {
  readonly boot: Boot;
  readonly page: DecisionPage;
  readonly stages: readonly string[];
}

function DecisionsTable({ boot, page, stages }: TableProps) {
  const { symbol, stage, before, rows: loaded, olderHref, newestHref, failed } = page;
  const { nowMs, candleMs } = panel(boot, "status");
  const symbols = panel(boot, "symbols");
  const known = new Set(loaded.map(({ decisionId }) => decisionId));
  const fresh = before !== null
    ? []
    : panel(boot, "recent").filter((row) =>
      !known.has(row.decisionId) && (!symbol || row.symbol === symbol) && (!stage || row.stage === stage)
    );
  const newest = [...fresh, ...loaded];
  const submit = (event: Event) => (event.currentTarget as HTMLSelectElement).form!.requestSubmit();
  const filters = (
    <form class="filters" method="get" action="/decisions">
      <label>
        <span>Symbol</span>
        <select name="symbol" data-filter onChange={submit}>
          <option value="">all</option>
          {symbols.map((row) => <option key={row.symbol} selected={row.symbol === symbol}>{row.symbol}</option>)}
        </select>
      </label>
      <label>
        <span>Ended at</span>
        <select name="stage" onChange={submit}>
          <option value="">any gate</option>
          {stages.map((name) => <option key={name} value={name} selected={name === stage}>{stageQuestion(name)}
          </option>)}
        </select>
      </label>
      {!IS_BROWSER && <button type="submit" class="button">Show</button>}
    </form>
  );
  return (
    <Panel
      boot={boot}
      id="decisions"
      title="Decisions"
      class="p-decisions"
      shows={["recent"]}
      state={failed ? { kind: "failed", why: "The recorder did not answer. Trading and STOP go on" } : null}
      tools={filters}
      csv={() => tableCsv(decisionColumns({ symbols: true }), newest)}
    >
      {failed
        ? (
          <p class="empty">
            <a class="button" href={boot.path}>Retry</a>
          </p>
        )
        : newest.length === 0
        ? (
          <Empty>
            {symbol || stage
              ? (
                <>
                  No decision matches. <a href="/decisions">Show all</a>
                </>
              )
              : `None yet. ${
                candleMs === null ? "" : `The first is due in ${duration(candleMs - (nowMs % candleMs))}.`
              }`}
          </Empty>
        )
        : (
          <>
            <HeldList newest={newest} keyOf={(row) => row.decisionId}>
              {(rows) => <DecisionRows caption="Decisions, newest first" rows={rows} symbols />}
            </HeldList>
            <nav class="pages" aria-label="Pages of decisions">
              {newestHref && <a class="button" href={newestHref}>Newest</a>}
              {olderHref && <a class="button" href={olderHref}>Older</a>}
              {page.scanned !== null && <span class="muted">among {page.scanned} decisions</span>}
            </nav>
          </>
        )}
    </Panel>
  );
}

export default guarded("Decisions", "p-decisions", DecisionsTable);
