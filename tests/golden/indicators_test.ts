/**
 * Our indicators against values that we did not compute: the hand-built sheets of Stock.Indicators, the worked examples of
 * StockCharts, and the technicalindicators library on real candles. Bound: relative error 1e-9, or half a unit of the last
 * published digit where fewer digits were published. Seeds are ours (SMA of the first n for EMA; plain mean of the first
 * 14 changes or true ranges for Wilder's averages, the first candle having neither) unless the row names another.
 */
import assert from "node:assert/strict";
import * as library from "technicalindicators";
import { extendedIndicators, type ExtendedName } from "../../core/features/extended.ts";
import { createFeatures, featureRows, stepFeatures } from "../../core/features/features.ts";
import { rsi, smooth, trueRange } from "../../core/features/kernels.ts";
import { FEATURE_COUNT, type FeatureName, SLOT } from "../../core/features/types.ts";
import type { FeatureConfig } from "../../core/features/warm_up.ts";
import { IN, momentsSlots, OUT, OUT_SQUARES, pushMoments } from "../../core/features/windows.ts";
import { CandleError } from "../../core/market/candle_columns.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { MINUTE_MS } from "../../core/time.ts";
import { candlesFromFile, candlesOf, MONDAY_MS, readCsv } from "../support/candles.ts";
import { dataPath, dataTest } from "../support/data.ts";

const SHEETS = "indicators/stock-indicators";
const SCHOOL = "indicators/stockcharts";
const BOUND = 1e-9;
const SEEDED: FeatureConfig = {
  timeframeMs: MINUTE_MS,
  vwapSlopeCandles: 30,
  atrPercentileCandles: 100,
  longVolCandles: 100,
  warmUp: "seeded",
};

interface Row {
  readonly indicator: string;
  readonly source: string;
  readonly rows: number;
  readonly worst: number;
}
const table: Row[] = [];

/** Compares wherever both have a value; at least `least` rows must be compared. `digits`: decimals that were published. */
function compare(
  indicator: string,
  source: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  options: { readonly least: number; readonly digits?: number },
): void {
  let rows = 0, worst = 0;
  const slack = options.digits === undefined ? 0 : 0.5 * 10 ** -options.digits;
  const floor = 1e-6 * Array.from(want).reduce((most, v) => Math.max(most, Math.abs(v) || 0), 0);
  for (let i = 0; i < want.length; i++) {
    if (!Number.isFinite(want[i])) continue;
    assert.ok(Number.isFinite(got[i]), `${indicator}, ${source}: row ${i} has ${want[i]}, we have ${got[i]}`);
    // Rounding of the published value is not our error. Where a column passes through zero a relative error means nothing,
    // so nothing counts as less than a millionth of the column's greatest value.
    const off = Math.max(0, Math.abs(got[i] - want[i]) - slack) / Math.max(Math.abs(want[i]), floor);
    worst = Math.max(worst, off);
    assert.ok(off <= BOUND, `${indicator}, ${source}: row ${i} is ${got[i]}, published ${want[i]}, error ${off}`);
    rows++;
  }
  assert.ok(rows >= options.least, `${indicator}, ${source}: only ${rows} rows to compare`);
  table.push({
    indicator,
    source: options.digits ? `${source}, ${options.digits} decimals` : source,
    rows,
    worst,
  });
}

const numbers = (texts: readonly string[]): number[] => texts.map((t) => (t === "" ? NaN : Number(t)));
const sheet = (name: string) => readCsv(`${SHEETS}/${name}.csv`);
const school = (name: string) => readCsv(`${SCHOOL}/${name}.csv`);

/** Rows of a sheet as candles one minute apart from a midnight on, so that 1,440 of them are one VWAP day. */
function sheetCandles(file: { rows: number; column(name: string): string[] }, capital = false): CandleColumns {
  const column = (name: string) => numbers(file.column(capital ? name[0].toUpperCase() + name.slice(1) : name));
  const [high, low, close] = [column("high"), column("low"), column("close")];
  let volume: number[];
  try {
    volume = column("volume");
  } catch {
    volume = close.map(() => 1);
  }
  return candlesOf(close.map((c, i) => [c, high[i], low[i], c, volume[i]]));
}

