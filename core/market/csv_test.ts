import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fc, property } from "../../tests/support/property.ts";
import { type CandleCsv, createCandleCsvReader, CSV_HEADER, findGaps, intervalName, PROBLEMS_MAX } from "./csv.ts";

const MINUTE = 60_000, DAY = 86_400_000;
const T = 1_767_571_200_000; // Monday 2026-01-05T00:00:00Z
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string | Uint8Array, { intervalMs = null as number | null, chunk = Infinity } = {}): CandleCsv {
  const reader = createCandleCsvReader({ file: "x.csv", intervalMs });
  const all = typeof text === "string" ? bytes(text) : text;
  for (let at = 0; at < all.length; at += chunk) reader.push(all.subarray(at, at + chunk));
  return reader.end();
}
const good = (minute: number): string => `${T + minute * MINUTE},100,110,90,105,7`;
const csv = (...lines: string[]): string => [CSV_HEADER, ...lines, ""].join("\n");
const told = ({ problems }: CandleCsv): string[] =>
  problems.map(({ line, column, value, reason }) => `${line} ${column ?? "-"} "${value}" ${reason}`);

Deno.test("a reader gives columns, interval and the finest decimal of the prices", () => {
  const { columns, intervalMs, priceDecimals, rowsRead, problemCount } = read(
    csv(`${T},0.5,1.25,0.00001234,1,123456789.123`, `${T + MINUTE},1,1,1,1,0`),
  );
  assert.deepEqual(columns, {
    length: 2,
    openedAtMs: Float64Array.of(T, T + MINUTE),
    openUsd: Float64Array.of(0.5, 1),
    highUsd: Float64Array.of(1.25, 1),
    lowUsd: Float64Array.of(0.00001234, 1),
    closeUsd: Float64Array.of(1, 1),
    volumeBase: Float64Array.of(123456789.123, 0),
  });
  assert.deepEqual({ intervalMs, priceDecimals, rowsRead, problemCount }, {
    intervalMs: MINUTE,
    priceDecimals: 8,
    rowsRead: 2,
    problemCount: 0,
  });
});

// deno-fmt-ignore
for (const [name, text] of [
  ["Windows line ends",      csv(good(0), good(1)).replaceAll("\n", "\r\n")],
  ["a byte order mark",      `\ufeff${csv(good(0), good(1))}`],
  ["no line end at the end", csv(good(0), good(1)).trimEnd()],
] as const) {
  Deno.test(`a reader takes a file with ${name}`, () => {
    const { columns, problemCount } = read(text);
    assert.equal(columns?.length, 2);
    assert.equal(problemCount, 0);
  });
}

