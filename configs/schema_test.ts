/** The shipped files say what the schema says: each key is explained above it, with what it may be. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { allowedAt, keyAt, keysOf, nameAllowedAt, namesAt } from "./describe.ts";
import { LIMITS } from "../core/risk/limits.ts";
import { FeesSchema, FILES, LimitsSchema, RegimeSchema, SettingsSchema, SymbolsSchema } from "./schema.ts";
import { SECRETS } from "./secrets.ts";
import { STRATEGIES } from "../core/strategy/registry.ts";

const read = (path: string): string => Deno.readTextFileSync(new URL(path, import.meta.url));

/** Every key line of a block-style file, with its path and the comment right above it. */
function commented(text: string): { path: string; comment: string }[] {
  const found: { path: string; comment: string }[] = [];
  const above: string[] = [];
  let comment = "";
  for (const line of text.split("\n")) {
    const note = /^\s*#\s?(.*)$/.exec(line);
    const key = /^(\s*)([\w-]+):/.exec(line);
    if (note) comment = `${comment} ${note[1]}`.trim();
    else if (key) {
      above.length = key[1].length / 2;
      above.push(key[2]);
      found.push({ path: above.join("."), comment });
      comment = "";
    } else comment = "";
  }
  return found;
}

for (const name of ["settings", "risk", "regime"] as const) {
  Deno.test(`${name}.yaml explains every key and tells what it may be`, () => {
    const lines = commented(read(`${name}.yaml`));
    for (const { path, comment } of lines) assert.ok(comment !== "", `${path} has no comment`);
    for (const { path, allowed, unit } of keysOf(FILES[name])) {
      const line = lines.find((one) => one.path === path.join("."));
      const want = `Allowed: ${allowed}${unit === "" ? "" : ` (${unit})`}.`;
      assert.ok(line?.comment.endsWith(want), `${path.join(".")} must say "${want}", says "${line?.comment}"`);
      assert.ok(line!.comment.length > want.length + 10, `${path.join(".")} gives no reason`);
    }
  });
}

Deno.test("fees.yaml explains every key once, with what it may be", () => {
  const lines = commented(read("fees.yaml"));
  for (const { path, allowed, unit } of keysOf(FeesSchema)) {
    const line = lines.find((one) => one.path === path.join(".").replace("*", "sim"));
    const want = `Allowed: ${allowed}${unit === "" ? "" : ` (${unit})`}.`;
    assert.ok(line?.comment.endsWith(want), `${path.join(".")} must say "${want}", says "${line?.comment}"`);
  }
});

Deno.test("symbols.yaml explains every key of a symbol at its head, with its range", () => {
  const head = read("symbols.yaml").split("symbols:\n")[0];
  for (const { path, min, max, unit } of keysOf(SymbolsSchema).filter(({ path }) => path[1] === "*")) {
    const row = head.split("\n").find((line) => line.startsWith(`# ${path.slice(2).join(".")} `));
    assert.ok(row, path.join("."));
    if (min !== null) {
      assert.ok(row.includes(`${min} to ${max} (${unit})`), `${row} must say ${min} to ${max} (${unit})`);
    }
  }
});

Deno.test("settings.yaml ships each strategy with the defaults of its table, enabled", () => {
  const { strategies } = parse(read("settings.yaml"));
  const want = STRATEGIES.map(({ id, params }) => [
    id,
    { enabled: true, ...Object.fromEntries(Object.entries(params).map(([name, { value }]) => [name, value])) },
  ]);
  assert.deepEqual(strategies, Object.fromEntries(want));
});

Deno.test("a strategy parameter outside its range or of another strategy is refused", () => {
  const settings = parse(read("settings.yaml"));
  const { s1_vwap_ema_trend: s1 } = settings.strategies;
  for (
    const [name, value] of [["stopAtr", 0.4], ["horizonCandles", 1.5], ["minDistanceAtr", 1], [
      "enabled",
      "yes",
    ]] as const
  ) {
    const strategies = { ...settings.strategies, s1_vwap_ema_trend: { ...s1, [name]: value } };
    assert.equal(SettingsSchema.safeParse({ ...settings, strategies }).success, false, name);
  }
});

Deno.test("every limit accepts its bounds and refuses what lies beyond them", () => {
  const balanced = parse(read("presets/balanced.yaml"));
  for (const { path: [key], min, max } of keysOf(LimitsSchema)) {
    const accepts = (value: unknown): boolean => {
      // The two ends of the stop distance are compared with each other; keep them apart.
      const apart = { stopDistanceMinBps: 1, stopDistanceMaxBps: 3_000 };
      return LimitsSchema.safeParse({ ...balanced, ...apart, [key]: value }).success;
    };
    assert.ok(accepts(min) && accepts(max), key);
    assert.ok(!accepts(min! - 0.0001) && !accepts(max! + 0.0001), key);
    assert.ok(!accepts(NaN) && !accepts(Infinity) && !accepts(String(min)) && !accepts(undefined), key);
    const spec = Object.entries(LIMITS).find(([name]) => name.replace(/Micros$/, "") === key)![1];
    assert.equal(accepts(null), spec.optional, `${key} may be switched off`);
  }
});

Deno.test("a regime whose trend and range overlap is refused", () => {
  const regime = parse(read("regime.yaml"));
  const overlapping = structuredClone(regime);
  overlapping.range.slopeAtrMax = { enter: regime.trend.slopeAtrMin.enter, stay: 1 };
  assert.equal(RegimeSchema.safeParse(regime).success, true);
  assert.equal(RegimeSchema.safeParse(overlapping).success, false);
});

Deno.test("keys are described with range, unit and choices, also of symbols that the file names", () => {
  assert.deepEqual(keyAt(SettingsSchema, "speed"), {
    path: ["speed"],
    description: "market seconds per second, or max for as fast as possible",
    unit: "ratio",
    allowed: "a number from 0.1 to 100000 or max",
    min: 0.1,
    max: 100_000,
    choices: [],
  });
  assert.deepEqual(keyAt(SettingsSchema, "market").choices, ["sim", "replay"]);
  assert.equal(allowedAt(SymbolsSchema, ["symbols", "X-USD", "sim", "spreadBps"]), "a number from 0.1 to 500");
  assert.equal(allowedAt(SettingsSchema, ["replay", "files", 0]), "a path, or SYMBOL-USD=path");
  assert.equal(allowedAt(SettingsSchema, ["fusion", "weights"]), "a map with technical, news, verdict");
  assert.equal(nameAllowedAt(SymbolsSchema, ["symbols"]), "a dollar pair such as BTC-USD");
  assert.deepEqual(namesAt(SettingsSchema, ["log"]), ["level"]);
  assert.throws(() => keyAt(SettingsSchema, "prot"), /the schema has no key prot/);
});

Deno.test("every key has a description", () => {
  for (const schema of [...Object.values(FILES), LimitsSchema]) {
    for (const { path, description } of keysOf(schema)) assert.ok(description.length > 5, path.join("."));
  }
});

Deno.test(".env.example has every secret, empty, and nothing else", () => {
  const lines = read("../.env.example").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(lines, Object.keys(SECRETS).map((name) => `${name}=`));
});
