import assert from "node:assert/strict";
import fc from "fast-check";
import type { ProviderAnswer, VerdictProvider } from "../../core/ports/llm.ts";
import type { Verdict } from "../../core/verdict/types.ts";
import { createManualClock } from "../../tests/support/manual_clock.ts";
import type { ActorContext } from "../shared/actor.ts";
import type { Envelope } from "../shared/envelope.ts";
import type { VerdictAsk } from "./protocol.ts";
import { createScorer } from "./shell.ts";

const long: ProviderAnswer = { direction: "long", probability: 0.7, abstain: null, rationale: "because" };

/** A scorer whose provider takes `modelMs` for each answer and honours aborts, with everything it did written down. */
function rig(
  options: { slots?: number; waitingMax?: number; modelMs: (symbol: string) => number; fairEvery?: number },
) {
  const clock = createManualClock();
  const verdicts: (Verdict & { symbol: string })[] = [];
  const asked: string[] = [];
  let running = 0;
  let most = 0;
  const provider: VerdictProvider = {
    provider: "ollama",
    model: "fake",
    answer: ({ symbol }, { signal }) =>
      new Promise((resolve, reject) => {
        asked.push(symbol);
        const cost = options.modelMs(symbol);
        most = Math.max(most, ++running);
        const over = (settle: () => void) => {
          running--;
          settle();
        };
        const cancel = clock.after(cost, () => over(() => resolve(long)));
        signal.addEventListener("abort", () => {
          cancel();
          over(() => reject(signal.reason));
        });
      }),
  };
  const context = {
    clock,
    answer: (question: Envelope<VerdictAsk>, verdict: Verdict) =>
      verdicts.push({ ...verdict, symbol: question.body.question.symbol }),
    tell: () => {},
  } as unknown as ActorContext;
  const limits = { slots: options.slots ?? 1, waitingMax: options.waitingMax ?? 64, fairEvery: options.fairEvery ?? 4 };
  const scorer = createScorer(context, { limits }, provider);
  let counter = 0;
  return {
    clock,
    verdicts,
    asked,
    most: () => most,
    ask(symbol: string, { priority = 1, deadlineMs = 10_000 } = {}) {
      const question = { decisionId: `d${++counter}`, symbol } as VerdictAsk["question"];
      const body: VerdictAsk = { type: "verdict.ask", question, priority, deadlineMs };
      void scorer.receive({
        id: `q${counter}`,
        causedBy: null,
        decisionId: null,
        from: `symbol:${symbol}`,
        sentAtMs: clock.nowMs(),
        body,
      });
    },
  };
}

Deno.test("the most valuable question goes first, and one slot means one at a time", async () => {
  const s = rig({ modelMs: () => 1_000 });
  s.ask("A", { priority: 1 });
  s.ask("B", { priority: 2 });
  s.ask("C", { priority: 3 });
  await s.clock.advance(3_000);
  assert.deepEqual(s.asked, ["A", "C", "B"]); // A had the slot before the others came
  assert.equal(s.most(), 1);
});

Deno.test("a question that finds no slot before its deadline gets a timeout at the deadline, not later", async () => {
  const s = rig({ modelMs: () => 60_000 });
  s.ask("A", { deadlineMs: 60_000 });
  s.ask("B", { deadlineMs: 500 });
  await s.clock.advance(499);
  assert.equal(s.verdicts.length, 0);
  await s.clock.advance(1);
  assert.deepEqual(s.verdicts.map(({ symbol, abstain, direction }) => [symbol, abstain, direction]), [[
    "B",
    "timeout",
    "flat",
  ]]);
});

Deno.test("an answer that takes longer than the deadline is a timeout, and its slot is free at once", async () => {
  const s = rig({ modelMs: (symbol) => (symbol === "slow" ? 60_000 : 100) });
  s.ask("slow", { deadlineMs: 1_000 });
  s.ask("B", { deadlineMs: 5_000 });
  await s.clock.advance(1_100);
  assert.deepEqual(s.verdicts.map(({ symbol, abstain }) => [symbol, abstain]), [["slow", "timeout"], ["B", null]]);
  await s.clock.advance(120_000);
  assert.equal(s.verdicts.length, 2); // the late answer is nobody's
});

Deno.test("a full queue refuses the least valuable question, be it the new one or an old one", async () => {
  const s = rig({ waitingMax: 2, modelMs: () => 1_000 });
  s.ask("running");
  s.ask("A", { priority: 5 });
  s.ask("B", { priority: 3 });
  s.ask("C", { priority: 4 });
  s.ask("D", { priority: 1 });
  assert.deepEqual(s.verdicts.map(({ symbol, abstain }) => [symbol, abstain]), [["B", "overflow"], ["D", "overflow"]]);
  await s.clock.advance(3_000);
});

Deno.test("a provider that fails gives a flat verdict with its words, and the next question is served", async () => {
  const s = rig({
    modelMs: (symbol) => {
      if (symbol === "A") throw new Error("model not found");
      return 100;
    },
  });
  s.ask("A");
  s.ask("B");
  await s.clock.advance(1_000);
  assert.deepEqual(s.verdicts.map(({ symbol, abstain }) => [symbol, abstain]), [["A", "unavailable"], ["B", null]]);
  assert.match(s.verdicts[0].rationale, /model not found/);
});

Deno.test("twenty symbols on one slot of 6 s: nobody starves although some bid higher at every candle", async () => {
  const s = rig({ modelMs: () => 6_000, waitingMax: 64, fairEvery: 4 });
  const symbols = Array.from({ length: 20 }, (_, n) => `S${n}`);
  for (let minute = 0; minute < 30; minute++) {
    for (const [n, symbol] of symbols.entries()) s.ask(symbol, { priority: n < 12 ? 10 : 1, deadlineMs: 170_000 });
    await s.clock.advance(60_000);
  }
  await s.clock.advance(200_000);
  const served = new Set(s.verdicts.filter(({ abstain }) => abstain === null).map(({ symbol }) => symbol));
  assert.equal(served.size, 20);
  for (const { queueMs } of s.verdicts) assert.ok(queueMs <= 170_000);
});

Deno.test("every question gets exactly one verdict, at or before its deadline, for any mix of questions", async () => {
  const question = fc.record({
    afterMs: fc.integer({ min: 0, max: 500 }),
    priority: fc.integer({ min: 0, max: 5 }),
    deadlineMs: fc.integer({ min: 1, max: 3_000 }),
    modelMs: fc.integer({ min: 0, max: 4_000 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(question, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      async (questions, slots) => {
        const s = rig({ slots, waitingMax: 8, modelMs: (symbol) => questions[Number(symbol)].modelMs });
        const askedAt: number[] = [];
        for (const [n, { afterMs, ...rest }] of questions.entries()) {
          await s.clock.advance(afterMs);
          askedAt[n] = s.clock.nowMs();
          s.ask(String(n), rest);
        }
        await s.clock.advance(200_000);
        assert.ok(s.most() <= slots);
        assert.equal(s.verdicts.length, questions.length);
        for (const { symbol, answeredAtMs } of s.verdicts) {
          assert.ok(answeredAtMs - askedAt[Number(symbol)] <= questions[Number(symbol)].deadlineMs);
        }
        assert.equal(s.clock.pending, 0);
      },
    ),
    { seed: 11, numRuns: 200 },
  );
});
