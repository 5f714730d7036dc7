/**
 * Who lives, who is restarted, and when restarting stops. Pure: the shell performs the effects.
 *
 * ```
 * starting ─ready─▶ running ─fault, silent, closed─▶ backoff ─time─▶ starting
 *    │                                                  │
 *    └──────── never ready within startMaxMs ───────────┤
 *                                                       └─ too many restarts ─▶ parked (symbol) | escalation (others)
 * ```
 * Always true:
 *  - an incarnation that faulted, fell silent or closed is never used again; the next one has a higher number;
 *  - restarts are counted by wall time and given back to the store, so a crash of the whole program does not wipe the count;
 *  - a symbol that keeps dying is parked alone; any other actor that keeps dying first stops new entries, then has the
 *    whole program restarted. Supervision never hides a fault by restarting for ever.
 */
import type { UtcMs } from "../../core/time.ts";
import type { ActorId } from "../shared/envelope.ts";
import type { Beat } from "../shared/lifecycle.ts";

export type ActorKind = "broker" | "recorder" | "feed" | "scorer" | "symbol";

export interface Intensity {
  /** At most this many restarts … */
  readonly burst: number;
  /** … within this time, and … */
  readonly burstWindowMs: number;
  /** … this many in any 24 hours. */
  readonly daily: number;
}

export interface SupervisionPolicy {
  readonly silentAfterMs: number;
  /** A handler that works on one message for longer than this is hung. */
  readonly busyMaxMs: number;
  readonly startMaxMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  readonly intensity: Readonly<Record<ActorKind, Intensity>>;
}

export type Phase = "starting" | "running" | "backoff" | "parked" | "stopped";

export interface Child {
  readonly id: ActorId;
  readonly kind: ActorKind;
  readonly incarnation: number;
  readonly phase: Phase;
  readonly phaseSinceMs: UtcMs;
  readonly lastBeatAtMs: UtcMs;
  readonly beat: Beat;
  readonly restartsAtMs: readonly UtcMs[];
  readonly lastFault: string | null;
  readonly restartDueAtMs: UtcMs;
}

export interface SupervisionState {
  readonly policy: SupervisionPolicy;
  readonly children: Readonly<Record<ActorId, Child>>;
  readonly frozenFor: readonly ActorId[];
}

export type SupervisionInput =
  | { readonly type: "start" }
  | { readonly type: "ready"; readonly id: ActorId; readonly incarnation: number }
  | { readonly type: "beat"; readonly id: ActorId; readonly incarnation: number; readonly beat: Beat }
  | { readonly type: "fault"; readonly id: ActorId; readonly incarnation: number; readonly text: string }
  /** What the store remembers of earlier incarnations, once it can be asked. */
  | { readonly type: "remembered"; readonly restarts: Readonly<Record<ActorId, readonly UtcMs[]>> }
  | { readonly type: "tick" }
  /** The machine slept or this thread stalled: nobody could beat, so nobody is blamed for it. */
  | { readonly type: "woke" }
  /** The operator wants a parked or living actor started afresh; its count is forgiven. */
  | { readonly type: "restart"; readonly id: ActorId };

export type SupervisionEffect =
  | { readonly type: "spawn"; readonly id: ActorId; readonly incarnation: number }
  /** `wasSilent`: the thread may go on burning CPU; terminating it does not stop a synchronous loop. */
  | { readonly type: "terminate"; readonly id: ActorId; readonly incarnation: number; readonly wasSilent: boolean }
  | { readonly type: "freeze"; readonly cause: ActorId }
  | { readonly type: "thaw"; readonly cause: ActorId }
  | { readonly type: "restarted"; readonly id: ActorId; readonly atMs: UtcMs }
  | { readonly type: "alarm"; readonly id: ActorId; readonly text: string }
  | { readonly type: "restart.program"; readonly cause: string };

const NO_BEAT: Beat = { mailbox: 0, handled: 0, busyMs: 0 };
const DAY_MS = 86_400_000;

export function createSupervision(
  policy: SupervisionPolicy,
  actors: readonly { id: ActorId; kind: ActorKind }[],
): SupervisionState {
  const children: Record<ActorId, Child> = {};
  for (const { id, kind } of actors) {
    children[id] = {
      id,
      kind,
      incarnation: 0,
      phase: "stopped",
      phaseSinceMs: 0,
      lastBeatAtMs: 0,
      beat: NO_BEAT,
      restartsAtMs: [],
      lastFault: null,
      restartDueAtMs: 0,
    };
  }
  return { policy, children, frozenFor: [] };
}

export function supervise(
  state: SupervisionState,
  input: SupervisionInput,
  nowMs: UtcMs,
): { state: SupervisionState; effects: SupervisionEffect[] } {
  switch (input.type) {
    case "start":
      return Object.keys(state.children).reduce(
        (result, id) => join(result, spawn(result.state, id, nowMs)),
        unchanged(state),
      );
    case "ready":
      return current(state, input) ? ready(state, input.id, nowMs) : unchanged(state);
    case "beat":
      return current(state, input)
        ? unchanged(update(state, input.id, { beat: input.beat, lastBeatAtMs: nowMs }))
        : unchanged(state);
    case "fault":
      return current(state, input) ? end(state, input.id, input.text, nowMs, false) : unchanged(state);
    case "tick":
      return Object.keys(state.children).reduce(
        (result, id) => join(result, tick(result.state, id, nowMs)),
        unchanged(state),
      );
    case "remembered":
      return unchanged(
        Object.entries(input.restarts).reduce((s, [id, atMs]) => {
          const child = s.children[id];
          return child
            ? update(s, id, { restartsAtMs: [...new Set([...atMs, ...child.restartsAtMs])].sort((a, b) => a - b) })
            : s;
        }, state),
      );
    case "woke":
      return unchanged(
        Object.values(state.children).reduce(
          (s, { id, phase, phaseSinceMs }) =>
            update(s, id, { lastBeatAtMs: nowMs, phaseSinceMs: phase === "starting" ? nowMs : phaseSinceMs }),
          state,
        ),
      );
    case "restart": {
      const child = state.children[input.id];
      if (!child) return unchanged(state);
      const forgiven = update(state, input.id, { restartsAtMs: [] });
      const effects: SupervisionEffect[] = child.phase === "starting" || child.phase === "running"
        ? [{ type: "terminate", id: child.id, incarnation: child.incarnation, wasSilent: false }]
        : [];
      return join({ state: forgiven, effects }, spawn(forgiven, input.id, nowMs));
    }
  }
}

