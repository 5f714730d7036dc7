import assert from "node:assert/strict";
import fc from "fast-check";
import { fixed } from "../../tests/support/seed.ts";
import type { AbstainCode } from "../verdict/types.ts";
import { checkFusion, DEFAULT_FUSION, fuse, type FusionConfig, type FusionInput } from "./fusion.ts";

const CONFIG: FusionConfig = {
  policy: "veto_only",
  minConfidence: 0.6,
  minProbability: 0.5,
  newsVetoAtOrBelow: -0.6,
  onAbstain: "ignore",
  onFault: "veto",
  weights: { technical: 0.5, news: 0.2, verdict: 0.3 },
};

const LONG = { direction: "long", probability: 0.7, abstain: null } as const;
const FLAT = { direction: "flat", probability: 0.7, abstain: null } as const;
const abstained = (abstain: AbstainCode) => ({ direction: "flat", probability: 0.5, abstain }) as const;
const CALM = { score: 0, freshness: 1 };

interface Case {
  readonly name: string;
  readonly input?: Partial<FusionInput>;
  readonly config?: Partial<FusionConfig>;
  readonly want: string;
}

// deno-fmt-ignore
const CASES: readonly Case[] = [
  { name: "all agree",                                 want: "FUSED" },
  { name: "confidence just below the limit",           input: { technicalScore: 0.5999 },                    want: "CONFIDENCE_TOO_LOW" },
  { name: "confidence at the limit",                   input: { technicalScore: 0.6 },                       want: "FUSED" },
  { name: "probability just below the limit",          input: { verdict: { ...LONG, probability: 0.4999 } }, want: "VERDICT_IMPROBABLE" },
  { name: "probability at the limit",                  input: { verdict: { ...LONG, probability: 0.5 } },    want: "FUSED" },
  { name: "the model says flat",                       input: { verdict: FLAT },                             want: "VERDICT_FLAT" },
  { name: "news just above the veto",                  input: { news: { score: -0.5999, freshness: 1 } },    want: "FUSED" },
  { name: "news at the veto",                          input: { news: { score: -0.6, freshness: 1 } },       want: "NEWS_VETO" },
  { name: "stale news still veto",                     input: { news: { score: -0.9, freshness: 0 } },       want: "NEWS_VETO" },
  { name: "no news",                                   input: { news: null },                                want: "FUSED" },
  { name: "no verdict, by default",                    input: { verdict: null },                             want: "VERDICT_MISSING" },
  { name: "no verdict, ignored",                       input: { verdict: null }, config: { onFault: "ignore" }, want: "FUSED" },
  { name: "no edge, by default",                       input: { verdict: abstained("no_edge") },             want: "FUSED" },
  { name: "conflict, by default",                      input: { verdict: abstained("conflict") },            want: "FUSED" },
  { name: "no edge, as a veto",                        input: { verdict: abstained("no_edge") }, config: { onAbstain: "veto" }, want: "VERDICT_ABSTAINED" },
  { name: "a timeout, by default",                     input: { verdict: abstained("timeout") },             want: "VERDICT_FAULT" },
  { name: "invalid output, by default",                input: { verdict: abstained("invalid_output") },      want: "VERDICT_FAULT" },
  { name: "a suspected injection, by default",         input: { verdict: abstained("injection_suspected") }, want: "VERDICT_FAULT" },
  { name: "stale data, by default",                    input: { verdict: abstained("stale_data") },          want: "VERDICT_FAULT" },
  { name: "a timeout, ignored",                        input: { verdict: abstained("timeout") }, config: { onFault: "ignore" }, want: "FUSED" },
  { name: "abstentions as vetoes leave faults alone",  input: { verdict: abstained("timeout") }, config: { onFault: "ignore", onAbstain: "veto" }, want: "FUSED" },
  { name: "news veto before the verdict",              input: { verdict: FLAT, news: { score: -1, freshness: 1 } }, want: "NEWS_VETO" },
  { name: "a veto before low confidence",              input: { verdict: FLAT, technicalScore: 0.1 },        want: "VERDICT_FLAT" },
  { name: "weighted: a veto holds all the same",       input: { verdict: FLAT }, config: { policy: "weighted" }, want: "VERDICT_FLAT" },
  { name: "weighted: the verdict lifts a weak signal", input: { technicalScore: 0.58, verdict: { ...LONG, probability: 0.9 }, news: null }, config: { policy: "weighted" }, want: "FUSED" },
  { name: "weighted: calm news weigh on it",           input: { technicalScore: 0.62, verdict: { ...LONG, probability: 0.6 } }, config: { policy: "weighted" }, want: "CONFIDENCE_TOO_LOW" },
  { name: "off: a flat verdict is not heard",          input: { verdict: FLAT }, config: { policy: "off" },   want: "FUSED" },
  { name: "off: bad news are not heard",               input: { news: { score: -1, freshness: 1 } }, config: { policy: "off" }, want: "FUSED" },
  { name: "off: no verdict is needed",                 input: { verdict: null }, config: { policy: "off" },   want: "FUSED" },
  { name: "off: the confidence limit stays",           input: { technicalScore: 0.59 }, config: { policy: "off" }, want: "CONFIDENCE_TOO_LOW" },
];

