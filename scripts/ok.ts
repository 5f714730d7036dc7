/**
 * Everything that must hold before a commit, in the order in which a mistake is cheapest to find: format, lint, types,
 * layers, tests. One line a step; the first that fails shows its output and ends the run.
 *
 *   deno task ok
 */

export interface Step {
  readonly name: string;
  /** Arguments of `deno`. */
  readonly args: readonly string[];
}

const LAYER_RULES = "grodt/imports,grodt/purity";

export const STEPS: readonly Step[] = [
  { name: "fmt", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "--compact", `--rules-exclude=${LAYER_RULES}`] },
  // A folder means each of its files by name, so also the workers, which no import reaches.
  { name: "check", args: ["check", "."] },
  { name: "layers", args: ["task", "layers"] },
  { name: "test", args: ["test", "-A", "--no-check", "--parallel", "--reporter=dot"] },
];

/** Runs the steps in turn and stops at the first that fails; `true` when none did. */
export async function runSteps(steps: readonly Step[], print: (line: string) => void): Promise<boolean> {
  const startedAtMs = performance.now();
  const secondsSince = (atMs: number): string => `${((performance.now() - atMs) / 1_000).toFixed(1).padStart(6)} s`;
  for (const { name, args } of steps) {
    const stepAtMs = performance.now();
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      env: { NO_COLOR: "1" },
    }).output();
    print(`${success ? "ok    " : "FAILED"}  ${name.padEnd(8)}${secondsSince(stepAtMs)}`);
    if (!success) {
      print(`${new TextDecoder().decode(stdout)}${new TextDecoder().decode(stderr)}`.trimEnd());
      return false;
    }
  }
  print(`all ok          ${secondsSince(startedAtMs)}`);
  return true;
}

if (import.meta.main) Deno.exit(await runSteps(STEPS, console.log) ? 0 : 1);
