import assert from "node:assert/strict";
import { createManualClock } from "../../tests/support/manual_clock.ts";
import { type ActorContext, type ActorShell, AskFailed, runActor } from "./actor.ts";
import type { Answer, Envelope } from "./envelope.ts";
import type { FromActor, ToActor } from "./lifecycle.ts";

/** An actor with one peer, `other`, driven by hand from the supervisor's side. */
async function rig(shell: (context: ActorContext) => Partial<ActorShell>, mayDrop?: (body: unknown) => boolean) {
  const clock = createManualClock();
  const heard: FromActor[] = [];
  let toActor: (message: unknown) => void = () => {};
  let ended = false;
  let context!: ActorContext;
  const { port1, port2 } = new MessageChannel();
  const toPeer: Envelope<unknown>[] = [];
  port2.onmessage = ({ data }) => toPeer.push(data);
  runActor<unknown>({
    supervisor: {
      post: (message) => heard.push(message as FromActor),
      onMessage: (handler) => toActor = handler,
      close: () => {},
    },
    clock,
    create: (created) => {
      context = created;
      return { start: () => Promise.resolve(), receive: () => {}, stop: () => Promise.resolve(), ...shell(created) };
    },
    mayDrop,
    ended: () => ended = true,
  });
  const init: ToActor = {
    type: "init",
    id: "a",
    incarnation: 3,
    settings: {},
    beatMs: 1_000,
    links: [{ peer: "other", port: port1 }],
  };
  toActor(init);
  await clock.advance(0);
  let counter = 0;
  const envelope = (body: unknown): Envelope<unknown> => ({
    id: `test#${++counter}`,
    causedBy: null,
    decisionId: null,
    from: "supervisor",
    sentAtMs: 0,
    body,
  });
  return {
    clock,
    heard,
    context: () => context,
    toPeer,
    deliver: (body: unknown) => toActor({ type: "deliver", envelope: envelope(body) } satisfies ToActor),
    send: (message: ToActor) => toActor(message),
    isOver: () => ended,
    faults: () => heard.filter((message) => message.type === "fault"),
    async [Symbol.asyncDispose]() {
      port1.close();
      port2.close();
      await clock.advance(0);
    },
  };
}

Deno.test("messages are handled one after the other, also when a handler waits", async () => {
  const log: string[] = [];
  let release: () => void = () => {};
  await using actor = await rig(() => ({
    async receive({ body }) {
      log.push(`begin ${body}`);
      if (body === 1) await new Promise<void>((resolve) => release = resolve);
      log.push(`end ${body}`);
    },
  }));
  actor.deliver(1);
  actor.deliver(2);
  await actor.clock.advance(0);
  assert.deepEqual(log, ["begin 1"]);
  release();
  await actor.clock.advance(0);
  assert.deepEqual(log, ["begin 1", "end 1", "begin 2", "end 2"]);
});

Deno.test("an ask gets its answer, and an answer after the deadline is nobody's", async () => {
  await using actor = await rig(() => ({}));
  const asked = actor.context().ask<string>("supervisor", "question", { timeoutMs: 100 });
  const question = actor.heard.find((message) => message.type === "deliver")!.envelope;
  actor.deliver({ type: "answer", to: question.id, body: "yes" } satisfies Answer<string>);
  assert.equal(await asked, "yes");

  const late = actor.context().ask("supervisor", "question", { timeoutMs: 100 });
  const rejected = assert.rejects(
    late,
    (error: AskFailed) => error.code === "timeout" && /within 100 ms/.test(error.message),
  );
  await actor.clock.advance(100);
  await rejected;
  actor.deliver({
    type: "answer",
    to: actor.heard.findLast((message) => message.type === "deliver")!.envelope.id,
    body: "late",
  });
  assert.equal(actor.faults().length, 0);
});

Deno.test("an answer reaches an actor that is busy waiting for it", async () => {
  await using actor = await rig((context) => ({
    async receive() {
      assert.equal(await context.ask("supervisor", "question", { timeoutMs: 100 }), 42);
      context.tell("supervisor", "got it");
    },
  }));
  actor.deliver("go");
  await actor.clock.advance(0);
  const question = actor.heard.find((message) => message.type === "deliver")!.envelope;
  actor.deliver({ type: "answer", to: question.id, body: 42 });
  await actor.clock.advance(0);
  assert.ok(actor.heard.some((message) => message.type === "deliver" && message.envelope.body === "got it"));
});

Deno.test("more open questions than allowed are refused at once", async () => {
  await using actor = await rig(() => ({}));
  const open = Array.from(
    { length: 256 },
    () => actor.context().ask("supervisor", "q", { timeoutMs: 10 }).catch(() => {}),
  );
  await assert.rejects(
    actor.context().ask("supervisor", "q", { timeoutMs: 10 }),
    (error: AskFailed) => error.code === "overload",
  );
  await actor.clock.advance(10);
  await Promise.all(open);
});

for (
  const [name, receive] of [
    ["throws", () => {
      throw new Error("boom");
    }],
    ["rejects", () => Promise.reject(new Error("boom"))],
  ] as const
) {
  Deno.test(`an actor whose handler ${name} reports it once, with the stack, and handles nothing more`, async () => {
    let calls = 0;
    await using actor = await rig(() => ({
      receive: () => {
        calls++;
        return receive();
      },
    }));
    actor.deliver(1);
    actor.deliver(2);
    await actor.clock.advance(0);
    assert.equal(calls, 1);
    assert.equal(actor.faults().length, 1);
    assert.match(actor.faults()[0].stack!, /boom/);
    assert.ok(actor.isOver());
  });
}

Deno.test("a beat tells how long the message in hand has been worked on", async () => {
  await using actor = await rig(() => ({ receive: () => new Promise<void>(() => {}) }));
  actor.deliver(1);
  await actor.clock.advance(3_000);
  const beats = actor.heard.filter((message) => message.type === "beat");
  assert.deepEqual(beats.map(({ busyMs }) => busyMs), [0, 1_000, 2_000, 3_000]);
});

Deno.test("a flood of commands ends the actor instead of the memory, a flood of quotes does not", async () => {
  const hung = () => ({ receive: () => new Promise<void>(() => {}) });
  await using quotes = await rig(hung, (body) => body === "quote");
  for (let i = 0; i < 10_000; i++) quotes.deliver("quote");
  assert.equal(quotes.faults().length, 0);
  await using commands = await rig(hung);
  for (let i = 0; i < 10_000; i++) commands.deliver("command");
  assert.match(commands.faults()[0].text, /4096 messages/);
});

Deno.test("stop lets the actor finish what it has, then says stopped", async () => {
  const log: unknown[] = [];
  await using actor = await rig(() => ({
    receive: async ({ body }) => {
      await Promise.resolve();
      log.push(body);
    },
    stop: () => {
      log.push("flushed");
      return Promise.resolve();
    },
  }));
  actor.deliver(1);
  actor.deliver(2);
  actor.send({ type: "stop" });
  await actor.clock.advance(0);
  assert.deepEqual(log, [1, 2, "flushed"]);
  assert.equal(actor.heard.at(-1)!.type, "stopped");
});
