/**
 * Where a run keeps its state: a directory of its own under the state directory, named after the market it trades on, so
 * that runs never mix. A simulation goes on where it stopped; a replay that has reached its end is started over.
 */
import type { RunScope } from "../storage/keys.ts";
import type { StateDir } from "../storage/state_dir.ts";

export interface Run {
  readonly scope: RunScope;
  readonly dir: string;
  /** Set when the finished run of the same market was put away for this one. */
  readonly startedOver: boolean;
  /** Remembers that the market has ended, so that the next start begins anew. */
  finish(): void;
}

const FINISHED = "finished";

/** `fingerprint` is the market source's own: equal markets give equal runs. */
export function openRun(
  state: StateDir,
  options: { readonly mode: RunScope["mode"]; readonly fingerprint: string; readonly seed: number },
): Run {
  const [kind, hash] = options.fingerprint.split(":");
  const name = `${kind}-${hash.slice(0, 12)}-${options.seed}`;
  const dir = state.file(name);
  const startedOver = exists(`${dir}/${FINISHED}`);
  if (startedOver) Deno.removeSync(dir, { recursive: true });
  Deno.mkdirSync(dir, { recursive: true });
  return {
    scope: { mode: options.mode, run: name },
    dir,
    startedOver,
    finish: () => Deno.writeTextFileSync(`${dir}/${FINISHED}`, ""),
  };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