function tick(state: SupervisionState, id: ActorId, nowMs: UtcMs): Result {
  const child = state.children[id];
  const { silentAfterMs, busyMaxMs, startMaxMs } = state.policy;
  if (child.phase === "backoff" && nowMs >= child.restartDueAtMs) return spawn(state, id, nowMs);
  if (child.phase !== "starting" && child.phase !== "running") return unchanged(state);
  const silentMs = nowMs - child.lastBeatAtMs;
  // A start may compute for a while, and has a limit of its own.
  if (child.phase === "running" && silentMs >= silentAfterMs) {
    return end(state, id, `silent for ${silentMs} ms`, nowMs, true);
  }
  if (child.phase === "running" && child.beat.busyMs >= busyMaxMs) {
    return end(state, id, `one message for ${Math.round(child.beat.busyMs)} ms`, nowMs, false);
  }
  if (child.phase === "starting" && nowMs - child.phaseSinceMs >= startMaxMs) {
    return end(state, id, `not ready within ${startMaxMs} ms`, nowMs, false);
  }
  return unchanged(state);
}

function spawn(state: SupervisionState, id: ActorId, nowMs: UtcMs): Result {
  const incarnation = state.children[id].incarnation + 1;
  return {
    state: update(state, id, {
      incarnation,
      phase: "starting",
      phaseSinceMs: nowMs,
      lastBeatAtMs: nowMs,
      beat: NO_BEAT,
    }),
    effects: [{ type: "spawn", id, incarnation }],
  };
}

function ready(state: SupervisionState, id: ActorId, nowMs: UtcMs): Result {
  const running = update(state, id, { phase: "running", phaseSinceMs: nowMs, lastBeatAtMs: nowMs });
  if (state.children[id].kind === "symbol") return unchanged(running);
  // Always, since the freeze may come from a program that ended before it could thaw.
  return {
    state: { ...running, frozenFor: state.frozenFor.filter((frozen) => frozen !== id) },
    effects: [{ type: "thaw", cause: id }],
  };
}

/** The end of an incarnation: terminate it, count it, then restart later, park or escalate. */
function end(state: SupervisionState, id: ActorId, text: string, nowMs: UtcMs, wasSilent: boolean): Result {
  const child = state.children[id];
  const { intensity, backoffFirstMs, backoffMaxMs } = state.policy;
  const { burst, burstWindowMs, daily } = intensity[child.kind];
  const restartsAtMs = [...child.restartsAtMs.filter((atMs) => nowMs - atMs < DAY_MS), nowMs];
  const inBurst = restartsAtMs.filter((atMs) => nowMs - atMs < burstWindowMs).length;
  const tooMany = inBurst > burst || restartsAtMs.length > daily;
  const effects: SupervisionEffect[] = [
    { type: "terminate", id, incarnation: child.incarnation, wasSilent },
    { type: "restarted", id, atMs: nowMs },
  ];
  const ended = { lastFault: text, restartsAtMs, phaseSinceMs: nowMs };
  if (tooMany && child.kind === "symbol") {
    effects.push({ type: "alarm", id, text: `${id} is parked after ${inBurst} restarts: ${text}` });
    return { state: update(state, id, { ...ended, phase: "parked" }), effects };
  }
  // The first restart of a burst is at once; each further one waits twice as long.
  const backoffMs = inBurst <= 1 ? 0 : Math.min(backoffMaxMs, backoffFirstMs * 2 ** (inBurst - 2));
  let next = update(state, id, { ...ended, phase: "backoff", restartDueAtMs: nowMs + backoffMs });
  if (child.kind !== "symbol" && !state.frozenFor.includes(id)) {
    effects.push({ type: "freeze", cause: id });
    next = { ...next, frozenFor: [...state.frozenFor, id] };
  }
  if (tooMany) {
    effects.push({ type: "alarm", id, text: `${id} died ${inBurst} times: ${text}` });
    effects.push({ type: "restart.program", cause: `${id} died ${inBurst} times: ${text}` });
  }
  if (backoffMs > 0 || tooMany) return { state: next, effects };
  return join({ state: next, effects }, spawn(next, id, nowMs));
}

interface Result {
  state: SupervisionState;
  effects: SupervisionEffect[];
}

const unchanged = (state: SupervisionState): Result => ({ state, effects: [] });
const join = (first: Result, second: Result): Result => ({
  state: second.state,
  effects: [...first.effects, ...second.effects],
});
const current = (state: SupervisionState, { id, incarnation }: { id: ActorId; incarnation: number }): boolean =>
  state.children[id]?.incarnation === incarnation &&
  (state.children[id].phase === "starting" || state.children[id].phase === "running");

function update(state: SupervisionState, id: ActorId, change: Partial<Child>): SupervisionState {
  return { ...state, children: { ...state.children, [id]: { ...state.children[id], ...change } } };
}
