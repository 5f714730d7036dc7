/**
 * The runtime around every actor: one message at a time, answers by id with a deadline, a heartbeat, and one way to die.
 * Always true:
 *  - an actor handles its messages one after the other; answers to its own questions come in between;
 *  - each question has a deadline and ends exactly once, and at most ASKS_MAX are open at a time;
 *  - an error that a handler lets out is a bug: it is reported with its stack and the incarnation ends.
 */
import type { Clock } from "../../core/ports/clock.ts";
import type { ActorId, Answer, Envelope } from "./envelope.ts";
import type { FromActor, LogLine, ToActor } from "./lifecycle.ts";
import { type Link, portLink } from "./link.ts";
import { createMailbox } from "./mailbox.ts";

const ASKS_MAX = 256;
const MAILBOX_MAX = 4_096;

export interface TellOptions {
  readonly decisionId?: string | null;
  readonly causedBy?: string | null;
  readonly transfer?: Transferable[];
}

export interface ActorContext {
  readonly id: ActorId;
  readonly incarnation: number;
  readonly clock: Clock;
  /** Sends without waiting. To a dead peer it is lost in silence: use an outbox where that matters. */
  tell(to: ActorId, body: unknown, options?: TellOptions): void;
  /** Sends and waits for the answer; rejects with `AskFailed` at the deadline or when too many questions are open. */
  ask<T>(to: ActorId, body: unknown, options: TellOptions & { timeoutMs: number }): Promise<T>;
  answer(question: Envelope<unknown>, body: unknown): void;
  linked(peer: ActorId): boolean;
  log(level: LogLine["level"], text: string, extra?: Pick<LogLine, "decisionId" | "fields">): void;
  /** Ends this incarnation: for errors outside a handler, such as in a loop of the actor's own. */
  fail(error: unknown): void;
}

/** What an actor adds to the runtime. */
export interface ActorShell {
  /** Restores state; the actor is ready when it resolves. */
  start(): Promise<void>;
  /** Handles one message; the next comes when this is done. */
  receive(envelope: Envelope<unknown>): void | Promise<void>;
  /** Takes what must not wait behind the message in hand, such as an acknowledgement; true when it was that. */
  urgent?(envelope: Envelope<unknown>): boolean;
  /** A peer was (re)started: what it had not acknowledged may be sent again. */
  peerRenewed?(peer: ActorId): void;
  /** Flushes and closes; nothing is received any more. */
  stop(): Promise<void>;
}

export class AskFailed extends Error {
  constructor(readonly code: "timeout" | "overload", to: ActorId, timeoutMs: number) {
    super(
      code === "timeout" ? `${to} did not answer within ${timeoutMs} ms` : `more than ${ASKS_MAX} questions are open`,
    );
    this.name = "AskFailed";
  }
}

export interface ActorOptions<Settings> {
  readonly supervisor: Link;
  /** Opens the port to a peer as it came in a message. */
  readonly open?: (port: MessagePort) => Link;
  readonly clock: Clock;
  readonly create: (context: ActorContext, settings: Settings) => ActorShell;
  /** True for bodies that may be dropped when the mailbox is full: market data only. */
  readonly mayDrop?: (body: unknown) => boolean;
  /** Called when the incarnation is over, by order or by fault. */
  readonly ended: () => void;
}

