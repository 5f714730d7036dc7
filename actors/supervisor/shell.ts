/**
 * The supervisor's hands, on the main thread: starts actors, wires and rewires them, hears their beats, performs what the
 * restart rules decide. It decides nothing about trading. Everything that an actor tells the outside passes through `told`.
 */
import type { Clock } from "../../core/ports/clock.ts";
import type { FeedMessage } from "../feed/protocol.ts";
import type { ActorId, Answer, Envelope } from "../shared/envelope.ts";
import type { FromActor, LogLine, PeerPort } from "../shared/lifecycle.ts";
import {
  type Child,
  createSupervision,
  supervise,
  type SupervisionEffect,
  type SupervisionInput,
  type SupervisionPolicy,
  type SupervisionState,
} from "./logic.ts";
import type { ActorProcess, StartProcess } from "./processes.ts";
import { type ActorSpec, peersOf, symbolOf } from "./tree.ts";

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly policy: SupervisionPolicy;
  readonly beatMs: number;
  readonly tree: readonly ActorSpec[];
  readonly settingsOf: (actor: ActorSpec) => unknown;
  readonly start: StartProcess;
  /** A fresh pair of ports for two peers. */
  readonly channel?: () => { readonly port1: MessagePort; readonly port2: MessagePort };
  /** A message that an actor sent to the supervisor. */
  readonly told: (from: ActorId, body: unknown) => void;
  readonly log: (line: LogLine) => void;
  /** The tree cannot heal itself: end this program so that the guardian starts it afresh. */
  readonly restartProgram: (cause: string) => void;
  /** CPU time of the whole program so far, for finding threads that go on burning after their end. */
  readonly cpuMs: () => number;
}

export interface Supervisor {
  /** Starts everybody; resolves when all are ready or `timeoutMs` has passed. */
  start(timeoutMs: number): Promise<void>;
  /** Stops everybody in order: feed first, so that nothing new comes, recorder last, so that everything is on disk. */
  stop(timeoutMs: number): Promise<void>;
  tell(to: ActorId, body: unknown): void;
  ask<T>(to: ActorId, body: unknown, options: { timeoutMs: number }): Promise<T>;
  restart(id: ActorId): void;
  /** Restarts that the store remembers; they count as if they had happened under this program. */
  remember(restarts: Readonly<Record<ActorId, readonly number[]>>): void;
  children(): readonly Child[];
}