function feature(c: CandleColumns, name: FeatureName): Float64Array {
  const rows = featureRows(c, SEEDED);
  return Float64Array.from({ length: c.length }, (_, i) => rows[i * FEATURE_COUNT + SLOT[name]]);
}

const closesOnly = (closes: readonly number[]): CandleColumns => candlesOf(closes.map((c) => [c, c, c, c, 1]));

dataTest("EMA: the Stock.Indicators sheets", [`${SHEETS}/EMA.csv`, `${SHEETS}/MACD.csv`], () => {
  const ema = sheet("EMA");
  const closes = numbers(ema.column("close"));
  compare("EMA 20", "Stock.Indicators EMA", feature(closesOnly(closes), "ema20Usd"), numbers(ema.column("ema")), {
    least: 483,
  });
  const opens = numbers(ema.column("open"));
  compare("EMA 20", "Stock.Indicators EMA(O)", feature(closesOnly(opens), "ema20Usd"), numbers(ema.column("ema(O)")), {
    least: 483,
  });
  // No sheet has an EMA 9 of prices, but the MACD signal is one: of the MACD line, lifted above zero to be a price.
  const macd = sheet("MACD");
  const line = numbers(macd.column("MACD")).slice(25).map((v) => v + 100);
  const signal = numbers(macd.column("Signal")).slice(25).map((v) => v + 100);
  compare("EMA 9", "Stock.Indicators MACD signal", feature(closesOnly(line), "ema9Usd"), signal, { least: 469 });
});

dataTest("ATR and true range: the Stock.Indicators sheets", [`${SHEETS}/ATR.csv`, `${SHEETS}/TR.csv`], () => {
  const atr = sheet("ATR");
  compare("ATR 14", "Stock.Indicators ATR", feature(sheetCandles(atr), "atr14Usd"), numbers(atr.column("ATR")), {
    least: 488,
  });
  const c = sheetCandles(sheet("TR"));
  const ranges = c.closeUsd.map((_, i) => i === 0 ? NaN : trueRange(c.highUsd[i], c.lowUsd[i], c.closeUsd[i - 1]));
  compare("true range", "Stock.Indicators TR", ranges, numbers(sheet("TR").column("TR")), { least: 501 });
});

dataTest("ATR: the StockCharts example, whose first true range is the first candle's high - low", [
  `${SCHOOL}/cs-atr.csv`,
], () => {
  const file = school("cs-atr");
  const high = numbers(file.column("High")), low = numbers(file.column("Low")), close = numbers(file.column("Close"));
  // A candle before the first, closing inside its range, gives the first candle that very true range.
  const rows = [[low[0], low[0], low[0], low[0], 1], ...close.map((c, i) => [c, high[i], low[i], c, 1])];
  const want = numbers(file.column("ATR")).map((v) => (v === 0 ? NaN : v));
  compare("ATR 14", "StockCharts cs-atr (own first TR)", feature(candlesOf(rows), "atr14Usd").slice(1), want, {
    least: 16,
  });
});

dataTest("RSI: the Stock.Indicators sheet", [`${SHEETS}/RSI.csv`], () => {
  const file = sheet("RSI");
  compare("RSI 14", "Stock.Indicators RSI", feature(sheetCandles(file), "rsi14"), numbers(file.column("RSI(14)")), {
    least: 488,
  });
});

dataTest("RSI: the StockCharts example, whose averages start from zero at the first change", [
  `${SCHOOL}/cs-rsi.csv`,
], () => {
  const file = school("cs-rsi");
  const closes = numbers(file.column("Close"));
  let gain = 0, loss = 0;
  const got = closes.map((close, i) => {
    if (i === 0) return NaN;
    gain = smooth(gain, Math.max(close - closes[i - 1], 0), 1 / 14);
    loss = smooth(loss, Math.max(closes[i - 1] - close, 0), 1 / 14);
    return rsi(gain, loss);
  });
  const options = { least: 19, digits: 6 };
  compare("RSI 14", "StockCharts cs-rsi (from zero)", got, numbers(file.column("RSI")), options);
});

