import assert from "node:assert/strict";
import {
  type Config,
  configHash,
  loadConfig,
  type Loading,
  type LoadOptions,
  type Override,
  problemText,
} from "./load.ts";
import { LIMITS, PRESETS } from "../core/risk/limits.ts";
import { FILE_NAMES, limitFileKey } from "./schema.ts";

const SHIPPED: Record<string, string> = Object.fromEntries(
  [...FILE_NAMES, ...PRESETS.map((preset) => `presets/${preset}`)].map((name) => [
    `configs/${name}.yaml`,
    Deno.readTextFileSync(new URL(`${name}.yaml`, import.meta.url)),
  ]),
);

/** Loads the shipped files with some of them changed; `null` takes a file away. */
function load(changed: Record<string, string | null> = {}, options: Partial<LoadOptions> = {}): Loading {
  const files: Record<string, string | null> = { ...SHIPPED, ...changed };
  return loadConfig({
    dir: "configs",
    shippedDir: "configs",
    envFile: ".env",
    env: {},
    overrides: [],
    onlySymbols: null,
    readFile: (path) => files[path] ?? null,
    ...options,
  });
}
function loaded(changed: Record<string, string | null> = {}, options: Partial<LoadOptions> = {}): Config {
  const result = load(changed, options);
  assert.ok(result.ok, result.ok ? "" : result.problems.map(problemText).join("\n"));
  return result.config;
}
function problems(changed: Record<string, string | null> = {}, options: Partial<LoadOptions> = {}): string[] {
  const result = load(changed, options);
  assert.ok(!result.ok, "loaded what it must refuse");
  return result.problems.map(problemText);
}
/** A shipped file with one text replaced, which must be there. */
function edit(name: string, from: string, to: string): Record<string, string> {
  const path = `configs/${name}.yaml`;
  assert.ok(SHIPPED[path].includes(from), `${path} has no ${from}`);
  return { [path]: SHIPPED[path].replace(from, to) };
}
const lineOf = (name: string, text: string): number =>
  SHIPPED[`configs/${name}.yaml`].split("\n").findIndex((line) => line.includes(text)) + 1;
const override = (file: Override["file"], path: string, value: unknown, source = "--x"): Override => ({
  file,
  path: path.split("."),
  value,
  source,
});

Deno.test("the shipped files load, with five symbols, the balanced limits and the costs of the simulation", () => {
  const config = loaded();
  assert.deepEqual(config.enabledSymbols, ["BTC-USD", "ETH-USD", "SOL-USD", "DOGE-USD", "XRP-USD"]);
  assert.equal(Object.keys(config.symbols).length, 20);
  assert.equal(config.fees.name, "sim");
  assert.equal(config.risk.preset, "balanced");
  assert.equal(config.settings.mode, "sim");
});

for (const preset of PRESETS) {
  Deno.test(`the preset ${preset} loads with the limits of the table, money in micros`, () => {
    const { limits } = loaded({}, { overrides: [override("risk", "preset", preset)] }).risk;
    assert.deepEqual(limits, Object.fromEntries(Object.entries(LIMITS).map(([key, spec]) => [key, spec[preset]])));
  });
}

Deno.test("preset custom takes the values of risk.yaml, and they begin as a copy of balanced", () => {
  const custom = { overrides: [override("risk", "preset", "custom")] };
  assert.deepEqual(loaded({}, custom).risk.limits, loaded().risk.limits);
  const changed = edit("risk", "orderNotionalMaxUsd: 5000", "orderNotionalMaxUsd: 12.5");
  assert.equal(loaded(changed, custom).risk.limits.orderNotionalMaxUsdMicros, 12_500_000);
  assert.equal(loaded(changed).risk.limits.orderNotionalMaxUsdMicros, 5_000_000_000);
});

Deno.test("a configuration is frozen to its depths", () => {
  const config = loaded();
  assert.throws(() => Object.assign(config.settings.sim, { tickMs: 1 }), TypeError);
  assert.throws(() => Object.assign(config.risk.limits, { riskPerTradeRatio: 1 }), TypeError);
  assert.throws(() => (config.enabledSymbols as string[]).push("X-USD"), TypeError);
});

