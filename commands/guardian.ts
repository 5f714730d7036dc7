/**
 * The guardian's hands: it starts the program as a child with exactly the rights that its arguments call for, holds its
 * life line, asks it for its health, and starts it again when that is right. The life line is the child's standard input:
 * when the guardian dies, however suddenly, the child reads its end and closes down in order.
 */
import type { Clock } from "../core/ports/clock.ts";
import { afterExit, type GuardianPolicy } from "../actors/guardian/logic.ts";

export interface GuardianOptions {
  readonly clock: Clock;
  readonly policy: GuardianPolicy;
  /** Program and arguments of the child; `frozen` asks it to start without new entries. */
  readonly command: (frozen: boolean) => { readonly program: string; readonly args: readonly string[] };
  /** Where the child of that process id can be asked for its health; `null` while it does not say. */
  readonly healthUrl: (pid: number) => string | null;
  readonly log: (text: string) => void;
  /** Called when the child first answers, for opening a browser. */
  readonly healthy?: (url: string) => void;
}

const HEALTH_EVERY_MS = 2_000;
const HEALTH_TIMEOUT_MS = 5_000;
/** The main thread serves pages and beats; if it does not answer so often in a row, it hangs. */
const HEALTH_MISSES_MAX = 3;
/** After a signal the child gets this long to put everything on disk. */
const STOP_MS = 15_000;

/** Runs the program until it is over for good; resolves with the exit code to end with. */
export async function runGuardian(options: GuardianOptions): Promise<number> {
  const { clock, log } = options;
  const restartsAtMs: number[] = [];
  let stopping = false;
  let frozen = false;
  let child: Deno.ChildProcess | null = null;

  const stop = () => {
    // A Ctrl-C reaches the child as well; the life line tells it in every other case.
    stopping = true;
    lifeLine?.close().catch(() => {});
    clock.after(STOP_MS, () => kill(child));
  };
  let lifeLine: WritableStreamDefaultWriter<Uint8Array> | null = null;
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);

  try {
    for (;;) {
      const { program, args } = options.command(frozen);
      child = new Deno.Command(program, { args: [...args], stdin: "piped" }).spawn();
      lifeLine = child.stdin.getWriter();
      const endWatch = watchHealth(options, child);
      const status = await child.status;
      endWatch();
      await lifeLine.close().catch(() => {});
      const decision = afterExit({ code: status.code, signal: status.signal }, {
        restartsAtMs,
        nowMs: clock.nowMs(),
        stopping,
        policy: options.policy,
      });
      if (decision.text) log(decision.text);
      if (decision.action === "over") return decision.code;
      restartsAtMs.push(clock.nowMs());
      frozen = decision.frozen;
    }
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}

function watchHealth(options: GuardianOptions, child: Deno.ChildProcess): () => void {
  let over = false;
  let misses = 0;
  let seen = false;
  let cancel: () => void = () => {};
  const ask = async () => {
    const url = options.healthUrl(child.pid);
    if (url !== null) {
      const answered = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })
        .then(async (response) => {
          await response.body?.cancel();
          return response.ok;
        })
        .catch(() => false);
      if (over) return;
      if (answered && !seen) {
        seen = true;
        options.healthy?.(url);
      }
      misses = answered ? 0 : misses + 1;
      if (seen && misses >= HEALTH_MISSES_MAX) {
        options.log(`grodt has not answered ${misses} times in a row and is killed`);
        return kill(child);
      }
    }
    if (!over) cancel = options.clock.after(HEALTH_EVERY_MS, () => void ask());
  };
  cancel = options.clock.after(HEALTH_EVERY_MS / 4, () => void ask());
  return () => {
    over = true;
    cancel();
  };
}

function kill(child: Deno.ChildProcess | null): void {
  try {
    child?.kill("SIGKILL");
  } catch {
    // it has ended by itself meanwhile
  }
}