for (const { name, input, config, want } of CASES) {
  Deno.test(`fuse(): ${name} gives ${want}`, () => {
    const result = fuse({ technicalScore: 0.8, news: CALM, verdict: LONG, ...input }, { ...CONFIG, ...config });
    assert.equal(result.reason.code, want);
    assert.equal(result.pass, want === "FUSED");
  });
}

Deno.test("under weighted each voice's share is its weight times its score, over the weights of those present", () => {
  const config = { ...CONFIG, policy: "weighted" } as const;
  const all = fuse({ technicalScore: 0.8, news: { score: 0.5, freshness: 0.5 }, verdict: LONG }, config);
  const total = 0.5 + 0.1 + 0.3;
  assert.deepEqual(all.contributions, {
    technical: (0.5 / total) * 0.8,
    news: (0.1 / total) * 0.75,
    verdict: (0.3 / total) * 0.7,
  });
  const alone = fuse({ technicalScore: 0.8, news: null, verdict: abstained("no_edge") }, config);
  assert.deepEqual(alone.contributions, { technical: 0.8, news: 0, verdict: 0 });
});

const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const anyInput = fc.record({
  technicalScore: ratio,
  news: fc.option(fc.record({ score: fc.double({ min: -1, max: 1, noNaN: true }), freshness: ratio })),
  verdict: fc.option(
    fc.record({
      direction: fc.constantFrom("long" as const, "flat" as const),
      probability: ratio,
      abstain: fc.option(
        fc.constantFrom("no_edge" as const, "conflict" as const, "timeout" as const, "budget" as const),
      ),
    }),
  ),
});
const anyConfig = fc.record({
  policy: fc.constantFrom("veto_only" as const, "weighted" as const, "off" as const),
  minConfidence: ratio,
  minProbability: ratio,
  newsVetoAtOrBelow: fc.double({ min: -1, max: 1, noNaN: true }),
  onAbstain: fc.constantFrom("ignore" as const, "veto" as const),
  onFault: fc.constantFrom("ignore" as const, "veto" as const),
  weights: fc.record({ technical: fc.double({ min: 0.01, max: 1, noNaN: true }), news: ratio, verdict: ratio }),
});

Deno.test("the contributions add up to a confidence between 0 and 1, whatever is said", () => {
  fc.assert(
    fc.property(anyInput, anyConfig, (input, config) => {
      checkFusion(config);
      const { confidence, contributions, pass } = fuse(input, config);
      const sum = contributions.technical + contributions.news + contributions.verdict;
      assert.ok(Math.abs(sum - confidence) <= 2 ** -52);
      assert.ok(confidence >= 0 && confidence <= 1);
      if (pass) assert.ok(confidence >= config.minConfidence);
    }),
    fixed(1_000),
  );
});

Deno.test("with veto_only neither news nor verdict can turn a technical no into a yes", () => {
  fc.assert(
    fc.property(anyInput, anyConfig, (input, config) => {
      const technical = fuse({ ...input, news: null, verdict: null }, { ...config, policy: "off" });
      const fused = fuse(input, { ...config, policy: "veto_only" });
      if (fused.pass) assert.ok(technical.pass);
      assert.equal(fused.confidence, technical.confidence);
    }),
    fixed(1_000),
  );
});

Deno.test("a verdict that never came does no better than any verdict that did", () => {
  fc.assert(
    fc.property(anyInput, anyConfig, (input, config) => {
      const strict = { ...config, policy: "veto_only", onFault: "veto" } as const;
      assert.equal(fuse({ ...input, verdict: null }, strict).pass, false);
    }),
    fixed(200),
  );
});

Deno.test("numbers out of range are refused by name", () => {
  const good = { technicalScore: 0.8, news: CALM, verdict: LONG };
  // deno-fmt-ignore
  const inputs: readonly [FusionInput, RegExp][] = [
    [{ ...good, technicalScore: NaN },                           /technicalScore must be from 0 to 1, got NaN/],
    [{ ...good, news: { score: -1.01, freshness: 1 } },          /news.score must be from -1 to 1, got -1.01/],
    [{ ...good, news: { score: 0, freshness: 2 } },              /news.freshness/],
    [{ ...good, verdict: { ...LONG, probability: 1.1 } },        /verdict.probability must be from 0 to 1, got 1.1/],
  ];
  for (const [input, message] of inputs) assert.throws(() => fuse(input, CONFIG), message);
  checkFusion(DEFAULT_FUSION);
  assert.throws(() => checkFusion({ ...CONFIG, minConfidence: 1.2 }), /minConfidence must be from 0 to 1, got 1.2/);
  assert.throws(() => checkFusion({ ...CONFIG, weights: { ...CONFIG.weights, technical: 0 } }), /weights.technical/);
});