/** Runs an actor on a link to its supervisor: waits for `init`, starts the shell, then serves until `stop` or a fault. */
export function runActor<Settings>(options: ActorOptions<Settings>): { fault(error: unknown): void } {
  const { supervisor, clock } = options;
  const post = (message: FromActor, transfer: Transferable[] = []) => supervisor.post(message, transfer);
  const mailbox = createMailbox<Envelope<unknown>>({
    limit: MAILBOX_MAX,
    mayDrop: ({ body }) => options.mayDrop?.(body) ?? false,
  });
  const peers = new Map<ActorId, Link>();
  const asks = new Map<string, { resolve: (body: unknown) => void; cancel: () => void }>();
  let shell: ActorShell | null = null;
  let over = false;
  let handled = 0;
  let busySinceMs: number | null = null;
  let pumping = false;
  let idle: () => void = () => {};

  const fault = (error: unknown) => {
    if (over) return;
    over = true;
    const stack = error instanceof Error ? error.stack ?? null : null;
    post({ type: "fault", text: error instanceof Error ? error.message : String(error), stack });
    options.ended();
  };

  const arrive = (envelope: Envelope<unknown>) => {
    if (over) return;
    const body = envelope.body as Partial<Answer<unknown>>;
    if (body?.type === "answer") {
      const ask = asks.get(body.to!);
      if (!ask) return; // its deadline has passed; the asker went on without it
      asks.delete(body.to!);
      ask.cancel();
      ask.resolve(body.body);
      return;
    }
    try {
      if (shell?.urgent?.(envelope)) return;
      mailbox.push(envelope);
    } catch (error) {
      return fault(error);
    }
    if (shell) void pump();
  };

  const pump = async () => {
    if (pumping || over) return;
    pumping = true;
    try {
      for (let envelope = mailbox.shift(); envelope && !over; envelope = mailbox.shift()) {
        busySinceMs = clock.monotonicMs();
        const pending = shell!.receive(envelope);
        if (pending) await pending; // a handler without waits costs no turn of the event loop
        handled++;
      }
    } catch (error) {
      fault(error);
    } finally {
      busySinceMs = null;
      pumping = false;
      idle();
    }
  };

  const link = (peer: ActorId, port: MessagePort) => {
    peers.get(peer)?.close();
    const fresh = (options.open ?? portLink)(port);
    peers.set(peer, fresh);
    fresh.onMessage((message) => arrive(message as Envelope<unknown>));
  };

  const boot = async (init: Extract<ToActor, { type: "init" }>) => {
    for (const { peer, port } of init.links) link(peer, port);
    const context = createContext(init);
    const beat = () => {
      if (over) return;
      post({
        type: "beat",
        mailbox: mailbox.length,
        handled,
        busyMs: busySinceMs === null ? 0 : clock.monotonicMs() - busySinceMs,
      });
      clock.after(init.beatMs, beat);
    };
    beat();
    const created = options.create(context, init.settings as Settings);
    await created.start();
    shell = created;
    post({ type: "ready" });
    void pump();
  };

  const createContext = (init: Extract<ToActor, { type: "init" }>): ActorContext => {
    let counter = 0;
    const send = (
      to: ActorId,
      body: unknown,
      { decisionId = null, causedBy = null, transfer }: TellOptions,
    ): string => {
      const id = `${init.id}#${init.incarnation}.${++counter}`;
      const envelope: Envelope<unknown> = { id, causedBy, decisionId, from: init.id, sentAtMs: clock.nowMs(), body };
      if (to === "supervisor") post({ type: "deliver", envelope }, transfer);
      else peers.get(to)?.post(envelope, transfer);
      return id;
    };
    return {
      id: init.id,
      incarnation: init.incarnation,
      clock,
      tell: (to, body, tellOptions = {}) => void send(to, body, tellOptions),
      ask: <T>(to: ActorId, body: unknown, askOptions: TellOptions & { timeoutMs: number }) =>
        new Promise<T>((resolve, reject) => {
          if (asks.size >= ASKS_MAX) return reject(new AskFailed("overload", to, askOptions.timeoutMs));
          const id = send(to, body, askOptions);
          const cancel = clock.after(askOptions.timeoutMs, () => {
            asks.delete(id);
            reject(new AskFailed("timeout", to, askOptions.timeoutMs));
          });
          asks.set(id, { resolve: resolve as (body: unknown) => void, cancel });
        }),
      answer: (question, body) => {
        const answer: Answer<unknown> = { type: "answer", to: question.id, body };
        send(question.from, answer, { decisionId: question.decisionId, causedBy: question.id });
      },
      linked: (peer) => peers.has(peer),
      log: (level, text, extra = {}) => post({ type: "log", line: { level, actor: init.id, text, ...extra } }),
      fail: fault,
    };
  };

  const stop = async () => {
    if (pumping) await new Promise<void>((resolve) => idle = resolve);
    over = true;
    for (const { cancel } of asks.values()) cancel();
    await shell?.stop();
    for (const peer of peers.values()) peer.close();
    post({ type: "stopped" });
    options.ended();
  };

  supervisor.onMessage((raw) => {
    const message = raw as ToActor;
    if (message.type === "init") boot(message).catch(fault);
    else if (message.type === "link") {
      link(message.peer, message.port);
      shell?.peerRenewed?.(message.peer);
    } else if (message.type === "unlink") {
      peers.get(message.peer)?.close();
      peers.delete(message.peer);
    } else if (message.type === "deliver") arrive(message.envelope);
    else if (!over) stop().catch(fault);
  });

  return { fault };
}