// Each line stands between good ones and must be the only one left out.
// deno-fmt-ignore
const BAD_LINES: { line: string; want: string }[] = [
  { line: "",                                      want: `3 - "" empty line` },
  { line: "   ",                                   want: `3 - "   " empty line` },
  { line: `${T + MINUTE},1,1,1,1`,                 want: `3 - "${T + MINUTE},1,1,1,1" 5 columns, must be 6` },
  { line: `${T + MINUTE},1,1,1,1,1,1`,             want: `3 - "${T + MINUTE},1,1,1,1,1,1" 7 columns, must be 6` },
  { line: `${T + MINUTE};1;1;1;1;1`,               want: `3 - "${T + MINUTE};1;1;1;1;1" 1 columns, must be 6` },
  { line: `,1,1,1,1,1`,                            want: `3 timestamp_ms "" missing` },
  { line: `soon,1,1,1,1,1`,                        want: `3 timestamp_ms "soon" must be whole UTC milliseconds` },
  { line: `${T + MINUTE}.5,1,1,1,1,1`,             want: `3 timestamp_ms "${T + MINUTE}.5" must be whole UTC milliseconds` },
  { line: `-5,1,1,1,1,1`,                          want: `3 timestamp_ms "-5" must be UTC milliseconds after the year 2000` },
  { line: `${(T + MINUTE) / 1000},1,1,1,1,1`,      want: `3 timestamp_ms "${(T + MINUTE) / 1000}" must be UTC milliseconds between the years 2000 and 2100` },
  { line: `${T + MINUTE}000,1,1,1,1,1`,            want: `3 timestamp_ms "${T + MINUTE}000" must be UTC milliseconds between the years 2000 and 2100` },
  { line: `${T + MINUTE},,1,1,1,1`,                want: `3 open "" missing` },
  { line: `${T + MINUTE},1,NaN,1,1,1`,             want: `3 high "NaN" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},1,1,null,1,1`,            want: `3 low "null" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},1,1,1,1e0,1`,             want: `3 close "1e0" exponents are not allowed, write a plain decimal` },
  { line: `${T + MINUTE},1,1,1,1,-1`,              want: `3 volume "-1" must not be negative` },
  { line: `${T + MINUTE},-1,1,1,1,1`,              want: `3 open "-1" must not be negative` },
  { line: `${T + MINUTE},+1,1,1,1,1`,              want: `3 open "+1" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},.5,1,0.5,1,1`,             want: `3 open ".5" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},1.,1,1,1,1`,              want: `3 open "1." must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},1.2.3,2,1,1,1`,           want: `3 open "1.2.3" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},"1",1,1,1,1`,             want: `3 open ""1"" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE}, 1,1,1,1,1`,              want: `3 open " 1" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},1,1,1,1,1 `,              want: `3 volume "1 " must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},0x1,1,1,1,1`,             want: `3 open "0x1" must be a plain decimal such as 12.5` },
  { line: `${T + MINUTE},0,1,1,1,1`,               want: `3 open "0" a price must be above zero` },
  { line: `${T + MINUTE},1,1,0.000,1,1`,           want: `3 low "0.000" a price must be above zero` },
  { line: `${T + MINUTE},1,1000000000001,1,1,1`,   want: `3 high "1000000000001" must be at most 1000000000000` },
  { line: `${T + MINUTE},1,1,1,1,1${"0".repeat(400)}`, want: `3 volume "1${"0".repeat(38)}…" must be at most 1000000000000000000` },
  { line: `${T + MINUTE},100,99,101,100,1`,        want: `3 low "101" low is above high 99` },
  { line: `${T + MINUTE},100.01,100,90,95,1`,      want: `3 open "100.01" open is outside of low 90 .. high 100` },
  { line: `${T + MINUTE},95,100,90,89.99,1`,       want: `3 close "89.99" close is outside of low 90 .. high 100` },
  { line: `${T + MINUTE + 1},1,1,1,1,1`,           want: `3 timestamp_ms "${T + MINUTE + 1}" not on the 1m grid` },
  { line: `${T},1,1,1,1,1`,                        want: `3 timestamp_ms "${T}" same time as line 2` },
  { line: `${T - MINUTE},1,1,1,1,1`,               want: `3 timestamp_ms "${T - MINUTE}" earlier than line 2` },
  { line: `${T + 99 * DAY},1,1,1,1,1`,             want: `3 timestamp_ms "${T + 99 * DAY}" later than the next lines` },
  { line: `\u0000\u0001\ud83d\ude00`,              want: `3 - "······" 1 columns, must be 6` },
];
for (const { line, want } of BAD_LINES) {
  Deno.test(`a reader leaves out ${JSON.stringify(line.slice(0, 60))} and says: ${want.slice(0, 90)}`, () => {
    const result = read(csv(good(0), line, good(2), good(3), good(4)));
    assert.deepEqual(told(result), [want]);
    assert.equal(result.problemCount, 1);
    assert.equal(result.rowsRead, 5);
    assert.deepEqual([...result.columns!.openedAtMs], [0, 2, 3, 4].map((minute) => T + minute * MINUTE));
  });
}

Deno.test("a reader names each bad column of a line, and lines in their order", () => {
  const result = read(csv(good(0), good(0), `${T + MINUTE},x,y,1,1,1`, good(2), good(1), ...[3, 4, 5, 6, 7].map(good)));
  assert.deepEqual(told(result), [
    `3 timestamp_ms "${T}" same time as line 2`,
    `4 open "x" must be a plain decimal such as 12.5`,
    `4 high "y" must be a plain decimal such as 12.5`,
    `6 timestamp_ms "${T + MINUTE}" earlier than line 5`,
  ]);
});

// deno-fmt-ignore
const UNUSABLE: { name: string; text: string; intervalMs?: number; want: string }[] = [
  { name: "an empty file",           text: "",                             want: `0 - "" the file is empty` },
  { name: "a header alone",          text: csv(),                          want: `0 - "" no line holds a candle` },
  { name: "no header",               text: `${good(0)}\n${good(1)}\n`,     want: `1 - "${good(0)}" the header must be ${CSV_HEADER}` },
  { name: "another header",          text: "date,open,high,low,close,volume\n01/03/2017,1,1,1,1,1\n", want: `1 - "date,open,high,low,close,volume" the header must be ${CSV_HEADER}` },
  { name: "one candle of no stated interval", text: csv(good(0)),          want: `0 - "" one candle alone has no interval; name it in the file name, as in X_1m_…` },
  { name: "candles that are not as far apart as the name says", text: csv(good(0), good(1)), intervalMs: 5 * MINUTE, want: `0 - "1m" most candles are this far apart, but the file name says 5m` },
  { name: "candles seven hours apart", text: csv(`${T},1,1,1,1,1`, `${T + 7 * 60 * MINUTE},1,1,1,1,1`), want: `0 - "25200000 ms" most candles are this far apart, which is no part of a day` },
];
for (const { name, text, intervalMs, want } of UNUSABLE) {
  Deno.test(`a reader refuses ${name}`, () => {
    const result = read(text, { intervalMs: intervalMs ?? null });
    assert.equal(result.columns, null);
    assert.equal(told(result)[0], want);
  });
}

