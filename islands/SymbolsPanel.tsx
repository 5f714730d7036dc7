/** All symbols with quote, day and regime. */
import { guarded } from "../components/Guard.tsx";
import { Chip, RegimeChip } from "../components/Chip.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import { Num, Signed } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { bps, duration, percent, price } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { SymbolRow } from "../web/view/types.ts";

interface SymbolsProps {
  readonly boot: Boot;
  /** With the reason of the newest candle: where there is room for it. */
  readonly wide?: boolean;
}

function SymbolsPanel({ boot, wide }: SymbolsProps) {
  const symbols = panel(boot, "symbols");
  const { nowMs } = panel(boot, "status");
  const columns: Column<SymbolRow>[] = [
    {
      label: "Symbol",
      head: true,
      cell: (row) => (
        <>
          <a href={`/symbol/${row.symbol}`}>{row.symbol}</a>
          {row.paused && <Chip tone="warn" icon="pause">paused</Chip>}
        </>
      ),
      raw: (row) => row.symbol,
    },
    {
      label: "Bid",
      unit: "USD",
      kind: "number",
      cell: (row) => (
        <Num text={price(row.bidUsd, row.priceDecimals)} title={row.bidUsd === null ? "no quote" : undefined} />
      ),
      raw: (row) => row.bidUsd,
    },
    {
      label: "Ask",
      unit: "USD",
      kind: "number",
      cell: (row) => (
        <Num text={price(row.askUsd, row.priceDecimals)} title={row.askUsd === null ? "no quote" : undefined} />
      ),
      raw: (row) => row.askUsd,
    },
    {
      label: "Spread",
      unit: "bps",
      kind: "number",
      cell: (row) => <Num text={bps(row.spreadBps)} />,
      raw: (row) => row.spreadBps,
    },
    {
      label: "Day",
      kind: "number",
      cell: (row) => (
        <Signed
          value={row.dayChangeRatio === null ? null : row.dayChangeRatio * 100}
          text={percent(row.dayChangeRatio, { signed: true })}
        />
      ),
      raw: (row) => row.dayChangeRatio,
    },
    {
      label: "Regime",
      cell: (row) =>
        row.warmUp ? <span class="muted num">warming up {row.warmUp.have}/{row.warmUp.need}</span> : (
          <>
            <RegimeChip regime={row.regime} />
            {row.regimeSinceMs !== null && <span class="muted num spare-1">{duration(nowMs - row.regimeSinceMs)}</span>}
          </>
        ),
      raw: (row) => row.regime,
    },
    ...wide
      ? [{
        label: "Newest candle",
        cell: (row: SymbolRow) => row.lastReason ?? "—",
        raw: (row: SymbolRow) => row.lastReason,
      }]
      : [],
  ];
  return (
    <Panel
      boot={boot}
      id="symbols"
      title="Symbols"
      class={wide ? "p-wide" : "p-symbols"}
      shows={["symbols"]}
      csv={() => tableCsv(columns, symbols)}
    >
      {symbols.length === 0
        ? <Empty>No symbols are configured. Name some under `symbols` in the settings.</Empty>
        : <DataTable caption="Symbols" columns={columns} rows={symbols} keyOf={(row) => row.symbol} />}
    </Panel>
  );
}

export default guarded("Symbols", "p-symbols", SymbolsPanel);