const STOP_ORDER = ["feed", "symbol", "scorer", "broker", "recorder"] as const;
/** A worker that was silent is looked for this long after its end, while the market is held for the time after that. */
const ZOMBIE_AFTER_MS = 250;
const HOLD_MS = 600;
/** What a program at rest never uses, and a loop always. */
const ZOMBIE_CORES = 0.5;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { clock, tree } = options;
  const specs = new Map(tree.map((spec) => [spec.id, spec]));
  const processes = new Map<ActorId, { process: ActorProcess; incarnation: number }>();
  const asks = new Map<string, (body: unknown) => void>();
  const stopped = new Map<ActorId, () => void>();
  let state: SupervisionState = createSupervision(options.policy, tree);
  let counter = 0;
  let stopping = false;
  let cancelTick: () => void = () => {};
  let tickDueMs = 0;
  let allReady: () => void = () => {};
  let went = false;

  const apply = (input: SupervisionInput) => {
    if (stopping) return;
    const result = supervise(state, input, clock.nowMs());
    state = result.state;
    for (const effect of result.effects) perform(effect);
  };

  const perform = (effect: SupervisionEffect) => {
    switch (effect.type) {
      case "spawn":
        return spawn(effect.id, effect.incarnation);
      case "terminate": {
        processes.get(effect.id)?.process.terminate();
        processes.delete(effect.id);
        const symbol = symbolOf(effect.id);
        if (symbol !== null) {
          tell("broker", { type: "symbol.gone", symbol });
          tell("feed", { type: "symbol.left", symbol });
        }
        log("error", effect.id, `${effect.id} has ended: ${state.children[effect.id].lastFault}`);
        if (effect.wasSilent) watchForZombie(effect.id);
        return;
      }
      case "freeze":
        return tell("broker", { type: "entries.freeze", cause: effect.cause });
      case "thaw":
        return tell("broker", { type: "entries.thaw", cause: effect.cause });
      case "restarted":
        return options.told("supervisor", { type: "actor.restarted", id: effect.id, atMs: effect.atMs });
      case "alarm":
        return log("error", effect.id, effect.text);
      case "restart.program":
        return options.restartProgram(effect.cause);
    }
  };

  const spawn = (id: ActorId, incarnation: number) => {
    const spec = specs.get(id)!;
    const process = options.start(spec.kind, id, {
      message: (message) => heard(id, incarnation, message),
      died: (text) => apply({ type: "fault", id, incarnation, text }),
    });
    processes.set(id, { process, incarnation });
    const links: PeerPort[] = [];
    for (const peer of peersOf(spec, tree)) {
      const other = processes.get(peer.id);
      if (!other) continue; // it will be linked when it starts
      const { port1, port2 } = options.channel?.() ?? new MessageChannel();
      links.push({ peer: peer.id, port: port1 });
      other.process.post({ type: "link", peer: id, port: port2 }, [port2]);
    }
    process.post(
      { type: "init", id, incarnation, settings: options.settingsOf(spec), beatMs: options.beatMs, links },
      links.map(({ port }) => port),
    );
  };

  const heard = (id: ActorId, incarnation: number, message: FromActor) => {
    if (processes.get(id)?.incarnation !== incarnation) return;
    switch (message.type) {
      case "ready":
        apply({ type: "ready", id, incarnation });
        return becameReady(id);
      case "beat":
        return apply({ type: "beat", id, incarnation, beat: message });
      case "fault":
        if (message.stack) log("error", id, message.stack);
        return apply({ type: "fault", id, incarnation, text: message.text });
      case "stopped":
        return stopped.get(id)?.();
      case "log":
        return options.log(message.line);
      case "deliver":
        return deliver(message.envelope);
    }
  };

  const becameReady = (id: ActorId) => {
    const symbol = symbolOf(id);
    if (went && symbol !== null) tell("feed", { type: "symbol.joined", symbol });
    if (went && id === "feed") tell("feed", { type: "feed.go", symbols: readySymbols() });
    if (Object.values(state.children).every(({ phase }) => phase === "running")) allReady();
  };

  const readySymbols = () =>
    Object.values(state.children).flatMap(({ id, phase }) => {
      const symbol = symbolOf(id);
      return phase === "running" && symbol !== null ? [symbol] : [];
    });

  const deliver = (envelope: Envelope<unknown>) => {
    const body = envelope.body as Partial<Answer<unknown>>;
    if (body?.type !== "answer") return options.told(envelope.from, envelope.body);
    const resolve = asks.get(body.to!);
    asks.delete(body.to!);
    resolve?.(body.body);
  };

  const send = (to: ActorId, body: unknown): string => {
    const id = `supervisor#0.${++counter}`;
    const envelope: Envelope<unknown> = {
      id,
      causedBy: null,
      decisionId: null,
      from: "supervisor",
      sentAtMs: clock.nowMs(),
      body,
    };
    processes.get(to)?.process.post({ type: "deliver", envelope });
    return id;
  };

  const tell = (to: ActorId, body: unknown) => void send(to, body);
  const log = (level: LogLine["level"], actor: ActorId, text: string) => options.log({ level, actor, text });

  const tick = () => {
    const nowMs = clock.monotonicMs();
    // This thread was held up, or the machine slept: beats are waiting in the queue, not missing.
    if (nowMs - tickDueMs > options.policy.silentAfterMs / 2) apply({ type: "woke" });
    else apply({ type: "tick" });
    tickDueMs = nowMs + options.beatMs;
    cancelTick = clock.after(options.beatMs, tick);
  };

  /**
   * `terminate()` cannot stop a synchronous loop. So the market is held for a moment: a program that still burns CPU then
   * carries a thread that nobody can stop, and only its own end helps.
   */
  const watchForZombie = (id: ActorId, seen = 0) => {
    clock.after(ZOMBIE_AFTER_MS, () => {
      if (stopping) return;
      tell("feed", { type: "feed.hold", forMs: HOLD_MS } satisfies FeedMessage);
      clock.after(HOLD_MS / 4, () => {
        const start = { cpuMs: options.cpuMs(), wallMs: clock.monotonicMs() };
        clock.after(HOLD_MS / 2, () => {
          const cores = (options.cpuMs() - start.cpuMs) / Math.max(1, clock.monotonicMs() - start.wallMs);
          if (stopping || cores < ZOMBIE_CORES) return;
          if (seen === 0) return watchForZombie(id, 1); // once may be the work of a start
          options.restartProgram(`${id} was replaced, but its thread still burns ${cores.toFixed(2)} cores of CPU`);
        });
      });
    });
  };

  return {
    async start(timeoutMs) {
      const ready = new Promise<void>((resolve) => allReady = resolve);
      tickDueMs = clock.monotonicMs() + options.beatMs;
      cancelTick = clock.after(options.beatMs, tick);
      apply({ type: "start" });
      let cancel = () => {};
      await Promise.race([ready, new Promise<void>((resolve) => cancel = clock.after(timeoutMs, resolve))]);
      cancel();
      went = true;
      tell("feed", { type: "feed.go", symbols: readySymbols() });
    },
    async stop(timeoutMs) {
      stopping = true;
      cancelTick();
      for (const kind of STOP_ORDER) {
        const ids = [...processes.keys()].filter((id) => specs.get(id)!.kind === kind);
        await Promise.all(ids.map((id) => stopOne(id, timeoutMs)));
      }
    },
    tell,
    ask: <T>(to: ActorId, body: unknown, { timeoutMs }: { timeoutMs: number }) =>
      new Promise<T>((resolve, reject) => {
        const id = send(to, body);
        const cancel = clock.after(timeoutMs, () => {
          asks.delete(id);
          reject(new Error(`${to} did not answer within ${timeoutMs} ms`));
        });
        asks.set(id, (answer) => {
          cancel();
          resolve(answer as T);
        });
      }),
    restart: (id) => apply({ type: "restart", id }),
    remember: (restarts) => apply({ type: "remembered", restarts }),
    children: () => Object.values(state.children),
  };

  async function stopOne(id: ActorId, timeoutMs: number): Promise<void> {
    const { process } = processes.get(id)!;
    let cancel = () => {};
    const timeout = new Promise<void>((resolve) => cancel = clock.after(timeoutMs, resolve));
    const answered = new Promise<void>((resolve) => stopped.set(id, resolve));
    process.post({ type: "stop" });
    await Promise.race([answered, timeout]);
    cancel();
    process.terminate();
    processes.delete(id);
  }
}