Deno.test("instruments carry the exact steps and sizes of symbols.yaml", () => {
  const btc = loaded().instruments["BTC-USD"];
  assert.deepEqual(btc, {
    symbol: "BTC-USD",
    base: "BTC",
    priceIncrement: { mantissa: 1, decimals: 2 },
    qtyIncrement: { mantissa: 1, decimals: 8 },
    minQtyLots: 100,
    maxQtyLots: 2_000_000_000,
    minNotionalUsdMicros: 100_000,
  });
  assert.equal(loaded().instruments["SHIB-USD"].minNotionalUsdMicros, null);
});

// Hash

Deno.test("equal configurations have equal hashes, whatever comments, order and spelling of numbers", () => {
  const hash = configHash(loaded());
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(configHash(loaded(edit("settings", "seed: 42", "seed: 42.0 # the answer"))), hash);
  const settings = SHIPPED["configs/settings.yaml"].split("\n\n");
  const reordered = { "configs/settings.yaml": [...settings.slice(1), settings[0]].join("\n\n") };
  assert.equal(configHash(loaded(reordered)), hash);
  assert.equal(configHash(loaded({ ".env": "OPENAI_API_KEY=sk-something" })), hash);
  assert.notEqual(configHash(loaded(edit("settings", "seed: 42", "seed: 43"))), hash);
  assert.notEqual(configHash(loaded(edit("presets/balanced", "positionsMax: 3", "positionsMax: 2"))), hash);
  assert.notEqual(configHash(loaded(edit("fees", "makerRatio: 0.001", "makerRatio: 0.002"))), hash);
});

Deno.test("configHash() does not depend on the order of keys", () => {
  const config = loaded();
  const turned = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse().map(([key, part]) => [key, turned(part)]))
      : value;
  assert.equal(configHash(turned(config) as Config), configHash(config));
});

// What must be refused, and how it is said

