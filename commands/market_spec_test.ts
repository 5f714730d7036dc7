import assert from "node:assert/strict";
import { openMarket } from "../adapters/market_data/open.ts";
import { type Config, loadConfig, type Override } from "../configs/load.ts";
import { dataPath, dataTest } from "../tests/support/data.ts";
import { marketSpec } from "./market_spec.ts";

const CONFIGS = new URL("../configs", import.meta.url).pathname;
function config(...overrides: Override[]): Config {
  const loading = loadConfig({
    dir: CONFIGS,
    shippedDir: CONFIGS,
    envFile: "/nowhere",
    env: {},
    overrides,
    onlySymbols: null,
    readFile: (path) => (path === "/nowhere" ? null : Deno.readTextFileSync(path)),
  });
  assert.ok(loading.ok);
  return loading.config;
}
const replayOf = (...files: string[]): Override[] => [
  { file: "settings", path: ["market"], value: "replay", source: "--replay" },
  { file: "settings", path: ["replay", "files"], value: files, source: "--replay" },
];

Deno.test("the shipped configuration opens the simulated market, three days before its visible start", async () => {
  const spec = structuredClone(marketSpec(config()));
  const opening = await openMarket(spec);
  assert.ok(opening.ok);
  const { source } = opening;
  assert.equal(source.label, "SIM seed 42");
  assert.equal(new Date(source.startsAtMs).toISOString(), "2026-01-02T00:00:00.000Z");
  assert.deepEqual(source.symbols, ["BTC-USD", "ETH-USD", "SOL-USD", "DOGE-USD", "XRP-USD"]);
  const { quotes } = source.advance(source.startsAtMs + 60_000);
  quotes.forEach((rows) => assert.equal(rows.length / 4, 30));
});

Deno.test("a replay of a file that is not there is refused in words", async () => {
  const opening = await openMarket(marketSpec(config(...replayOf("/nowhere/BTCUSDT_1m.csv"))));
  assert.ok(!opening.ok);
  assert.match(opening.problems[0], /^Cannot read \/nowhere\/BTCUSDT_1m\.csv: .*Check the path given to --replay$/);
});

const FILES = ["market/1m/BTCUSDT_1m_20210420-20210520.csv.gz", "market/1m/SOLUSDT-PERP_1m_20250504-20250519.csv.gz"];
dataTest("recorded minutes open as a replay, with notes on gaps", FILES, async () => {
  const opening = await openMarket(structuredClone(marketSpec(config(...replayOf(...FILES.map(dataPath))))));
  assert.ok(opening.ok, opening.ok ? "" : opening.problems.join("\n"));
  assert.deepEqual(opening.source.symbols, ["BTC-USD", "SOL-USD"]);
  assert.deepEqual(opening.notes, ["BTC-USD: 284 candles missing in 1 gap"]);
  assert.match(opening.source.label, /^REPLAY BTC-USD SOL-USD 1m 2021-04-20\.\.2025-05-20$/);
});

Deno.test("bad lines that are left out and unknown symbols are noted", async () => {
  const path = await Deno.makeTempFile({ suffix: "_ODDUSDT_1m.csv" });
  try {
    const line = (minute: number): string => `${1_767_571_200_000 + minute * 60_000},1,1,1,1,1`;
    await Deno.writeTextFile(path, ["timestamp_ms,open,high,low,close,volume", line(0), line(1), "x", ""].join("\n"));
    const skip: Override = { file: "settings", path: ["replay", "onBadRow"], value: "skip", source: "--x" };
    const opening = await openMarket(marketSpec(config(...replayOf(`ODD-USD=${path}`), skip)));
    assert.ok(opening.ok);
    assert.deepEqual(opening.notes, [
      `${path}: 1 of 3 lines left out, the first: line 4 "x": 1 columns, must be 6`,
      "ODD-USD is not in symbols.yaml: its price and quantity steps were inferred from its prices",
    ]);
  } finally {
    await Deno.remove(path);
  }
});
