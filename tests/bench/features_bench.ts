/**
 * What a closed candle costs. Every iteration takes in 1,000 candles, so microseconds an iteration are nanoseconds a candle;
 * the summaries give the ratio to technicalindicators in the same run.
 *
 *   deno bench -A tests/bench/features_bench.ts
 */
import * as library from "technicalindicators";
import { createFeatures, restoreFeatures, snapshotFeatures, stepFeatures } from "../../core/features/features.ts";
import { logReturn, rsi, smooth, trueRange } from "../../core/features/kernels.ts";
import { DEFAULT_FEATURES } from "../../core/features/warm_up.ts";
import {
  IN,
  momentsSlots,
  OUT,
  OUT_SQUARES,
  pushMoments,
  pushRank,
  pushSum,
  rankSlots,
  sumSlots,
} from "../../core/features/windows.ts";
import type { CandleColumns } from "../../core/market/types.ts";
import { createSymbolCore, restoreSymbol, snapshotSymbol, stepSymbol } from "../../core/symbol_core.ts";
import { DAY_MS } from "../../core/time.ts";
import { randomCandles } from "../support/candles.ts";
import { SEED } from "../support/seed.ts";

const N = 1_000;
const WARM = 20_000;
const c = randomCandles({ length: WARM + N, seed: SEED });

// ---- seven indicators: VWAP, EMA 9, EMA 20, ATR 14, RSI 14, realised volatility 60, volume z 60 -------------------------------

// The kernels with the seeds of the W1 workload: EMA from the first close, Wilder from the first value, RSI from 0.
const [EMA9, EMA20, ATR, GAIN, LOSS, CLOSE, NEXT_DAY, TURNOVER, VOLUME, VWAP, RSI, VOL, Z, RETURNS] = Array(14).keys();
const VOLUMES = RETURNS + sumSlots(60);

function stepSeven(s: Float64Array, c: CandleColumns, i: number): void {
  const close = c.closeUsd[i], high = c.highUsd[i], low = c.lowUsd[i], volume = c.volumeBase[i];
  if (c.openedAtMs[i] >= s[NEXT_DAY]) {
    s[NEXT_DAY] = (Math.floor(c.openedAtMs[i] / DAY_MS) + 1) * DAY_MS;
    s[TURNOVER] = s[VOLUME] = 0;
  }
  s[TURNOVER] += ((high + low + close) / 3) * volume;
  s[VOLUME] += volume;
  s[VWAP] = s[TURNOVER] / s[VOLUME];
  const previous = s[CLOSE];
  if (previous === 0) {
    s[EMA9] = s[EMA20] = close;
    s[ATR] = high - low;
  } else {
    const change = close - previous, size = Math.abs(change);
    s[EMA9] = smooth(s[EMA9], close, 0.2);
    s[EMA20] = smooth(s[EMA20], close, 2 / 21);
    s[ATR] = smooth(s[ATR], trueRange(high, low, previous), 1 / 14);
    s[GAIN] = smooth(s[GAIN], (size + change) / 2, 1 / 14);
    s[LOSS] = smooth(s[LOSS], (size - change) / 2, 1 / 14);
    const r = logReturn(close, previous);
    s[RETURNS + IN] = r * r;
    pushSum(s, RETURNS, 60);
  }
  s[RSI] = rsi(s[GAIN], s[LOSS]);
  s[VOL] = Math.sqrt(s[RETURNS + OUT]);
  s[VOLUMES + IN] = volume;
  pushMoments(s, VOLUMES, 60);
  const squares = s[VOLUMES + OUT_SQUARES];
  s[Z] = squares > 0 ? (volume - s[VOLUMES + OUT]) / Math.sqrt(squares / 60) : 0;
  s[CLOSE] = close;
}

{
  const s = new Float64Array(VOLUMES + momentsSlots(60));
  for (let i = 0; i < WARM; i++) stepSeven(s, c, i);
  const warm = s.slice();
  Deno.bench("our kernels, seven indicators", { group: "indicators" }, (b) => {
    s.set(warm);
    b.start();
    for (let i = WARM; i < WARM + N; i++) stepSeven(s, c, i);
    b.end();
  });
}

{
  const ema9 = new library.EMA({ period: 9, values: [] });
  const ema20 = new library.EMA({ period: 20, values: [] });
  const atr = new library.ATR({ period: 14, high: [], low: [], close: [] });
  const rsi14 = new library.RSI({ period: 14, values: [] });
  // Four of the seven; the library has no VWAP of the day, and its deviation costs thousands of nanoseconds.
  const step = (i: number) => {
    ema9.nextValue(c.closeUsd[i]);
    ema20.nextValue(c.closeUsd[i]);
    atr.nextValue({ high: c.highUsd[i], low: c.lowUsd[i], close: c.closeUsd[i] });
    rsi14.nextValue(c.closeUsd[i]);
  };
  for (let i = 0; i < WARM; i++) step(i);
  Deno.bench("technicalindicators nextValue, four of them", { group: "indicators", baseline: true }, () => {
    for (let i = WARM; i < WARM + N; i++) step(i);
  });
}

// ---- all twelve features, checked and with warm-up --------------------------------------------------------------------------------

{
  const f = createFeatures(DEFAULT_FEATURES["1m"]);
  for (let i = 0; i < WARM; i++) stepFeatures(f, c, i);
  const warm = snapshotFeatures(f);
  Deno.bench("stepFeatures, all twelve with the rank among 1,440", { group: "indicators" }, (b) => {
    restoreFeatures(f, warm);
    b.start();
    for (let i = WARM; i < WARM + N; i++) stepFeatures(f, c, i);
    b.end();
  });
}

{
  const s = new Float64Array(rankSlots(1_440));
  for (let i = 0; i < WARM; i++) {
    s[IN] = c.closeUsd[i];
    pushRank(s, 0, 1_440);
  }
  Deno.bench("of it the rank among 1,440", { group: "indicators" }, () => {
    for (let i = WARM; i < WARM + N; i++) {
      s[IN] = c.closeUsd[i];
      pushRank(s, 0, 1_440);
    }
  });
}

// ---- the whole symbol core -----------------------------------------------------------------------------------------------------------

{
  const core = createSymbolCore();
  for (let i = 0; i < WARM; i++) stepSymbol(core, c, i, null);
  const warm = snapshotSymbol(core);
  Deno.bench("stepSymbol: three timeframes, regime, S1 to S3", { group: "symbol", baseline: true }, (b) => {
    const fresh = restoreSymbol(core.config, warm);
    b.start();
    for (let i = WARM; i < WARM + N; i++) stepSymbol(fresh, c, i, null);
    b.end();
  });
}
