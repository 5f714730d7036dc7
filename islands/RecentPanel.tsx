/** The newest decisions; the list stands still while it is read. */
import { guarded } from "../components/Guard.tsx";
import { tableCsv } from "../components/DataTable.tsx";
import { decisionColumns, DecisionRows } from "../components/DecisionRows.tsx";
import { HeldList } from "../components/HeldList.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { duration } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { DecisionSummary } from "../web/view/types.ts";

interface RecentProps {
  readonly boot: Boot;
  readonly symbol?: string;
  /** Over the whole width. */
  readonly full?: boolean;
  /** Older ones of the symbol, as the newest of all symbols hold few of it; `null` when they could not be asked for. */
  readonly loaded?: readonly DecisionSummary[] | null;
}

function RecentPanel({ boot, symbol, full, loaded }: RecentProps) {
  const recent = panel(boot, "recent").filter((row) => !symbol || row.symbol === symbol);
  const known = new Set(recent.map(({ decisionId }) => decisionId));
  const newest = [...recent, ...loaded?.filter(({ decisionId }) => !known.has(decisionId)) ?? []];
  const { nowMs, candleMs } = panel(boot, "status");
  const symbols = symbol === undefined;
  return (
    <Panel
      boot={boot}
      id="recent"
      title={symbol ? `Decisions on ${symbol}` : "Recent decisions"}
      class={full ? "p-recent p-full" : "p-recent"}
      shows={["recent"]}
      tools={<a class="soft" href={symbol ? `/decisions?symbol=${symbol}` : "/decisions"}>All</a>}
      csv={() => tableCsv(decisionColumns({ symbols }), newest)}
    >
      {newest.length === 0
        ? (
          <Empty>
            None yet. {candleMs === null ? "" : `The first is due in ${duration(candleMs - (nowMs % candleMs))}.`}
          </Empty>
        )
        : (
          <HeldList newest={newest} keyOf={(row) => row.decisionId}>
            {(rows) => <DecisionRows caption="Newest decisions" rows={rows} symbols={symbols} />}
          </HeldList>
        )}
    </Panel>
  );
}

export default guarded("Recent decisions", "p-recent", RecentPanel);