// deno-fmt-ignore
const REFUSED: { name: string; changed: Record<string, string | null>; want: string[] }[] = [
  { name: "a number out of range", changed: edit("settings", "port: 8000", "port: 70000"),
    want: [`configs/settings.yaml:${lineOf("settings", "port: 8000")}: port is 70000, must be a whole number from 0 to 65535. Change it`] },
  { name: "a fraction where a whole number belongs", changed: edit("settings", "port: 8000", "port: 80.5"),
    want: [`configs/settings.yaml:${lineOf("settings", "port: 8000")}: port is 80.5, must be a whole number from 0 to 65535. Change it`] },
  { name: "a number in quotes", changed: edit("settings", "seed: 42", 'seed: "42"'),
    want: [`configs/settings.yaml:${lineOf("settings", "seed: 42")}: seed is "42", must be a whole number from 0 to 4294967295. Change it`] },
  { name: "a value that is no number", changed: edit("settings", "capitalUsd: 500", "capitalUsd: .nan"),
    want: [`configs/settings.yaml:${lineOf("settings", "capitalUsd: 500")}: capitalUsd is null, must be a number from 1 to 10000000. Change it`] },
  { name: "a word out of a list", changed: edit("settings", "mode: sim", "mode: simulation"),
    want: [`configs/settings.yaml:${lineOf("settings", "mode: sim")}: mode is "simulation", must be one of sim, paper, live. Change it`] },
  { name: "a union that fits nowhere", changed: edit("settings", "speed: 10", "speed: fast"),
    want: [`configs/settings.yaml:${lineOf("settings", "speed: 10")}: speed is "fast", must be a number from 0.1 to 100000 or max. Change it`] },
  { name: "an unknown key that is nearly right", changed: edit("settings", "port: 8000", "prot: 8000"),
    want: [`configs/settings.yaml:1: port is missing; it must be a whole number from 0 to 65535. Add it, as in the shipped file`,
      `configs/settings.yaml:${lineOf("settings", "port: 8000")}: prot is no key that is known. Did you mean port?`] },
  { name: "an unknown key deep down", changed: edit("settings", "  beatMs: 1000", "  beatMs: 1000\n  colour: red"),
    want: [`configs/settings.yaml:${lineOf("settings", "  beatMs: 1000") + 1}: supervisor.colour is no key that is known. Known here: beatMs, silentAfterMs, actorBurst, actorDay, brokerGroup, top`] },
  { name: "an unknown key of a symbol", changed: edit("symbols", "    enabled: true", "    enabled: true\n    enable: true"),
    want: [`configs/symbols.yaml:${lineOf("symbols", "    enabled: true") + 1}: symbols.BTC-USD.enable is no key that is known. Did you mean enabled?`] },
  { name: "an empty value", changed: edit("settings", "seed: 42", "seed:"),
    want: [`configs/settings.yaml:${lineOf("settings", "seed: 42")}: seed is null, must be a whole number from 0 to 4294967295. Change it`] },
  { name: "a tick that does not divide a minute", changed: edit("settings", "tickMs: 2000", "tickMs: 7000"),
    want: [`configs/settings.yaml:${lineOf("settings", "tickMs: 2000")}: sim.tickMs is 7000, must divide a minute, as 1000, 2000, 5000 or 60000 do. Change it`] },
  { name: "an instant that does not exist", changed: edit("settings", "2026-01-05T00:00:00Z\"", "2026-13-05T00:00:00Z\""),
    want: [`configs/settings.yaml:${lineOf("settings", "startsAt:")}: sim.startsAt is "2026-13-05T00:00:00Z", must be an instant that exists. Change it`] },
  { name: "fewer than three beats of patience", changed: edit("settings", "silentAfterMs: 5000", "silentAfterMs: 2999"),
    want: [`configs/settings.yaml:${lineOf("settings", "supervisor:")}: supervisor silentAfterMs must be at least three beats, or one late beat looks like a death. Change it`] },
  { name: "a verdict that may come after the decision is too old", changed: edit("settings", "deadlineMs: 8000", "deadlineMs: 15000"),
    want: [`configs/settings.yaml:${lineOf("settings", "deadlineMs: 8000")}: scorer.deadlineMs is 15000, must be below intentAgeMaxMs 15000 of the risk limits, or a verdict comes too late to be used. Change it`] },
  { name: "a limit above what is ever allowed", changed: edit("presets/balanced", "riskPerTradeRatio: 0.0075", "riskPerTradeRatio: 0.0101"),
    want: [`configs/presets/balanced.yaml:${lineOf("presets/balanced", "riskPerTradeRatio")}: riskPerTradeRatio is 0.0101, must be a number from 0.0005 to 0.01. Change it`] },
  { name: "a limit that is left out", changed: edit("presets/balanced", "positionsMax: 3\n", ""),
    want: [`configs/presets/balanced.yaml:1: positionsMax is missing; it must be a whole number from 1 to 3. Add it, as in the shipped file`] },
  { name: "a limit switched off that may not be", changed: edit("presets/balanced", "positionsMax: 3", "positionsMax: null"),
    want: [`configs/presets/balanced.yaml:${lineOf("presets/balanced", "positionsMax")}: positionsMax is null, must be a whole number from 1 to 3. Change it`] },
  { name: "limits that contradict each other",
    changed: edit("presets/balanced", "stopDistanceMinBps: 15\nstopDistanceMaxBps: 800", "stopDistanceMinBps: 50\nstopDistanceMaxBps: 50"),
    want: ["configs/presets/balanced.yaml:1: stopDistanceMinBps must be below stopDistanceMaxBps. Change it"] },
  { name: "a missing preset", changed: { "configs/presets/balanced.yaml": null },
    want: ["configs/presets/balanced.yaml: the file is missing. Copy the shipped presets there, or set preset: custom in risk.yaml"] },
  { name: "a band that is turned around", changed: edit("regime", "stay: 0.01\n", "stay: 0.02\n"),
    want: [`configs/regime.yaml:${lineOf("regime", "slopeAtrMin:")}: trend.slopeAtrMin stay must not be above enter: staying is easier than entering. Change it`] },
  { name: "a symbol that is no pair", changed: edit("symbols", "  BTC-USD:", "  btcusd:"),
    want: [`configs/symbols.yaml:${lineOf("symbols", "  BTC-USD:")}: symbols.btcusd must be a dollar pair such as BTC-USD. Rename it`] },
  { name: "a step without quotes", changed: edit("symbols", 'priceIncrement: "0.01"', "priceIncrement: 0.01"),
    want: [`configs/symbols.yaml:${lineOf("symbols", 'priceIncrement: "0.01"')}: symbols.BTC-USD.priceIncrement is 0.01, must be a plain decimal in quotes such as "0.01". Change it`] },
  { name: "a step of nothing", changed: edit("symbols", 'priceIncrement: "0.01"', 'priceIncrement: "0.00"'),
    want: [`configs/symbols.yaml:${lineOf("symbols", 'priceIncrement: "0.01"')}: symbols.BTC-USD.priceIncrement is "0.00", must be above zero, with at most fifteen digits. Change it`] },
  { name: "a size off the grid", changed: edit("symbols", 'minQuantity: "0.000001"', 'minQuantity: "0.0000000015"'),
    want: [`configs/symbols.yaml:${lineOf("symbols", 'minQuantity: "0.000001"')}: symbols.BTC-USD.minQuantity is "0.0000000015", must be a multiple of quantityIncrement 0.00000001, below 2^53 of them. Change it`] },
  { name: "a smallest order above the largest", changed: edit("symbols", 'minQuantity: "0.000001"', 'minQuantity: "21"'),
    want: [`configs/symbols.yaml:${lineOf("symbols", 'minQuantity: "0.000001"')}: symbols.BTC-USD.minQuantity is "21", must not be above maxQuantity 20. Change it`] },
  { name: "no symbol at all", changed: { "configs/symbols.yaml": SHIPPED["configs/symbols.yaml"].replaceAll("enabled: true", "enabled: false") },
    want: [`configs/symbols.yaml:${lineOf("symbols", "symbols:")}: symbols has no symbol that is enabled. Set enabled: true for one`] },
  { name: "missing costs", changed: { "configs/fees.yaml": null },
    want: ["configs/fees.yaml: the file is missing. Write down what trading costs: copy the shipped fees.yaml and check it; no cost is assumed"] },
  { name: "a profile that is not there", changed: edit("fees", "sim: sim", "sim: smi"),
    want: [`configs/fees.yaml:${lineOf("fees", "  sim: sim")}: use.sim is "smi", which is no profile of this file. Did you mean sim?`] },
  { name: "a profile with a cost left out", changed: edit("fees", "    takerRatio: 0.001\n", ""),
    want: [`configs/fees.yaml:${lineOf("fees", "# Fee of an order that rested") - 1}: profiles.sim.takerRatio is missing; it must be a number from 0 to 0.1. Add it, as in the shipped file`] },
  { name: "live trading", changed: edit("settings", "mode: sim", "mode: live"),
    want: [`configs/settings.yaml:${lineOf("settings", "mode: sim")}: mode is "live", which needs a venue, and there is no venue yet in this version. Use mode sim; nothing here can place a real order`] },
  { name: "paper practice on made-up prices", changed: edit("settings", "mode: sim", "mode: paper"),
    want: [`configs/settings.yaml:${lineOf("settings", "mode: sim")}: mode is "paper", which needs real prices as they come, and market sim has none. Use mode sim with this market`] },
  { name: "a replay of nothing", changed: edit("settings", "market: sim", "market: replay"),
    want: [`configs/settings.yaml:${lineOf("settings", "files: []")}: replay.files is empty, and market replay has nothing to replay. Name a file there or with --replay`] },
  { name: "a key twice", changed: edit("settings", "seed: 42", "seed: 42\nseed: 43"),
    want: [`configs/settings.yaml:${lineOf("settings", "seed: 42") + 1}: Map keys must be unique. Mend the YAML there; spaces make the levels`] },
  { name: "a file that is a list", changed: { "configs/regime.yaml": "- 1\n" },
    want: ["configs/regime.yaml:1: the file must hold keys with values, as in `port: 8000`. Mend the YAML there; spaces make the levels"] },
  { name: "a secret among the settings of .env", changed: { ".env": "ROBINHOD_API_KEY=abcdefgh\nPORT=1\n" },
    want: [".env: ROBINHOD_API_KEY is no secret that is known. Did you mean ROBINHOOD_API_KEY?",
      ".env: PORT is no secret that is known. It may hold ROBINHOOD_API_KEY, ROBINHOOD_PRIVATE_KEY, OPENAI_API_KEY; settings belong into settings.yaml"] },
];
for (const { name, changed, want } of REFUSED) {
  Deno.test(`loadConfig() refuses ${name}`, () => assert.deepEqual(problems(changed), want));
}

