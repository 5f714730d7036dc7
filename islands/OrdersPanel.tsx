/** Orders that work at the venue, or with us in its place. */
import { guarded } from "../components/Guard.tsx";
import { Chip } from "../components/Chip.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import { Num } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { duration, instant, percent, price, quantityOf } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { OrderRow } from "../web/view/types.ts";
import { plainWords, roleWord } from "../web/view/words.ts";

function OrdersPanel({ boot }: { readonly boot: Boot }) {
  const orders = panel(boot, "orders");
  const { nowMs, candleMs } = panel(boot, "status");
  const symbols = panel(boot, "symbols");
  const decimals = (of: string) => symbols.find((row) => row.symbol === of)?.priceDecimals ?? null;
  const columns: Column<OrderRow>[] = [
    {
      label: "Symbol",
      head: true,
      cell: (row) => <a href={`/decision/${encodeURIComponent(row.decisionId)}`}>{row.symbol}</a>,
      raw: (row) => row.symbol,
    },
    { label: "Order", cell: (row) => `${row.side} ${roleWord(row.role)}`, raw: (row) => `${row.side} ${row.role}` },
    {
      label: "Price",
      unit: "USD",
      kind: "number",
      cell: (row) =>
        row.priceUsd === null
          ? <span class="muted">market</span>
          : <Num text={price(row.priceUsd, decimals(row.symbol))} />,
      raw: (row) => row.priceUsd,
    },
    {
      label: "Quantity",
      kind: "number",
      spare: 1,
      cell: (row) => <Num text={quantityOf(row.qtyBase)} />,
      raw: (row) => row.qtyBase,
    },
    {
      label: "Filled",
      kind: "number",
      cell: (row) => <Num text={percent(row.qtyBase > 0 ? row.filledBase / row.qtyBase : null, { digits: 0 })} />,
      raw: (row) => row.filledBase,
    },
    {
      label: "State",
      cell: (row) => row.state === "unknown" ? <Chip tone="warn" icon="warn">unknown</Chip> : plainWords(row.state),
      raw: (row) => row.state,
    },
    {
      label: "Age",
      kind: "number",
      cell: (row) => <Num text={duration(nowMs - row.createdAtMs)} />,
      raw: (row) => instant(row.createdAtMs, "full"),
    },
  ];
  return (
    <Panel
      boot={boot}
      id="orders"
      title="Working orders"
      class="p-orders"
      shows={["orders"]}
      csv={() => tableCsv(columns, orders)}
    >
      {orders.length === 0
        ? <Empty>None. {candleMs === null ? "" : `Next candle in ${untilClose(nowMs, candleMs)}.`}</Empty>
        : <DataTable caption="Working orders" columns={columns} rows={orders} keyOf={(row) => row.clientOrderId} />}
    </Panel>
  );
}

const untilClose = (nowMs: number, candleMs: number): string => duration(candleMs - (nowMs % candleMs));

export default guarded("Working orders", "p-orders", OrdersPanel);
