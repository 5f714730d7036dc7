import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { mid } from "../../core/market/types.ts";
import { type Instrument, parseIncrement, qtyLots } from "../../core/money.ts";
import { createRng } from "../../core/rng.ts";
import { DAY_MS, MINUTE_MS } from "../../core/time.ts";
import { marketSourceContract } from "../../tests/contract/market_source.ts";
import { dataPath, dataTest } from "../../tests/support/data.ts";
import { createReplaySource, type ReplayOptions } from "./replay.ts";
import {
  csvProblemText,
  type LoadOptions,
  loadReplayFiles,
  parseReplayFile,
  parseReplayName,
  type ReplayLoad,
  type ReplaySet,
} from "./replay_files.ts";

const T = Date.UTC(2026, 0, 5);
const HEADER = "timestamp_ms,open,high,low,close,volume";
const QUOTES: ReplayOptions = { spread: { spreadBps: 10, spreadRangeRatio: 0.1 }, path: "pessimistic" };
const BTC: Instrument = {
  symbol: "BTC-USD",
  base: "BTC",
  priceIncrement: parseIncrement("0.01"),
  qtyIncrement: parseIncrement("0.00000001"),
  minQtyLots: qtyLots(100),
  maxQtyLots: qtyLots(2_000_000_000),
  minNotionalUsdMicros: null,
};

/** Loads files that exist only here. */
function load(contents: Record<string, string | Uint8Array>, options: Partial<LoadOptions> = {}): Promise<ReplayLoad> {
  return loadReplayFiles({
    files: Object.keys(contents).map(parseReplayFile),
    instruments: { "BTC-USD": BTC },
    onBadRow: "stop",
    onGap: "report",
    readFile: (path) => {
      const content = contents[path] ?? contents[Object.keys(contents).find((name) => name.endsWith(`=${path}`)) ?? ""];
      if (content === undefined) throw new Error("No such file");
      return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : content);
    },
    ...options,
  });
}
async function loaded(
  contents: Record<string, string | Uint8Array>,
  options: Partial<LoadOptions> = {},
): Promise<ReplaySet> {
  const result = await load(contents, options);
  assert.ok(result.ok, result.ok ? "" : result.problems.join("\n"));
  return result;
}
async function refusal(
  contents: Record<string, string | Uint8Array>,
  options: Partial<LoadOptions> = {},
): Promise<string[]> {
  const result = await load(contents, options);
  assert.ok(!result.ok);
  return [...result.problems];
}

/** Candles of the given minutes, with prices of a seeded walk around `usd`. */
function candles(minutes: readonly number[], usd = 100, intervalMs = MINUTE_MS): string {
  const rng = createRng(usd);
  let open = usd;
  const lines = minutes.map((minute) => {
    const close = open * (1 + 0.002 * rng.normal());
    const high = Math.max(open, close) * 1.001, low = Math.min(open, close) * 0.999;
    const line = [open, high, low, close].map((x) => x.toFixed(4)).join(",");
    open = Number(close.toFixed(4));
    return `${T + minute * intervalMs},${line},${rng.int(1_000)}`;
  });
  return [HEADER, ...lines, ""].join("\n");
}
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, k) => from + k);

const withGaps = await loaded({
  "BTCUSDT_1m_x.csv": candles([...upTo(20), ...upTo(30, 26), 90]),
  "DOGEUSDT_1m_x.csv": candles([...upTo(10, 5), ...upTo(40, 40)], 7),
});
for (const path of ["pessimistic", "direction"] as const) {
  const make = () => createReplaySource(withGaps, { ...QUOTES, path });
  marketSourceContract({ name: `a ${path} replay`, make, spanMs: 91 * MINUTE_MS, weight: 0.3 });
}

Deno.test("a replay tells its candles as recorded, each when it closes", async () => {
  const set = await loaded({ "BTCUSDT_1m_x.csv": candles(upTo(3)) });
  const source = createReplaySource(set, QUOTES);
  const { columns } = set.series[0];
  assert.equal(source.advance(T + MINUTE_MS - 1).candles[0]!.length, 0);
  assert.deepEqual([...source.advance(T + MINUTE_MS).candles[0]!], [
    T,
    columns.openUsd[0],
    columns.highUsd[0],
    columns.lowUsd[0],
    columns.closeUsd[0],
    columns.volumeBase[0],
  ]);
  assert.equal(source.advance(T + 3 * MINUTE_MS).candles[0]!.length, 12);
  assert.equal(source.endsAtMs, T + 3 * MINUTE_MS);
});

