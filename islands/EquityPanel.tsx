/** The one big number, the day beside it, and the curve that led here. */
import { guarded } from "../components/Guard.tsx";
import { ChartFrame } from "../components/ChartFrame.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import { Num, Signed, Time } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { Tabs, Toggle } from "../components/Tabs.tsx";
import { panel } from "../web/client/live.ts";
import { prefs } from "../web/client/prefs.ts";
import { useChoice } from "../web/client/query.ts";
import { instant, money, percent, usd } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import { marketMark } from "../web/view/words.ts";

const DAY_MS = 86_400_000;
const RANGES = [["1d", "1D"], ["1w", "1W"], ["1m", "1M"], ["all", "All"]] as const;
const SPAN_MS = { "1d": DAY_MS, "1w": 7 * DAY_MS, "1m": 30 * DAY_MS, all: Infinity };
const ROWS = 60;

type Point = readonly [atMs: number, equityUsd: number];

const COLUMNS: readonly Column<Point>[] = [
  { label: "Time", head: true, cell: ([at]) => <Time at={at} precision="full" />, raw: ([at]) => instant(at, "full") },
  {
    label: "Equity",
    unit: "USD",
    kind: "number",
    cell: ([, value]) => <Num text={money(value)} />,
    raw: ([, value]) => value,
  },
];

const load = () => import("../web/client/charts/equity_chart.ts").then(({ createEquityChart }) => createEquityChart);

function EquityPanel({ boot }: { readonly boot: Boot }) {
  const [range, setRange] = useChoice(boot.path, "range", ["1d", "1w", "1m", "all"]);
  const [scale, setScale] = useChoice(boot.path, "scale", ["linear", "log"]);
  const [view, setView] = useChoice(boot.path, "equity", ["chart", "table"]);
  const { equityUsd, startUsd, dayPnlUsd, dayStartUsd, trades, wins } = panel(boot, "equity");
  const curve = panel(boot, "curve");
  const status = panel(boot, "status");
  const untilMs = curve.points.at(-1)?.[0] ?? 0;
  const points = curve.points.filter(([atMs]) => atMs >= untilMs - SPAN_MS[range]);
  const tools = (
    <>
      <Tabs label="Range" options={RANGES} chosen={range} onChoose={setRange} />
      <Toggle on={scale === "log"} onToggle={() => setScale(scale === "log" ? "linear" : "log")}>Log</Toggle>
      <Toggle on={view === "table"} onToggle={() => setView(view === "table" ? "chart" : "table")}>Table</Toggle>
    </>
  );
  return (
    <Panel
      boot={boot}
      id="equity"
      title="Equity"
      class="p-equity"
      shows={["equity", "curve"]}
      tools={tools}
      csv={() => tableCsv(COLUMNS, curve.points)}
    >
      <div class="headline">
        <Num text={usd(equityUsd)} />
        <span class="headline-side">
          <Signed value={dayPnlUsd} text={usd(dayPnlUsd, { signed: true })} />
          <Signed
            value={dayStartUsd > 0 ? (dayPnlUsd / dayStartUsd) * 100 : null}
            text={percent(dayStartUsd > 0 ? dayPnlUsd / dayStartUsd : null, { signed: true })}
          />
          <span class="muted">today</span>
        </span>
        <span class="headline-side muted">
          {trades === 0 ? "no trades yet" : `${wins} of ${trades} trades won`}, start {usd(startUsd)}
        </span>
      </div>
      {points.length < 2
        ? <Empty>Starts at {usd(startUsd)}. The curve begins with the next mark.</Empty>
        : view === "table"
        ? (
          <div class="scroll" tabIndex={0} role="group" aria-label="Equity as a table">
            <DataTable
              caption={`Equity, the newest ${ROWS} points`}
              columns={COLUMNS}
              rows={points.slice(-ROWS).reverse()}
              keyOf={([atMs]) => String(atMs)}
            />
          </div>
        )
        : (
          <ChartFrame
            load={load}
            data={{ points, halts: curve.halts, startUsd, log: scale === "log", zone: prefs.value.zone }}
            view={`${range} ${scale} ${prefs.value.zone}`}
            count={points.length}
            label="Equity curve"
            describe={(index) => `${instant(points[index][0], "full", prefs.value.zone)}  ${usd(points[index][1])}`}
            mark={marketMark(status)}
          />
        )}
    </Panel>
  );
}

export default guarded("Equity", "p-equity", EquityPanel);