Deno.test("loadConfig() tells where the syntax breaks, and not much of what follows from it", () => {
  const told = problems(edit("settings", "  beatMs", "\tbeatMs"));
  const line = lineOf("settings", "  beatMs: 1000");
  assert.equal(
    told[0],
    `configs/settings.yaml:${line}: Tabs are not allowed as indentation. Mend the YAML there; spaces make the levels`,
  );
  assert.equal(told.length, 3);
});

Deno.test("loadConfig() tells all problems of all files at once", () => {
  const told = problems({
    ...edit("settings", "port: 8000", "port: -1"),
    ...edit("risk", "preset: balanced", "preset: bold"),
    ...edit("symbols", 'priceIncrement: "0.01"', 'priceIncrement: "x"'),
    ...edit("regime", "minDwellCandles: 15", "minDwellCandles: 0"),
    "configs/fees.yaml": "a: [1,\n",
    ".env": "ROBINHOOD_API_KEY=short",
  });
  const files = new Set(told.map((line) => line.split(":")[0]));
  assert.deepEqual([...files].sort(), [".env", ...FILE_NAMES.map((name) => `configs/${name}.yaml`)].sort());
});

Deno.test("loadConfig() tells of a file that cannot be read", () => {
  const told = problems({}, {
    readFile: (path) => {
      if (path === "configs/risk.yaml") throw new Error("permission denied");
      return SHIPPED[path] ?? null;
    },
  });
  assert.deepEqual(told, ["configs/risk.yaml: cannot be read: permission denied. Check its rights"]);
});