Deno.test("a replay quotes open, low, high and close of each candle, and widens after a wide one", async () => {
  const csv = [HEADER, `${T},100,110,90,100,4`, `${T + MINUTE_MS},100,100,100,100,4`, ""].join("\n");
  const source = createReplaySource(await loaded({ "BTCUSDT_1m_x.csv": csv }), QUOTES);
  const rows = [...source.advance(T + 2 * MINUTE_MS).quotes[0]];
  const quotes = upTo(8).map((k) => rows.slice(4 * k, 4 * k + 4));
  assert.deepEqual(quotes.map(([, bid, ask]) => mid(bid, ask)), [100, 90, 110, 100, 100, 100, 100, 100]);
  assert.deepEqual(quotes.map(([, bid, ask]) => Math.round((ask - bid) / mid(bid, ask) * 1e6)), [
    ...[1_000, 1_000, 1_000, 1_000],
    ...[21_000, 21_000, 21_000, 21_000],
  ]);
});

Deno.test("a replay labels itself by its file, or by symbols, interval and days", async () => {
  const one = await loaded({ "/data/BTCUSDT_1m_20210420-20210520.csv": candles(upTo(3)) });
  assert.equal(createReplaySource(one, QUOTES).label, "REPLAY BTCUSDT_1m_20210420-20210520");
  assert.equal(createReplaySource(withGaps, QUOTES).label, "REPLAY BTC-USD DOGE-USD 1m 2026-01-05..2026-01-05");
});

Deno.test("a replay refuses a checkpoint made with other content, whatever the name", async () => {
  const a = createReplaySource(await loaded({ "BTCUSDT_1m_x.csv": candles(upTo(3)) }), QUOTES);
  const b = createReplaySource(await loaded({ "BTCUSDT_1m_x.csv": candles(upTo(4)) }), QUOTES);
  assert.throws(() => b.restore(a.checkpoint()), /^Error: Cannot resume the replay/);
});

// deno-fmt-ignore
const NAMES: { path: string; symbol: string | null; intervalMs: number | null }[] = [
  { path: "BTCUSDT_1m_20210420-20210520.csv.gz",     symbol: "BTC-USD",   intervalMs: MINUTE_MS },
  { path: "/a/b_5m_c/SOLUSDT-PERP_1m_2025.csv.gz",   symbol: "SOL-USD",   intervalMs: MINUTE_MS },
  { path: "ADA-USD_1d_20171109-20220214.csv.gz",     symbol: "ADA-USD",   intervalMs: DAY_MS },
  { path: "GME_1d_20160104-20240308.csv",            symbol: "GME-USD",   intervalMs: DAY_MS },
  { path: "SHIB_USDT_5m.csv",                        symbol: "SHIB-USD",  intervalMs: 5 * MINUTE_MS },
  { path: "eth-usd_4h_2024.CSV",                     symbol: "ETH-USD",   intervalMs: 240 * MINUTE_MS },
  { path: "1000PEPEUSDC.csv",                        symbol: "1000PEPE-USD", intervalMs: null },
  { path: "BTCEUR_1m_2024.csv",                      symbol: null,        intervalMs: MINUTE_MS },
  { path: "ETH-BTC_1m_2024.csv",                     symbol: null,        intervalMs: MINUTE_MS },
  { path: "my candles.csv",                          symbol: null,        intervalMs: null },
];
for (const { path, symbol, intervalMs } of NAMES) {
  Deno.test(`parseReplayName() reads ${path} as ${symbol} every ${intervalMs} ms`, () => {
    assert.deepEqual(parseReplayName(path), { symbol, intervalMs });
  });
}

Deno.test("parseReplayFile() takes a symbol in front of the path, and leaves other paths whole", () => {
  assert.deepEqual(parseReplayFile("BTC-USD=/x/a=b.csv"), { symbol: "BTC-USD", path: "/x/a=b.csv" });
  assert.deepEqual(parseReplayFile("C:\\x=1\\BTCUSDT_1m.csv"), { symbol: null, path: "C:\\x=1\\BTCUSDT_1m.csv" });
});

Deno.test("loading reads gzip by content, also in several members, and gives the same candles", async () => {
  const text = candles(upTo(50));
  const half = text.indexOf("\n", text.length / 2);
  const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
  const plain = await loaded({ "BTCUSDT_1m.csv": text });
  assert.deepEqual((await loaded({ "BTCUSDT_1m.csv": members })).series, plain.series);
});

