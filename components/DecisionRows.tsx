/** Decisions as a table, the same wherever they are listed. */
import { type Column, DataTable } from "./DataTable.tsx";
import { RegimeChip, StageChip } from "./Chip.tsx";
import { Num, Signed, Time } from "./Num.tsx";
import { instant, percent, rMultiple } from "../web/format.ts";
import type { DecisionSummary } from "../web/view/types.ts";

export const decisionHref = (decisionId: string): string => `/decision/${encodeURIComponent(decisionId)}`;

export function decisionColumns({ symbols }: { readonly symbols: boolean }): Column<DecisionSummary>[] {
  return [
    {
      label: "Candle closed",
      head: true,
      cell: (row) => (
        <a href={decisionHref(row.decisionId)}>
          <Time at={row.closedAtMs} precision="minute" />
        </a>
      ),
      raw: (row) => instant(row.closedAtMs, "full"),
    },
    ...symbols
      ? [{ label: "Symbol", cell: (row: DecisionSummary) => row.symbol, raw: (row: DecisionSummary) => row.symbol }]
      : [],
    { label: "Ended at", cell: (row) => <StageChip stage={row.stage} />, raw: (row) => row.stage },
    {
      label: "Reason",
      cell: (row) => <span class="reason-text" title={row.text}>{row.text}</span>,
      raw: (row) => row.text,
    },
    { label: "Regime", spare: 2, cell: (row) => <RegimeChip regime={row.regime} />, raw: (row) => row.regime },
    {
      label: "Strategy",
      spare: 1,
      cell: (row) => row.strategy ?? <span class="muted">—</span>,
      raw: (row) => row.strategy,
    },
    {
      label: "Confidence",
      kind: "number",
      spare: 1,
      cell: (row) => <Num text={percent(row.confidence, { digits: 0 })} />,
      raw: (row) => row.confidence,
    },
    {
      label: "Outcome",
      kind: "number",
      cell: (row) => <Signed value={row.outcomeR} text={rMultiple(row.outcomeR)} />,
      raw: (row) => row.outcomeR,
    },
  ];
}

interface RowsProps {
  readonly caption: string;
  readonly rows: readonly DecisionSummary[];
  readonly symbols: boolean;
}

export function DecisionRows({ caption, rows, symbols }: RowsProps) {
  return (
    <DataTable
      caption={caption}
      class="decisions"
      columns={decisionColumns({ symbols })}
      rows={rows}
      keyOf={(row) => row.decisionId}
    />
  );
}