dataTest("VWAP: the Stock.Indicators sheets and baseline, the StockCharts example", [
  `${SHEETS}/VWAP.csv`,
  `${SHEETS}/VWAP_VWAP-with-Start-Date.csv`,
  `${SHEETS}/baseline_vwap.csv`,
  `${SHEETS}/quotes_default.csv`,
  `${SCHOOL}/cs-vwap.csv`,
], () => {
  const session = sheet("VWAP");
  compare("VWAP", "Stock.Indicators VWAP", feature(sheetCandles(session), "vwapUsd"), numbers(session.column("VWAP")), {
    least: 391,
  });
  const dated = sheet("VWAP_VWAP-with-Start-Date");
  const want = numbers(dated.column("VWAP"));
  const start = want.findIndex(Number.isFinite);
  const c = sheetCandles(dated);
  const later = candlesOf(
    [...c.closeUsd].map((close, i) => [close, c.highUsd[i], c.lowUsd[i], close, c.volumeBase[i]]).slice(start),
  );
  compare("VWAP", "Stock.Indicators VWAP, later start", feature(later, "vwapUsd"), want.slice(start), { least: 300 });
  const daily = feature(sheetCandles(sheet("quotes_default")), "vwapUsd");
  compare("VWAP", "Stock.Indicators baseline", daily, numbers(sheet("baseline_vwap").column("vwap")), { least: 502 });
  // That example is a rolling VWAP of 14; its first 14 rows are cumulative.
  const example = school("cs-vwap");
  const rolling = numbers(example.column("vwap")).slice(0, 14);
  compare("VWAP", "StockCharts cs-vwap, first 14", feature(sheetCandles(example, true), "vwapUsd"), rolling, {
    least: 14,
  });
});

dataTest("the moments behind the volume z-score: the Stock.Indicators sheet of 10 closes", [
  `${SHEETS}/StdDev.csv`,
], () => {
  const file = sheet("StdDev");
  const s = new Float64Array(momentsSlots(10));
  const moments = numbers(file.column("close")).map((close, i) => {
    s[IN] = close;
    pushMoments(s, 0, 10);
    const sd = Math.sqrt(s[OUT_SQUARES] / 10);
    return i < 9 ? [NaN, NaN, NaN] : [s[OUT], sd, (close - s[OUT]) / sd];
  });
  const got = (k: number) => moments.map((m) => m[k]);
  compare("mean 10", "Stock.Indicators StdDev", got(0), numbers(file.column("mean")), { least: 493 });
  compare("deviation 10", "Stock.Indicators StdDev", got(1), numbers(file.column("stddev")), { least: 493 });
  compare("z-score 10", "Stock.Indicators StdDev", got(2), numbers(file.column("zscore")), { least: 493 });
});

dataTest("the prior high: the upper Donchian channel of Stock.Indicators", [`${SHEETS}/Donchian.csv`], () => {
  const file = sheet("Donchian");
  const got = feature(sheetCandles(file), "priorHighUsd");
  compare("prior high 20", "Stock.Indicators Donchian", got, numbers(file.column("Upper")), { least: 482 });
});