Deno.test("loading puts periods of a symbol in line, in whatever order, and takes what both hold once", async () => {
  const whole = candles(upTo(30));
  const lines = whole.trimEnd().split("\n");
  const part = (from: number, to: number): string => [HEADER, ...lines.slice(1 + from, 1 + to), ""].join("\n");
  const set = await loaded({
    "BTCUSDT_1m_b.csv": part(12, 25),
    "BTCUSDT_1m_c.csv": part(27, 30),
    "BTCUSDT_1m_a.csv": part(0, 14),
  });
  const want = [...upTo(25), 27, 28, 29];
  assert.equal(set.series.length, 1);
  assert.deepEqual([...set.series[0].columns.openedAtMs], want.map((minute) => T + minute * MINUTE_MS));
  assert.deepEqual(set.series[0].gaps.map(({ missingCandles }) => missingCandles), [2]);
  const all = (await loaded({ "BTCUSDT_1m_x.csv": whole })).series[0].columns;
  assert.deepEqual([...set.series[0].columns.closeUsd], want.map((minute) => all.closeUsd[minute]));
});

Deno.test("loading skips bad lines when told to, and reports each", async () => {
  const set = await loaded({ "BTCUSDT_1m.csv": `${candles(upTo(5))}oops\n` }, { onBadRow: "skip" });
  const [file] = set.files;
  assert.deepEqual({ rows: file.rows, skipped: file.skipped }, { rows: 5, skipped: 1 });
  assert.equal(csvProblemText(file.problems[0]), `line 7 "oops": 1 columns, must be 6`);
});

// deno-fmt-ignore
const INFERRED: { name: string; price: string; priceStep: string; qtyStep: string }[] = [
  { name: "a coin of two decimals",            price: "64000.01",           priceStep: "0.01",       qtyStep: "0.0000001" },
  { name: "a coin worth a tenth of a cent",    price: "0.001",              priceStep: "0.001",      qtyStep: "10" },
  { name: "a coin worth a hundred thousandth", price: "0.00001036",         priceStep: "0.00000001", qtyStep: "100" },
  { name: "a price with a recorder's tail",    price: "0.0014149999478831", priceStep: "0.00000001", qtyStep: "1" },
  { name: "a stock",                           price: "14.65",              priceStep: "0.01",       qtyStep: "0.0001" },
];
for (const { name, price, priceStep, qtyStep } of INFERRED) {
  Deno.test(`loading infers a grid of ${priceStep} by ${qtyStep} for ${name}`, async () => {
    const row = (minute: number): string => `${T + minute * MINUTE_MS},${price},${price},${price},${price},1`;
    const { series: [one] } = await loaded({ "XUSDT_1m.csv": [HEADER, row(0), row(1), ""].join("\n") });
    assert.equal(one.instrumentInferred, true);
    assert.deepEqual(one.instrument.priceIncrement, parseIncrement(priceStep));
    assert.equal(one.instrument.qtyIncrement.mantissa / 10 ** one.instrument.qtyIncrement.decimals, Number(qtyStep));
    assert.ok(Number(qtyStep) * Number(price) <= 0.01 + 1e-12);
    const most = one.instrument.maxQtyLots * Number(qtyStep) * Number(price);
    assert.ok(most <= 1_000_001 && most > 999_000, `largest order is worth ${most}`);
  });
}
Deno.test("loading takes the grid of a known symbol from the configuration", async () => {
  const { series: [one] } = await loaded({ "BTCUSDT_1m.csv": candles(upTo(3)) });
  assert.deepEqual([one.instrument, one.instrumentInferred], [BTC, false]);
});