// A directory of one's own

const MINE = { dir: "mine" };
const MY_FEES = { "mine/fees.yaml": SHIPPED["configs/fees.yaml"] };
Deno.test("a directory of one's own needs only what differs, down to a single key", () => {
  const config = loaded({ ...MY_FEES, "mine/settings.yaml": "sim: { tickMs: 5000 }\n" }, MINE);
  assert.deepEqual(config, loaded(edit("settings", "tickMs: 2000", "tickMs: 5000")));
});
Deno.test("a directory of one's own must hold its costs whole", () => {
  assert.match(problems({}, MINE)[0], /^mine\/fees\.yaml: the file is missing\. Write down what trading costs/);
  const half = {
    "mine/fees.yaml": "use: { sim: mine, paper: mine, live: mine }\nprofiles: { mine: { makerRatio: 0 } }\n",
  };
  const told = problems(half, MINE);
  assert.equal(told.length, 5);
  told.forEach((line) => assert.match(line, /^mine\/fees\.yaml:2: profiles\.mine\.\w+ is missing/));
});
Deno.test("a problem names the file that holds the faulty value", () => {
  const files = { ...MY_FEES, "mine/settings.yaml": "seed: -1\n", ...edit("settings", "port: 8000", "port: -1") };
  assert.deepEqual(problems(files, MINE).map((line) => line.split(" ")[0]), [
    `configs/settings.yaml:${lineOf("settings", "port: 8000")}:`,
    "mine/settings.yaml:1:",
  ]);
});
Deno.test("a preset of one's own wins over the shipped one", () => {
  const preset = SHIPPED["configs/presets/balanced.yaml"].replace("positionsMax: 3", "positionsMax: 1");
  assert.equal(loaded({ ...MY_FEES, "mine/presets/balanced.yaml": preset }, MINE).risk.limits.positionsMax, 1);
});
Deno.test("without shipped files a directory must say everything", () => {
  const told = problems({ ...MY_FEES, "mine/settings.yaml": "seed: 1\n" }, { dir: "mine", shippedDir: null });
  assert.ok(told.some((line) => line.startsWith("mine/settings.yaml:1: port is missing")));
  assert.ok(
    told.includes("mine/regime.yaml: the file is missing. Copy the shipped file there, or leave --config away"),
  );
});

