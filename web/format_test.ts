import fc from "fast-check";
import assert from "node:assert/strict";
import { fixed } from "../tests/support/seed.ts";
import * as format from "./format.ts";

type Case = [text: string, want: string];

function table(name: string, cases: Case[]): void {
  Deno.test(name, () => {
    for (const [text, want] of cases) assert.equal(text, want);
  });
}

table("usd() groups, keeps two digits and puts the minus before the dollar", [
  [format.usd(0), "$0.00"],
  [format.usd(1234.5), "$1,234.50"],
  [format.usd(-3.1), "−$3.10"],
  [format.usd(3.1, { signed: true }), "+$3.10"],
  [format.usd(0.004, { signed: true }), "$0.00"],
  [format.usd(-0.004, { signed: true }), "$0.00"],
  [format.usd(0.005, { signed: true }), "+$0.01"],
  [format.usd(-0.005, { signed: true }), "−$0.01"],
  [format.usd(1234.5, { digits: 0 }), "$1,235"],
]);

table("percent() takes a ratio", [
  [format.percent(0.1234), "12.34 %"],
  [format.percent(-0.1), "−10.00 %"],
  [format.percent(0.1, { digits: 0, signed: true }), "+10 %"],
]);

table("rMultiple() is always signed", [
  [format.rMultiple(1.4), "+1.40R"],
  [format.rMultiple(-1), "−1.00R"],
  [format.rMultiple(0), "0.00R"],
]);

table("price() goes to the tick, else to as many digits as the size calls for", [
  [format.price(64010, 2), "64,010.00"],
  [format.price(0.16842, 6), "0.168420"],
  [format.price(64010.123, null), "64,010.12"],
  [format.price(99.99999, null), "100.0000"],
  [format.price(1.23456, null), "1.2346"],
  [format.price(0.16842, null), "0.168420"],
  [format.price(0.00001234, null), "0.00001234"],
]);

table("quantity() names the unit", [
  [format.quantity(14.2, "bps"), "14.2 bps"],
  [format.quantity(0.5, "ratio"), "50.00 %"],
  [format.quantity(0.5, "usd"), "$0.5000"],
  [format.quantity(64010, "usd"), "$64,010.00"],
  [format.quantity(250_400, "usd_micros"), "$0.25"],
  [format.quantity(2_340, "ms"), "2,340 ms"],
  [format.quantity(59_999, "ms"), "59,999 ms"],
  [format.quantity(60_000, "ms"), "1 min"],
  [format.quantity(-1.4, "r"), "−1.40R"],
  [format.quantity(2.5, "z"), "2.50 σ"],
  [format.quantity(0.016, "atr"), "0.02 ATR"],
  [format.quantity(41.04, "points"), "41.0"],
  [format.quantity(3, "count"), "3"],
  [format.quantity(0.0084, "something"), "0.008"],
]);

table("duration() changes its unit at a minute, an hour and a day", [
  [format.duration(-5), "0 s"],
  [format.duration(999), "0 s"],
  [format.duration(14_000), "14 s"],
  [format.duration(59_999), "59 s"],
  [format.duration(60_000), "1 min"],
  [format.duration(3_599_999), "59 min"],
  [format.duration(3_600_000), "1 h 0 min"],
  [format.duration(18_720_000), "5 h 12 min"],
  [format.duration(86_399_999), "23 h 59 min"],
  [format.duration(86_400_000), "1 d 0 h"],
]);

table("ago() and countdown()", [
  [format.ago(999), "now"],
  [format.ago(1_000), "1 s ago"],
  [format.countdown(0), "00:00"],
  [format.countdown(1), "00:01"],
  [format.countdown(41_000), "00:41"],
  [format.countdown(3_600_000), "1:00:00"],
]);

const AT = Date.UTC(2026, 0, 5, 14, 5, 7);
table("instant() is UTC with a Z", [
  [format.instant(AT), "14:05:07Z"],
  [format.instant(AT, "minute"), "14:05Z"],
  [format.instant(AT, "date"), "2026-01-05"],
  [format.instant(AT, "full"), "2026-01-05 14:05:07Z"],
]);

Deno.test("instant() in local time carries its offset and is the same instant", () => {
  const text = format.instant(AT, "full", "local");
  assert.match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+−]\d\d:\d\d$/);
  assert.equal(Date.parse(text.replace(" ", "T").replace("−", "-")), AT);
});

Deno.test("what is unknown is an em dash, never 0, NaN or Infinity", () => {
  for (const value of [null, undefined, NaN, Infinity, -Infinity]) {
    const texts = [
      ...[format.number(value), format.count(value), format.usd(value), format.money(value), format.bps(value)],
      ...[format.rMultiple(value), format.percent(value), format.price(value, 2), format.price(value, null)],
      ...[
        format.quantityOf(value),
        format.duration(value),
        format.ago(value),
        format.countdown(value),
        format.instant(value),
      ],
      ...["bps", "ratio", "usd", "usd_micros", "ms", "r", "z", "atr", "points", "count", "?"].map((unit) =>
        format.quantity(value, unit)
      ),
    ];
    assert.deepEqual([...new Set(texts)], ["—"], String(value));
  }
});

Deno.test("property: no number is written with an ASCII minus, and a sign only when its digits differ from zero", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(8), (value, digits) => {
      const text = format.number(value, { digits, signed: true });
      assert.doesNotMatch(text, /-|NaN|Infinity|e/);
      assert.equal(/^[+−]/.test(text), /[1-9]/.test(text), text);
      if (text !== "—" && /[1-9]/.test(text)) assert.equal(text[0], value < 0 ? "−" : "+");
    }),
    fixed(500),
  );
});

Deno.test("signOf() follows the digits that are shown", () => {
  const cases: [number | null, number, string][] = [
    [0.004, 2, "flat"],
    [0.005, 2, "up"],
    [-0.004, 2, "flat"],
    [-0.005, 2, "down"],
    [0.04, 1, "flat"],
    [null, 2, "flat"],
    [NaN, 2, "flat"],
  ];
  for (const [value, digits, want] of cases) assert.equal(format.signOf(value, digits), want, `${value} ${digits}`);
});

Deno.test("csv() quotes what needs it, keeps raw numbers and disarms formulas", () => {
  const text = format.csv(["a", "b"], [["x,y", 0.5], ['say "no"', null], ["=HYPERLINK()", -1], ["@sum", 1e-7], [
    "two\nlines",
    0,
  ]]);
  assert.equal(
    text,
    ["a,b", '"x,y",0.5', '"say ""no""",', "'=HYPERLINK(),-1", "'@sum,1e-7", '"two\nlines",0'].join("\r\n") + "\r\n",
  );
});
