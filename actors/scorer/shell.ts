/**
 * The scorer's hands: questions wait in the queue, providers answer them in slots, every deadline is kept. A late answer is
 * dropped; the slot it held is free again as soon as the provider lets go.
 */
import type { VerdictProvider } from "../../core/ports/llm.ts";
import type { AbstainCode, Verdict } from "../../core/verdict/types.ts";
import type { ActorContext, ActorShell } from "../shared/actor.ts";
import type { Envelope } from "../shared/envelope.ts";
import type { ScorerStatus, VerdictAsk } from "./protocol.ts";
import { done, emptyQueue, expire, offer, type Queue, type QueueItem, type QueueLimits, take } from "./queue.ts";

export interface ScorerSettings {
  readonly limits: QueueLimits;
}

interface Waiting extends QueueItem {
  readonly envelope: Envelope<VerdictAsk>;
}

const STATUS_EVERY_MS = 500;

export function createScorer(context: ActorContext, settings: ScorerSettings, provider: VerdictProvider): ActorShell {
  const { clock } = context;
  let queue: Queue<Waiting> = emptyQueue(settings.limits);
  let cancelTimer: () => void = () => {};
  let counter = 0;
  const counts = { answered: 0, timedOut: 0, overflowed: 0, failed: 0 };
  let statusAtMs = -Infinity;

  const reply = (
    item: Waiting,
    startedAtMs: number | null,
    answer: Pick<Verdict, "direction" | "probability" | "abstain" | "rationale">,
  ) => {
    const nowMs = clock.monotonicMs();
    const verdict: Verdict = {
      ...answer,
      verdictId: `${item.envelope.body.question.decisionId}/${item.id}`,
      provider: provider.provider,
      model: provider.model,
      askedAtMs: item.envelope.sentAtMs,
      answeredAtMs: clock.nowMs(),
      queueMs: Math.round((startedAtMs ?? nowMs) - item.askedAtMs),
      modelMs: startedAtMs === null ? 0 : Math.round(nowMs - startedAtMs),
    };
    context.answer(item.envelope, verdict);
  };

  const abstain = (item: Waiting, code: AbstainCode, rationale: string, startedAtMs: number | null = null) =>
    reply(item, startedAtMs, { direction: "flat", probability: 0.5, abstain: code, rationale });

  const pump = () => {
    const nowMs = clock.monotonicMs();
    const { queue: kept, expired } = expire(queue, nowMs);
    queue = kept;
    for (const item of expired) {
      counts.timedOut++;
      abstain(item, "timeout", `no free slot within ${Math.round(nowMs - item.askedAtMs)} ms`);
    }
    for (;;) {
      const taken = take(queue);
      queue = taken.queue;
      if (!taken.item) break;
      void run(taken.item);
    }
    cancelTimer();
    if (queue.waiting.length > 0) {
      const nextMs = Math.min(...queue.waiting.map(({ deadlineAtMs }) => deadlineAtMs)) - nowMs;
      cancelTimer = clock.after(nextMs, pump);
    } else cancelTimer = () => {};
    tellStatus(nowMs);
  };

  const run = async (item: Waiting) => {
    const startedAtMs = clock.monotonicMs();
    const abort = new AbortController();
    let open = true;
    const cancelDeadline = clock.after(item.deadlineAtMs - startedAtMs, () => {
      open = false;
      counts.timedOut++;
      abstain(item, "timeout", `no answer within ${Math.round(item.deadlineAtMs - item.askedAtMs)} ms`, startedAtMs);
      abort.abort();
    });
    try {
      const answer = await provider.answer(item.envelope.body.question, { signal: abort.signal });
      if (open) {
        counts.answered++;
        reply(item, startedAtMs, answer);
      }
    } catch (error) {
      if (open) {
        counts.failed++;
        abstain(
          item,
          "unavailable",
          `${provider.provider}: ${error instanceof Error ? error.message : error}`,
          startedAtMs,
        );
      }
    } finally {
      cancelDeadline();
      queue = done(queue, item.id);
      pump();
    }
  };

  const tellStatus = (nowMs: number) => {
    if (nowMs - statusAtMs < STATUS_EVERY_MS) return;
    statusAtMs = nowMs;
    const oldestWaitMs = Math.max(0, ...queue.waiting.map(({ askedAtMs }) => nowMs - askedAtMs));
    context.tell(
      "supervisor",
      {
        type: "scorer.status",
        provider: provider.provider,
        model: provider.model,
        waiting: queue.waiting.length,
        running: queue.running.length,
        oldestWaitMs,
        ...counts,
      } satisfies ScorerStatus,
    );
  };

  return {
    start() {
      tellStatus(clock.monotonicMs());
      return Promise.resolve();
    },
    receive(envelope) {
      const ask = envelope as Envelope<VerdictAsk>;
      const nowMs = clock.monotonicMs();
      const item: Waiting = {
        id: String(++counter),
        symbol: ask.body.question.symbol,
        priority: ask.body.priority,
        askedAtMs: nowMs,
        deadlineAtMs: nowMs + ask.body.deadlineMs,
        envelope: ask,
      };
      const offered = offer(queue, item);
      queue = offered.queue;
      if (offered.refused) {
        counts.overflowed++;
        abstain(offered.refused, "overflow", `more than ${settings.limits.waitingMax} questions wait`);
      }
      pump();
    },
    stop() {
      cancelTimer();
      for (const item of queue.waiting) abstain(item, "unavailable", "the scorer is stopping");
      return Promise.resolve();
    },
  };
}
