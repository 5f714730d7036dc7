/** The real program as a child process, for tests that break it from outside. */
import assert from "node:assert/strict";
import type { RuntimeFacts } from "../../commands/serve.ts";
import type { Panels } from "../../web/view/types.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

export interface RunningProgram {
  readonly child: Deno.ChildProcess;
  readonly stateDir: string;
  /** What it has printed on standard error so far. */
  log(): string;
  runtime(): RuntimeFacts;
  panels(): Promise<Panels>;
  /** Polls until `done` is true of the panels; fails after `timeoutMs`. */
  until(done: (panels: Panels) => boolean, timeoutMs: number, what: string): Promise<Panels>;
  kill(signal: Deno.Signal): void;
  /** Waits for its end and for its output to be read. */
  ended(): Promise<Deno.CommandStatus>;
}

/** Starts `script` (default: the program without guardian) on a state directory. */
export function startProgram(
  stateDir: string,
  options: { readonly args?: readonly string[]; readonly script?: string; readonly command?: readonly string[] } = {},
): RunningProgram {
  const { args = [], script = "main.ts", command = ["serve"] } = options;
  try {
    Deno.removeSync(`${stateDir}/runtime.json`);
  } catch { /* it was never written */ }
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-prompt",
      "--v8-flags=--max-old-space-size=256",
      `${ROOT}/${script}`,
      ...command,
      "--state",
      stateDir,
      "--port",
      "0",
      "--no-open",
      ...args,
    ],
    cwd: ROOT,
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  const runtime = (): RuntimeFacts => JSON.parse(Deno.readTextFileSync(`${stateDir}/runtime.json`));
  const panels = async (): Promise<Panels> => {
    const response = await fetch(`${runtime().url}api/state`);
    const body = await response.json();
    return body.panels ?? body;
  };
  return {
    child,
    stateDir,
    log: () => text,
    runtime,
    panels,
    async until(done, timeoutMs, what) {
      const deadline = Date.now() + timeoutMs;
      let last: unknown = "nothing answered";
      while (Date.now() < deadline) {
        try {
          const now = await panels();
          if (done(now)) return now;
          last = now.status;
        } catch (error) {
          last = error; // it is starting, or just died
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.fail(
        `${what}: not within ${timeoutMs} ms; last seen ${JSON.stringify(last)}; log:\n${text.slice(-2_000)}`,
      );
    },
    kill(signal) {
      try {
        child.kill(signal);
      } catch { /* it has ended */ }
    },
    async ended() {
      const status = await child.status;
      await reading;
      await child.stdin.close().catch(() => {});
      return status;
    },
  };
}