Deno.test("a reader refuses a file without line ends before it fills the memory", () => {
  const reader = createCandleCsvReader({ file: "x.csv", intervalMs: null });
  for (let k = 0; k < 100; k++) reader.push(new Uint8Array(1_000).fill(7));
  const { columns, problems, problemCount } = reader.end();
  assert.equal(columns, null);
  assert.equal(problems[0].reason, "no line break within 4096 bytes: this is not a CSV of candles");
  assert.equal(problemCount, 1);
});

Deno.test("a reader takes one candle when the file name tells the interval", () => {
  assert.equal(read(csv(good(0)), { intervalMs: MINUTE }).columns?.length, 1);
});

Deno.test("a reader finds the interval by the most frequent distance, whatever gaps and bad times there are", () => {
  const minutes = [0, 5, 10, 11, 25, 30, 90, 95];
  const { intervalMs, columns } = read(csv(...minutes.map(good)));
  assert.equal(intervalMs, 5 * MINUTE);
  assert.deepEqual([...columns!.openedAtMs], [0, 5, 10, 25, 30, 90, 95].map((minute) => T + minute * MINUTE));
});

Deno.test("a reader counts all problems and keeps the first hundred", () => {
  const result = read(csv(good(0), good(1), ...Array.from({ length: 150 }, () => "x")));
  assert.equal(result.problems.length, PROBLEMS_MAX);
  assert.equal(result.problemCount, 150);
  assert.equal(result.columns?.length, 2);
});

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const decimal = fc.oneof(
  digits(12),
  fc.tuple(digits(12), digits(25)).map(([whole, part]) => `${whole}.${part}`),
  fc.double({ min: 1e-7, max: 1e12, noNaN: true }).map((x) => x.toFixed(9)),
).filter((text) => Number(text) > 0 && Number(text) <= 1e12);

property("a reader gives the double that Number() gives, for any plain decimal", [
  fc.array(decimal, { minLength: 1, maxLength: 8 }),
], (texts) => {
  const lines = texts.map((text, minute) => `${T + minute * MINUTE},${text},${text},${text},${text},${text}`);
  const { columns, problems } = read(csv(...lines), { intervalMs: MINUTE });
  assert.deepEqual(problems, []);
  assert.deepEqual([...columns!.highUsd], texts.map(Number));
  assert.deepEqual([...columns!.volumeBase], texts.map(Number));
});

const anyLine = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(good),
  fc.string({ maxLength: 30 }),
  fc.constantFrom("", ",,,,,", `${T},1,2`, "\r", `${T},1,1,1,1,1\r`),
);
property("a reader gives the same whatever the size of the chunks, for good and bad lines", [
  fc.array(anyLine, { maxLength: 12 }),
  fc.integer({ min: 1, max: 40 }),
], (lines, chunk) => {
  const text = csv(good(0), good(1), ...lines);
  assert.deepEqual(read(text, { chunk }), read(text));
});

property("what a reader gives is always sound, whatever the bytes", [
  fc.uint8Array({ maxLength: 300 }),
  fc.array(anyLine, { maxLength: 12 }),
], (noise, lines) => {
  const text = Buffer.concat([bytes(csv(good(0), good(1), ...lines)), noise, bytes(`\n${good(41)}\n`)]);
  const { columns, intervalMs } = read(text);
  if (columns === null) return;
  for (let i = 0; i < columns.length; i++) {
    const [low, high] = [columns.lowUsd[i], columns.highUsd[i]];
    assert.ok(low > 0 && columns.openUsd[i] >= low && columns.openUsd[i] <= high);
    assert.ok(columns.closeUsd[i] >= low && columns.closeUsd[i] <= high && columns.volumeBase[i] >= 0);
    assert.equal(columns.openedAtMs[i] % intervalMs, 0);
    assert.ok(i === 0 || columns.openedAtMs[i] > columns.openedAtMs[i - 1]);
  }
});

const days = (...list: number[]): Float64Array => Float64Array.from(list, (day) => T + day * DAY);
Deno.test("findGaps() tells each hole with its bounds and size", () => {
  assert.deepEqual(findGaps(Float64Array.of(T, T + MINUTE, T + 5 * MINUTE), MINUTE), [
    { fromMs: T + 2 * MINUTE, toMs: T + 5 * MINUTE, missingCandles: 3 },
  ]);
  assert.deepEqual(findGaps(new Float64Array(0), MINUTE), []);
});
Deno.test("findGaps() does not miss weekends in a daily series that has none", () => {
  assert.deepEqual(findGaps(days(0, 1, 2, 3, 4, 7, 8), DAY), []);
  assert.deepEqual(findGaps(days(3, 4, 8), DAY), [{ fromMs: T + 5 * DAY, toMs: T + 8 * DAY, missingCandles: 1 }]);
});
Deno.test("findGaps() misses weekends in a daily series that has one", () => {
  assert.deepEqual(findGaps(days(4, 5, 6, 11, 14), DAY).map(({ missingCandles }) => missingCandles), [4, 2]);
});

Deno.test("intervalName() names intervals as file names do", () => {
  assert.deepEqual([1_000, MINUTE, 5 * MINUTE, 240 * MINUTE, DAY].map(intervalName), ["1s", "1m", "5m", "4h", "1d"]);
});
