import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { STRATEGIES, strategyById } from "./registry.ts";

Deno.test("every strategy has its own id and a page that names its parameters with their defaults, rules and exits", () => {
  assert.equal(new Set(STRATEGIES.map((s) => s.id)).size, STRATEGIES.length);
  for (const { id, params } of STRATEGIES) {
    const page = new URL(`../../docs/strategies/${id}.md`, import.meta.url);
    assert.ok(existsSync(page), `docs/strategies/${id}.md is missing`);
    const text = readFileSync(page, "utf8");
    const source = readFileSync(new URL(`./${id}.ts`, import.meta.url), "utf8");
    for (const [name, spec] of Object.entries(params)) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      assert.ok(row, `${id}.md has no row for ${name}`);
      const cells = row.split("|").map((cell) => cell.trim());
      assert.deepEqual(
        cells.slice(2, 5),
        [String(spec.value), `${spec.min} to ${spec.max}`, spec.unit],
        `${id}.${name}`,
      );
    }
    const codes = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+): "/gm), ...source.matchAll(/cause: "([A-Z0-9_]+)"/g)];
    assert.ok(codes.length > 4);
    for (const [, code] of codes) assert.ok(text.includes(`\`${code}\``), `${id}.md does not explain ${code}`);
  }
});

Deno.test("every default is inside its range, and both ends of a range are accepted", () => {
  for (const strategy of STRATEGIES) {
    strategy.prepare();
    for (const [name, { min, max }] of Object.entries(strategy.params)) {
      strategy.prepare({ [name]: min });
      strategy.prepare({ [name]: max });
    }
  }
});

Deno.test("a parameter that is unknown, out of range or not a number is refused by name, range and value", () => {
  const s1 = strategyById("s1_vwap_ema_trend");
  // deno-fmt-ignore
  const table: readonly [Record<string, unknown>, RegExp][] = [
    [{ stopAtr: 0.49 },          /s1_vwap_ema_trend: stopAtr must be a number from 0.5 to 10 \(atr\), got 0.49/],
    [{ stopAtr: 10.01 },         /stopAtr must be a number from 0.5 to 10/],
    [{ stopAtr: NaN },           /stopAtr .* got NaN/],
    [{ stopAtr: "2" },           /stopAtr .* got 2/],
    [{ horizonCandles: 1.5 },    /horizonCandles must be a whole number from 1 to 480 \(count\), got 1.5/],
    [{ stopATR: 2 },             /there is no parameter stopATR; there are minSlopeAtr, /],
    [{ constructor: 2 },         /there is no parameter constructor/],
  ];
  for (const [params, message] of table) assert.throws(() => s1.prepare(params as Record<string, number>), message);
});

Deno.test("an unknown strategy is refused and the known ones are named", () => {
  assert.throws(
    () => strategyById("s9"),
    /no strategy s9; there are s1_vwap_ema_trend, s2_vwap_reversion, s3_breakout/,
  );
});