dataTest("the wider set: the Stock.Indicators sheets and StockCharts examples", [
  ...["MACD", "BollingerBands", "ADX", "StochRSI", "OBV"].map((name) => `${SHEETS}/${name}.csv`),
  ...["cs-bbands", "cs-adx", "cs-obv"].map((name) => `${SCHOOL}/${name}.csv`),
], () => {
  const check = (name: string, pairs: readonly (readonly [ExtendedName, string, number])[]) => {
    const file = sheet(name);
    const got = extendedIndicators(sheetCandles(file));
    for (const [ours, theirs, least] of pairs) {
      compare(ours, `Stock.Indicators ${name}`, got[ours], numbers(file.column(theirs)), { least });
    }
  };
  check("MACD", [["macdUsd", "MACD", 477], ["macdSignalUsd", "Signal", 469], ["macdHistogramUsd", "Histo", 469]]);
  check("BollingerBands", [
    ["bollingerUpperUsd", "upper", 483],
    ["bollingerMiddleUsd", "sma", 483],
    ["bollingerLowerUsd", "lower", 483],
  ]);
  check("StochRSI", [["stochRsiK", "StochRSI", 473], ["stochRsiD", "D(3)", 471]]);
  check("OBV", [["obvBase", "obv", 502]]);

  const directions = (source: string, file: ReturnType<typeof sheet>, names: readonly string[], digits?: number) => {
    const got = extendedIndicators(sheetCandles(file, digits !== undefined));
    const [adx, plus, minus] = names.map((name) => numbers(file.column(name)));
    // The library shows the directional lines only once it has an ADX.
    const shown = (values: number[]) => values.map((v, i) => (Number.isFinite(adx[i]) ? v : NaN));
    compare("adx14", source, got.adx14, adx, { least: 475, digits });
    compare("plusDi14", source, got.plusDi14, shown(plus), { least: 475, digits });
    compare("minusDi14", source, got.minusDi14, shown(minus), { least: 475, digits });
  };
  directions("Stock.Indicators ADX", sheet("ADX"), ["ADX", "+DI14", "-DI14"]);
  directions("StockCharts cs-adx", school("cs-adx"), ["ADX", "+DI14", "-DI14"], 7);

  const bands = school("cs-bbands");
  const band = extendedIndicators(closesOnly(numbers(bands.column("Close"))));
  const published = { least: 22, digits: 6 };
  compare(
    "bollingerUpperUsd",
    "StockCharts cs-bbands",
    band.bollingerUpperUsd,
    numbers(bands.column("HighBand")),
    published,
  );
  compare(
    "bollingerLowerUsd",
    "StockCharts cs-bbands",
    band.bollingerLowerUsd,
    numbers(bands.column("LowBand")),
    published,
  );
  const balance = school("cs-obv");
  const volumes = numbers(balance.column("Volume"));
  const rows = numbers(balance.column("Close")).map((close, i) => [close, close, close, close, volumes[i] || 0]);
  compare(
    "obvBase",
    "StockCharts cs-obv",
    extendedIndicators(candlesOf(rows)).obvBase,
    numbers(balance.column("OBV")),
    {
      least: 29,
    },
  );
});

const REAL = "market/1m/BTCUSDT_1m_20210420-20210520.csv.gz";

dataTest("technicalindicators agrees on a month of real minutes (it rounds RSI to two decimals)", [REAL], () => {
  const c = candlesFromFile(REAL);
  const close = [...c.closeUsd], high = [...c.highUsd], low = [...c.lowUsd], volume = [...c.volumeBase];
  const end = (values: number[]) => [...new Array(c.length - values.length).fill(NaN), ...values];
  const source = "technicalindicators, BTC 2021";
  const least = 42_800;
  compare("EMA 9", source, feature(c, "ema9Usd"), end(library.ema({ values: close, period: 9 })), { least });
  compare("EMA 20", source, feature(c, "ema20Usd"), end(library.ema({ values: close, period: 20 })), { least });
  compare("ATR 14", source, feature(c, "atr14Usd"), end(library.atr({ high, low, close, period: 14 })), { least });
  const rounded = end(library.rsi({ values: close, period: 14 }));
  compare("RSI 14", source, feature(c, "rsi14"), rounded, { least, digits: 2 });
  // The library's VWAP knows no day: one whole UTC day is compared.
  const midnight = c.openedAtMs.findIndex((atMs) => atMs % (1_440 * MINUTE_MS) === 0);
  const day = (values: number[]) => values.slice(midnight, midnight + 1_440);
  const vwap = library.vwap({ high: day(high), low: day(low), close: day(close), volume: day(volume) });
  compare("VWAP", source, feature(c, "vwapUsd").slice(midnight, midnight + 1_440), vwap, { least: 1_440 });
});

