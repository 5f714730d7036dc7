/**
 * The state directory: made when missing, proven writable, and locked for one program at a time. The lock is the operating
 * system's, on an open file, so that it is gone when its holder is, even after a kill -9.
 */
export class StateDirError extends Error {
  override readonly name = "StateDirError";
}

export interface StateDir {
  readonly path: string;
  file(name: string): string;
  /** Writes a small file as a whole: readers see the old text or the new one, never a part. */
  write(name: string, text: string, options?: { mode?: number }): void;
  release(): void;
}

/** Opens `path` as the state directory of this program. Throws `StateDirError` with what to do about it. */
export function openStateDir(path: string): StateDir {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new StateDirError(
      `Cannot make the state directory ${path}: ${reason(cause)}. Choose another one with --state`,
      { cause },
    );
  }
  let lock: Deno.FsFile;
  try {
    lock = Deno.openSync(`${path}/lock`, { write: true, create: true });
  } catch (cause) {
    throw new StateDirError(
      `Cannot write to the state directory ${path}: ${reason(cause)}. Allow it, or choose another one with --state`,
      { cause },
    );
  }
  if (!lock.tryLockSync(true)) {
    lock.close();
    throw new StateDirError(
      `Another grodt runs on the state directory ${path}. End it first, or choose another one with --state`,
    );
  }
  return {
    path,
    file: (name) => `${path}/${name}`,
    write(name, text, { mode } = {}) {
      const temporary = `${path}/.${name}.new`;
      Deno.writeTextFileSync(temporary, text, { mode });
      Deno.renameSync(temporary, `${path}/${name}`);
    },
    release: () => lock.close(),
  };
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
