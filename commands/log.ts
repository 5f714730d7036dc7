/** The program's log: one JSON object a line on standard error, so that standard output stays for people and results. */
import type { LogLine } from "../actors/shared/lifecycle.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = typeof LEVELS[number];

/** Writes lines of `least` severity and above. */
export function createLog(least: Level): (line: LogLine) => void {
  const from = LEVELS.indexOf(least);
  return ({ level, actor, text, decisionId, fields }) => {
    if (LEVELS.indexOf(level) < from) return;
    console.error(JSON.stringify({ at: new Date().toISOString(), level, actor, text, decisionId, ...fields }));
  };
}
