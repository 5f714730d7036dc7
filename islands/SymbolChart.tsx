/** Candles of one symbol with averages, fills, bracket and regime; as a chart or as a table. */
import { guarded } from "../components/Guard.tsx";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ChartFrame } from "../components/ChartFrame.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import { Icon, type IconName } from "../components/Icon.tsx";
import { Num, Time } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { Tabs, Toggle } from "../components/Tabs.tsx";
import { newestSeries, panel } from "../web/client/live.ts";
import { prefs } from "../web/client/prefs.ts";
import { useChoice } from "../web/client/query.ts";
import { instant, price, quantityOf } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import { marketMark } from "../web/view/words.ts";
import { joinSeries, regroup, visible } from "../web/view/candles.ts";
import type { Series } from "../web/view/types.ts";

interface ChartProps {
  readonly boot: Boot;
  readonly symbol: string;
  /** `null` when the recorder could not be asked. */
  readonly series: Series | null;
}

const ZOOMS = [120, 240, 500, 60] as const; // the first is what a page starts with
const ZOOMS_IN_ORDER = [...ZOOMS].sort((a, b) => a - b);
const FACTORS = [1, 5, 15] as const;
const KEPT = 3_000;
const PAGE = 500;
const TABLE_ROWS = 120;
const MINUTE_MS = 60_000;

const load = () => import("../web/client/charts/candle_chart.ts").then(({ createCandleChart }) => createCandleChart);

interface CandleRow {
  readonly openedAtMs: number;
  readonly openUsd: number;
  readonly highUsd: number;
  readonly lowUsd: number;
  readonly closeUsd: number;
  readonly volumeBase: number;
  readonly vwapUsd: number | null;
  readonly regime: string;
}

function rowOf(series: Series, i: number): CandleRow {
  return {
    openedAtMs: series.openedAtMs[i],
    openUsd: series.openUsd[i],
    highUsd: series.highUsd[i],
    lowUsd: series.lowUsd[i],
    closeUsd: series.closeUsd[i],
    volumeBase: series.volumeBase[i],
    vwapUsd: series.vwapUsd[i],
    regime: series.regime[i],
  };
}

function columnsOf(decimals: number | null): Column<CandleRow>[] {
  const usd = (label: string, value: (row: CandleRow) => number | null): Column<CandleRow> => ({
    label,
    unit: "USD",
    kind: "number",
    cell: (row) => <Num text={price(value(row), decimals)} />,
    raw: value,
  });
  return [
    {
      label: "Opened",
      head: true,
      cell: (row) => <Time at={row.openedAtMs} precision="minute" />,
      raw: (row) => instant(row.openedAtMs, "full"),
    },
    usd("Open", (row) => row.openUsd),
    usd("High", (row) => row.highUsd),
    usd("Low", (row) => row.lowUsd),
    usd("Close", (row) => row.closeUsd),
    {
      label: "Volume",
      kind: "number",
      cell: (row) => <Num text={quantityOf(row.volumeBase)} />,
      raw: (row) => row.volumeBase,
    },
    usd("VWAP", (row) => row.vwapUsd),
    { label: "Regime", cell: (row) => row.regime, raw: (row) => row.regime },
  ];
}

