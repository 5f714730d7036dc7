/** What is held, where it is wrong, where it is done, and who holds the stop. */
import { guarded } from "../components/Guard.tsx";
import { BracketBar } from "../components/BracketBar.tsx";
import { Chip } from "../components/Chip.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import { Num, Signed } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { duration, instant, money, number, price, quantityOf, rMultiple, usd } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { PositionRow } from "../web/view/types.ts";
import { stopHolder } from "../web/view/words.ts";

interface PositionsProps {
  readonly boot: Boot;
  /** Only this symbol's. */
  readonly symbol?: string;
}

function PositionsPanel({ boot, symbol }: PositionsProps) {
  const all = panel(boot, "positions");
  const { nowMs } = panel(boot, "status");
  const symbols = panel(boot, "symbols");
  const slots = panel(boot, "limits").find(({ rule }) => rule === "positions")?.limit ?? null;
  const decimals = (of: string) => symbols.find((row) => row.symbol === of)?.priceDecimals ?? null;
  const columns: Column<PositionRow>[] = [
    {
      label: "Symbol",
      head: true,
      cell: (row) => <a href={`/symbol/${row.symbol}`}>{row.symbol}</a>,
      raw: (row) => row.symbol,
    },
    {
      label: "Strategy",
      spare: 1,
      cell: (row) => <a class="soft" href={`/decision/${encodeURIComponent(row.decisionId)}`}>{row.strategy}</a>,
      raw: (row) => row.strategy,
    },
    {
      label: "Quantity",
      kind: "number",
      cell: (row) => <Num text={quantityOf(row.qtyBase)} />,
      raw: (row) => row.qtyBase,
    },
    {
      label: "Entry",
      unit: "USD",
      kind: "number",
      cell: (row) => <Num text={price(row.entryUsd, decimals(row.symbol))} />,
      raw: (row) => row.entryUsd,
    },
    {
      label: "Now",
      unit: "USD",
      kind: "number",
      cell: (row) => (
        <Num text={price(row.nowUsd, decimals(row.symbol))} title={row.nowUsd === null ? "no quote" : undefined} />
      ),
      raw: (row) => row.nowUsd,
    },
    {
      label: "Stop, entry, target",
      cell: (row) => {
        const text = (value: number | null) => price(value, decimals(row.symbol));
        const label = `stop ${text(row.stopUsd)}, entry ${text(row.entryUsd)}, now ${text(row.nowUsd)}, target ${
          text(row.targetUsd)
        }`;
        return (
          <span title={label}>
            <BracketBar {...row} label={label} />
          </span>
        );
      },
      raw: (row) => `${row.stopUsd} ${row.targetUsd}`,
    },
    {
      label: "Open",
      unit: "USD",
      kind: "number",
      cell: (row) => <Signed value={row.unrealizedUsd} text={money(row.unrealizedUsd, { signed: true })} />,
      raw: (row) => row.unrealizedUsd,
    },
    {
      label: "Result",
      kind: "number",
      cell: (row) => <Signed value={row.rMultiple} text={rMultiple(row.rMultiple)} />,
      raw: (row) => row.rMultiple,
    },
    {
      label: "Worst, best",
      unit: "R",
      kind: "number",
      spare: 1,
      cell: (row) => (
        <Num text={`${number(row.maeR, { digits: 2 })} / ${number(row.mfeR, { digits: 2, signed: true })}`} />
      ),
      raw: (row) => `${row.maeR} ${row.mfeR}`,
    },
    {
      label: "Age",
      kind: "number",
      cell: (row) => (
        <span title={`opened ${instant(row.openedAtMs, "full")}`}>
          <Num text={duration(nowMs - row.openedAtMs)} />
        </span>
      ),
      raw: (row) => instant(row.openedAtMs, "full"),
    },
    {
      label: "Stop",
      cell: (row) =>
        row.stopHeldBy === "nobody"
          ? <Chip tone="stop" icon="warn">{stopHolder(row.stopHeldBy)}</Chip>
          : <span class="muted">{row.stopHeldBy === "us" ? "ours" : "venue"}</span>,
      raw: (row) => stopHolder(row.stopHeldBy),
    },
  ];
  const body = () => {
    const rows = symbol ? all.filter((row) => row.symbol === symbol) : all;
    if (rows.length === 0) {
      const { cashUsd } = panel(boot, "equity");
      return <Empty>Flat{slots !== null && !symbol ? `, 0 of ${slots} slots` : ""}. {usd(cashUsd)} in cash.</Empty>;
    }
    return <DataTable caption="Open positions" columns={columns} rows={rows} keyOf={(row) => row.symbol} />;
  };
  return (
    <Panel
      boot={boot}
      id="positions"
      title={symbol ? "Position" : "Positions"}
      class={symbol ? "p-position" : "p-positions"}
      shows={["positions"]}
      tools={!symbol && slots !== null && <span class="muted num">{all.length} of {slots} slots</span>}
      csv={() => tableCsv(columns, all)}
    >
      {body()}
    </Panel>
  );
}

export default guarded("Positions", "p-positions", PositionsPanel);
