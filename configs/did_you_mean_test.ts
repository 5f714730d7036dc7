import assert from "node:assert/strict";
import { didYouMean } from "./did_you_mean.ts";

const KNOWN = ["port", "stateDir", "speed", "seed", "symbols", "perTradeRatio"];

// deno-fmt-ignore
const CASES: [word: string, want: string | null][] = [
  ["prot", "port"],
  ["Port", "port"],
  ["ports", "port"],
  ["sede", "seed"],
  ["statedir", "stateDir"],
  ["state_dir", "stateDir"],
  ["simbols", "symbols"],
  ["pertraderatio", "perTradeRatio"],
  ["riskPerTradeRatio", "perTradeRatio"],
  ["x", null],
  ["kill", null],
  ["", null],
];
for (const [word, want] of CASES) {
  Deno.test(`didYouMean() finds ${want} for ${JSON.stringify(word)}`, () =>
    assert.equal(didYouMean(word, KNOWN), want));
}