function SymbolChart({ boot, symbol, series: first }: ChartProps) {
  const [kept, setKept] = useState(first);
  const [isOldest, setIsOldest] = useState(false);
  const [endMs, setEndMs] = useState<number | null>(null);
  const [count, setCount] = useChoice(boot.path, "candles", ZOOMS);
  const [factor, setFactor] = useChoice(boot.path, "group", FACTORS);
  const [view, setView] = useChoice(boot.path, "view", ["chart", "table"]);
  const [vwap, setVwap] = useChoice(boot.path, "vwap", ["on", "off"]);
  const [ema, setEma] = useChoice(boot.path, "ema", ["on", "off"]);
  const status = panel(boot, "status");
  const quote = panel(boot, "symbols").find((row) => row.symbol === symbol);
  const position = panel(boot, "positions").find((row) => row.symbol === symbol);
  const decimals = quote?.priceDecimals ?? null;
  const { zone } = prefs.value;

  const news = newestSeries.value;
  useEffect(() => {
    if (news) setKept((old) => old ? joinSeries(old, news, KEPT) : news);
  }, [news]);

  const grouped = useMemo(() => kept && regroup(kept, factor), [kept, factor]);
  const shown = useMemo(() => grouped && visible(grouped, { count, endMs }), [grouped, count, endMs]);

  async function loadOlder(): Promise<void> {
    if (!kept || isOldest) return;
    const response = await fetch(`/api/series/${symbol}?before=${kept.openedAtMs[0]}&limit=${PAGE}`).catch(() => null);
    if (!response?.ok) return;
    const older: Series = await response.json();
    if (older.openedAtMs.length === 0) setIsOldest(true);
    else setKept((now) => now && joinSeries(older, now, KEPT));
  }

  function pan(direction: -1 | 1): void {
    if (!grouped || !shown) return;
    const { openedAtMs } = grouped;
    const at = openedAtMs.indexOf(shown.openedAtMs.at(-1)!) + direction * Math.ceil(count / 4);
    if (at >= openedAtMs.length - 1) return setEndMs(null);
    setEndMs(openedAtMs[Math.max(Math.min(count, openedAtMs.length) - 1, at)]);
    if (at - count < count / 4) void loadOlder();
  }

  function zoom(direction: -1 | 1): void {
    const at = ZOOMS_IN_ORDER.indexOf(count) + direction;
    if (at >= 0 && at < ZOOMS_IN_ORDER.length) setCount(ZOOMS_IN_ORDER[at]);
  }

  const keys: Record<string, () => void> = {
    "+": () => zoom(-1),
    "=": () => zoom(-1),
    "-": () => zoom(1),
    "[": () => pan(-1),
    "]": () => pan(1),
  };
  const minutes = (kept?.timeframeMs ?? MINUTE_MS) / MINUTE_MS;
  const columns = columnsOf(decimals);
  const rows = () => shown ? shown.openedAtMs.map((_, i) => rowOf(shown, i)) : [];
  const tools = (
    <>
      <Tabs
        label="Candle length"
        options={FACTORS.map((by) => [by, `${by * minutes}m`] as const)}
        chosen={factor}
        onChoose={setFactor}
      />
      <Toggle on={vwap === "on"} onToggle={() => setVwap(vwap === "on" ? "off" : "on")}>VWAP</Toggle>
      <Toggle on={ema === "on"} onToggle={() => setEma(ema === "on" ? "off" : "on")}>EMA</Toggle>
      <span class="tool-group" role="group" aria-label="Part of the chart">
        <Tool icon="left" label="Older candles" onClick={() => pan(-1)} />
        <Tool icon="right" label="Newer candles" onClick={() => pan(1)} disabled={endMs === null} />
        <Tool icon="latest" label="Newest candles" onClick={() => setEndMs(null)} disabled={endMs === null} />
        <Tool icon="minus" label="More candles" onClick={() => zoom(1)} disabled={count === 500} />
        <Tool icon="plus" label="Fewer candles" onClick={() => zoom(-1)} disabled={count === 60} />
      </span>
      <Toggle on={view === "table"} onToggle={() => setView(view === "table" ? "chart" : "table")}>Table</Toggle>
    </>
  );
  const body = () => {
    if (!shown || shown.openedAtMs.length === 0) {
      return <Empty>No candles yet. The first one is drawn when it closes.</Empty>;
    }
    if (view === "table") {
      return (
        <div class="scroll" tabIndex={0} role="group" aria-label="Candles as a table">
          <DataTable
            caption={`${symbol}, the newest ${TABLE_ROWS} candles in view`}
            columns={columns}
            rows={rows().slice(-TABLE_ROWS).reverse()}
            keyOf={(row) => String(row.openedAtMs)}
          />
        </div>
      );
    }
    const mid = endMs === null && quote?.bidUsd != null && quote.askUsd != null
      ? (quote.bidUsd + quote.askUsd) / 2
      : null;
    const bracket = position && endMs === null
      ? { entryUsd: position.entryUsd, stopUsd: position.stopUsd, targetUsd: position.targetUsd }
      : null;
    return (
      <ChartFrame
        load={load}
        data={{
          series: { ...shown, bracket },
          priceDecimals: decimals,
          lastUsd: mid,
          overlays: { vwap: vwap === "on", ema: ema === "on" },
          zone,
        }}
        view={`${factor} ${count} ${endMs} ${vwap} ${ema} ${zone}`}
        count={shown.openedAtMs.length}
        label={`${symbol} candles, ${factor * minutes} minutes`}
        describe={(i) => describe(shown, i, decimals, zone)}
        onKey={(key) => key in keys && (keys[key](), true)}
        mark={marketMark(status)}
      >
        <Legend vwap={vwap === "on"} ema={ema === "on"} />
      </ChartFrame>
    );
  };
  return (
    <Panel
      boot={boot}
      id="chart"
      title="Candles"
      class="p-chart"
      shows={["symbols"]}
      state={first === null && kept === null
        ? { kind: "failed", why: "The recorder did not answer: no candles. They come with the next one that closes" }
        : null}
      tools={tools}
      csv={() => tableCsv(columns, rows())}
    >
      {body()}
    </Panel>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
}

function Tool({ icon, label, onClick, disabled }: ToolProps) {
  return (
    <button type="button" class="tool" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

function Legend({ vwap, ema }: { readonly vwap: boolean; readonly ema: boolean }) {
  return (
    <ul class="legend" aria-hidden="true">
      <li class="legend-up">up</li>
      <li class="legend-down">down</li>
      {vwap && <li class="legend-vwap">VWAP</li>}
      {ema && <li class="legend-ema9">EMA 9</li>}
      {ema && <li class="legend-ema20">EMA 20</li>}
    </ul>
  );
}

function describe(series: Series, i: number, decimals: number | null, zone: "utc" | "local"): string {
  const usd = (value: number | null) => price(value, decimals);
  const parts = [
    instant(series.openedAtMs[i], "full", zone),
    `O ${usd(series.openUsd[i])}`,
    `H ${usd(series.highUsd[i])}`,
    `L ${usd(series.lowUsd[i])}`,
    `C ${usd(series.closeUsd[i])}`,
    `V ${quantityOf(series.volumeBase[i])}`,
    `VWAP ${usd(series.vwapUsd[i])}`,
    `regime ${series.regime[i]}`,
  ];
  return parts.join("  ");
}

export default guarded("Candles", "p-chart", SymbolChart);