// Command line and environment

Deno.test("an override wins over the file and is checked like it, under its own name", () => {
  assert.equal(loaded({}, { overrides: [override("settings", "port", 9, "--port")] }).settings.port, 9);
  assert.deepEqual(problems({}, { overrides: [override("settings", "port", 70_000, "GRODT_PORT")] }), [
    "GRODT_PORT: port is 70000, must be a whole number from 0 to 65535. Change it",
  ]);
  assert.deepEqual(problems({}, { overrides: [override("settings", "mode", "live", "--mode")] }), [
    '--mode: mode is "live", which needs a venue, and there is no venue yet in this version. Use mode sim; nothing here can place a real order',
  ]);
});
Deno.test("a list of symbols wins over what the file enables, in its own order", () => {
  const only = (names: string[]) => ({ onlySymbols: { names, source: "--symbols" } });
  assert.deepEqual(loaded({}, only(["PEPE-USD", "BTC-USD"])).enabledSymbols, ["PEPE-USD", "BTC-USD"]);
  assert.deepEqual(
    problems({}, only(["BTC-USB", "ETH-USD", "ETH-USD"])).map((line) => line.slice(0, 75)),
    [
      "--symbols: BTC-USB is not in symbols.yaml. Did you mean BTC-USD?",
      "--symbols: ETH-USD is named twice. There are BTC-USD, ETH-USD, SOL-USD, DOGE",
    ].map((line) => line.slice(0, 75)),
  );
});

// Secrets

const PRIVATE_KEY = `${"A".repeat(43)}=`;
Deno.test("secrets come from .env and, before it, from the environment, and never with the configuration", () => {
  const env = { ROBINHOOD_API_KEY: "rh-api-from-env", ROBINHOOD_PRIVATE_KEY: "", UNRELATED: "x" };
  const result = load({
    ".env": `ROBINHOOD_API_KEY=rh-api-from-file\nROBINHOOD_PRIVATE_KEY="${PRIVATE_KEY}"\nOPENAI_API_KEY=\n`,
  }, { env });
  assert.ok(result.ok);
  assert.deepEqual(result.secrets, { ROBINHOOD_API_KEY: "rh-api-from-env", ROBINHOOD_PRIVATE_KEY: PRIVATE_KEY });
  assert.ok(!JSON.stringify(result.config).includes("rh-api"));
});
Deno.test("a malformed secret is refused without being repeated", () => {
  const told = problems({ ".env": "ROBINHOOD_API_KEY=rh-api-12345678\nROBINHOOD_PRIVATE_KEY=not-a-key\n" });
  assert.deepEqual(told, [
    ".env: ROBINHOOD_PRIVATE_KEY (hidden, 9 characters) is malformed. Copy it again; it must be 32 bytes in base64, 44 characters that end in =",
  ]);
});
Deno.test("half a pair of keys is refused", () => {
  assert.deepEqual(problems({ ".env": "ROBINHOOD_API_KEY=rh-api-12345678\n" }), [
    ".env: ROBINHOOD_PRIVATE_KEY is missing, and its partner is there. Set both or none",
  ]);
});

Deno.test("limitFileKey() drops the micros of money and nothing else", () => {
  assert.deepEqual(["bankrollMaxUsdMicros", "positionsMax"].map(limitFileKey), ["bankrollMaxUsd", "positionsMax"]);
});