const damaged = gzipSync(candles(upTo(50))).subarray(0, 300);
const twoBad = candles(upTo(5)).replace("\n", "\n1,2,3\n") + "x\n";
// deno-fmt-ignore
const REFUSED: { name: string; files: Record<string, string | Uint8Array>; options?: Partial<LoadOptions>; want: RegExp[] }[] = [
  { name: "no file",               files: {}, want: [/^No file to replay\. Name one with --replay/] },
  { name: "a file that is absent", files: { "BTCUSDT_1m.csv": "" }, options: { files: [parseReplayFile("ETHUSDT_1m.csv")] },
    want: [/^Cannot read ETHUSDT_1m\.csv: No such file\. Check the path given to --replay$/] },
  { name: "a name that tells no symbol", files: { "candles.csv": candles(upTo(3)) }, want: [/^Cannot tell which dollar pair candles\.csv holds\. Say so: --replay BTC-USD=candles\.csv$/] },
  { name: "a pair in euros",       files: { "BTCEUR_1m.csv": candles(upTo(3)) }, want: [/^Cannot tell which dollar pair BTCEUR_1m\.csv holds/] },
  { name: "a damaged archive",     files: { "BTCUSDT_1m.csv.gz": damaged }, want: [/^Cannot unpack BTCUSDT_1m\.csv\.gz: unexpected end of file\. The file is damaged/] },
  { name: "bad lines",             files: { "BTCUSDT_1m.csv": twoBad }, want: [/^Cannot replay BTCUSDT_1m\.csv:\n {2}line 2 "1,2,3": 3 columns, must be 6\n {2}line 8 "x": 1 columns, must be 6\n {2}Mend the lines, or .*onBadRow: skip/] },
  { name: "many bad lines",        files: { "BTCUSDT_1m.csv": candles(upTo(5)) + "x\n".repeat(9) }, want: [/… and 4 more\n/] },
  { name: "another format",        files: { "BTCUSDT_1m.csv": "a,b\n1,2\n" }, options: { onBadRow: "skip" }, want: [/line 1 "a,b": the header must be timestamp_ms,.*\n {2}Give a CSV with the columns/] },
  { name: "mixed intervals",       files: { "BTCUSDT_1m.csv": candles(upTo(3)), "ETHUSDT_5m.csv": candles(upTo(3), 9, 5 * MINUTE_MS) }, want: [/^One replay has one interval, but BTCUSDT_1m\.csv has 1m, ETHUSDT_5m\.csv has 5m/] },
  { name: "files that contradict", files: { "BTCUSDT_1m.csv": candles(upTo(3)), "BTCUSDT-PERP_1m.csv": candles(upTo(3), 9) }, want: [/^BTC-USD: .* differ at 2026-01-05T00:00:00Z/] },
  { name: "gaps",                  files: { "BTCUSDT_1m.csv": candles([0, 1, 2, 9]) }, options: { onGap: "stop" }, want: [/^BTC-USD has 1 gap, the first of 6 candles from 2026-01-05T00:03:00Z to 2026-01-05T00:09:00Z\..*onGap: report/] },
  { name: "several wrong files",   files: { "BTCUSDT_1m.csv": "", "my file.csv": "", "ETHUSDT_1m.csv": "x" }, want: [/the file is empty/, /^Cannot tell/, /the header must be/] },
];
for (const { name, files, options, want } of REFUSED) {
  Deno.test(`loading refuses ${name}, with the next step`, async () => {
    const problems = await refusal(files, options);
    assert.equal(problems.length, want.length, problems.join("\n"));
    want.forEach((pattern, k) => assert.match(problems[k], pattern));
  });
}

const REAL = ["market/1m/BTCUSDT_1m_20210420-20210520.csv.gz", "market/1d/GME_1d_20160104-20240308.csv.gz"];
dataTest("recorded minutes of May 2021 replay whole, with their one gap", [REAL[0]], async () => {
  const path = dataPath(REAL[0]);
  const set = await loadReplayFiles({
    files: [{ path, symbol: null }],
    instruments: {},
    onBadRow: "stop",
    onGap: "report",
  });
  assert.ok(set.ok);
  const source = createReplaySource(set, QUOTES);
  const { candles, quotes, problems } = source.advance(source.endsAtMs!);
  assert.equal(candles[0]!.length / 6, 42_915);
  assert.equal(quotes[0].length / 4, 4 * 42_915);
  assert.deepEqual(problems.map(({ missingCandles }) => missingCandles), [284]);
});
dataTest("recorded days of a stock replay without missing their weekends", [REAL[1]], async () => {
  const path = dataPath(REAL[1]);
  const set = await loadReplayFiles({
    files: [{ path, symbol: null }],
    instruments: {},
    onBadRow: "stop",
    onGap: "report",
  });
  assert.ok(set.ok);
  assert.equal(set.intervalMs, DAY_MS);
  assert.equal(set.series[0].columns.length, 2_059);
  assert.equal(set.series[0].gaps.reduce((sum, { missingCandles }) => sum + missingCandles, 0), 76);
});