dataTest("the textbook forms agree on a month of real minutes where nothing is published", [REAL], () => {
  const c = candlesFromFile(REAL);
  const close = c.closeUsd;
  const returns = close.map((price, i) => (i === 0 ? NaN : Math.log(price / close[i - 1])));
  const over = (values: Float64Array, n: number, f: (window: Float64Array) => number) =>
    values.map((_, i) => (i + 1 < n ? NaN : f(values.subarray(i - n + 1, i + 1))));
  const meanSquare = (window: Float64Array) => window.reduce((sum, r) => sum + r * r, 0) / window.length;
  const source = "textbook form, BTC 2021";
  const least = 42_000;
  const short = over(returns, 60, meanSquare), long = over(returns, SEEDED.longVolCandles, meanSquare);
  const vol = short.map((v) => Math.sqrt(60 * v));
  compare("realised vol 60", source, feature(c, "realizedVolRatio"), vol, { least });
  compare("vol ratio", source, feature(c, "volRatio"), short.map((v, i) => Math.sqrt(v / long[i])), { least });
  const score = over(c.volumeBase, 60, (window) => {
    const mean = window.reduce((a, b) => a + b, 0) / 60;
    const deviation = Math.sqrt(window.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 60);
    return (window[59] - mean) / deviation;
  });
  compare("volume z 60", source, feature(c, "volumeZ"), score, { least });
  const atr = feature(c, "atr14Usd");
  const rank = over(atr, SEEDED.atrPercentileCandles, (window) => {
    if (Number.isNaN(window[0])) return NaN;
    const newest = window[window.length - 1];
    const equal = window.filter((v) => v === newest).length;
    return (window.filter((v) => v < newest).length + (equal + 1) / 2) / window.length;
  });
  compare("ATR percentile", source, feature(c, "atrPercentileRatio"), rank, { least });
});

dataTest("the deliberately bad bars of Stock.Indicators are refused by name", [
  `${SHEETS}/quotes_zeros.csv`,
  `${SHEETS}/quotes_bad.csv`,
  `${SHEETS}/quotes_toobig.csv`,
], () => {
  const count = (name: string) => {
    const file = readCsv(`${SHEETS}/${name}.csv`);
    const columns = ["open", "high", "low", "close", "volume"].map((field) => numbers(file.column(field)));
    const c = candlesOf(columns[0].map((_, i) => columns.map((column) => column[i])), MONDAY_MS);
    const f = createFeatures(SEEDED);
    const refused: Record<string, number> = {};
    for (let i = 0; i < c.length; i++) {
      try {
        stepFeatures(f, c, i);
      } catch (error) {
        assert.ok(error instanceof CandleError, String(error));
        refused[error.field] = (refused[error.field] ?? 0) + 1;
      }
    }
    assert.ok(f.state.every((v) => v !== Infinity && v !== -Infinity), `${name} left an infinity behind`);
    return { rows: c.length, refused };
  };
  const zeros = count("quotes_zeros");
  assert.deepEqual(zeros, { rows: 200, refused: { openUsd: 200 } });
  const bad = count("quotes_bad"), tooBig = count("quotes_toobig");
  console.log(`  ${dataPath(SHEETS)}: bad ${JSON.stringify(bad.refused)}, too big ${JSON.stringify(tooBig.refused)}`);
  assert.ok(Object.keys(bad.refused).length > 0 && Object.keys(tooBig.refused).length > 0);
});

Deno.test("table of all comparisons", () => {
  const line = (...cells: readonly string[]) =>
    `  ${cells[0].padEnd(19)} ${cells[1].padEnd(48)} ${cells[2].padStart(6)}  ${cells[3]}`;
  console.log(line("indicator", "source", "rows", "max relative error"));
  for (const { indicator, source, rows, worst } of table) {
    console.log(line(indicator, source, String(rows), worst === 0 ? "0" : worst.toExponential(1)));
  }
});
