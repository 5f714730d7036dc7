import assert from "node:assert/strict";
import { usdMicros } from "../money.ts";
import { addToPeriod, drawdownRatio, markEquity, shiftEquity, startPeriod, utcWeekStart } from "./equity.ts";

Deno.test("the peak only rises and drawdown is measured from it", () => {
  const track = { usdMicros: usdMicros(100), peakUsdMicros: usdMicros(100), markedAtMs: 0 };
  markEquity(track, usdMicros(120), 1);
  markEquity(track, usdMicros(90), 2);
  assert.deepEqual(track, { usdMicros: 90, peakUsdMicros: 120, markedAtMs: 2 });
  assert.equal(drawdownRatio(track.usdMicros, track.peakUsdMicros), 0.25);
  assert.equal(drawdownRatio(usdMicros(130), usdMicros(120)), 0);
  assert.equal(drawdownRatio(usdMicros(0), usdMicros(0)), 0);
});

Deno.test("a period's realized figure is after all fees", () => {
  const day = startPeriod(5, usdMicros(1_000));
  addToPeriod(day, usdMicros(0), usdMicros(3));
  addToPeriod(day, usdMicros(50), usdMicros(4));
  assert.deepEqual(day, { startedAtMs: 5, startUsdMicros: 1_000, realizedUsdMicros: 43, feesUsdMicros: 7 });
});

Deno.test("a deposit is neither profit nor loss: all marks shift with it", () => {
  const track = { usdMicros: usdMicros(90), peakUsdMicros: usdMicros(100), markedAtMs: 0 };
  const day = startPeriod(0, usdMicros(95));
  shiftEquity(track, [day], usdMicros(10));
  assert.deepEqual([track.usdMicros, track.peakUsdMicros, day.startUsdMicros], [100, 110, 105]);
});

Deno.test("utcWeekStart() gives Monday midnight UTC", () => {
  // deno-fmt-ignore
  const rows = [
    { at: "2026-01-05T00:00:00Z", want: "2026-01-05T00:00:00Z" }, // a Monday
    { at: "2026-01-11T23:59:59Z", want: "2026-01-05T00:00:00Z" }, // its Sunday
    { at: "2026-01-12T00:00:00Z", want: "2026-01-12T00:00:00Z" },
    { at: "1970-01-01T00:00:00Z", want: "1969-12-29T00:00:00Z" },
    { at: "2026-03-08T07:30:00Z", want: "2026-03-02T00:00:00Z" }, // daylight saving changes nothing
  ];
  for (const { at, want } of rows) assert.equal(utcWeekStart(Date.parse(at)), Date.parse(want), at);
});
