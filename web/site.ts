/** What the routes work on: set by `startWeb` before the first request, read by the middleware in `app.ts`. */
import type { ControlResult, SystemPort } from "./system_port.ts";
import type { PanelStream } from "./stream.ts";

export interface Site {
  readonly system: SystemPort;
  readonly stream: PanelStream;
  /** What a page must send with a command; known to pages of this program alone. */
  readonly token: string;
  readonly results: Results;
}

/** Outcomes of plain form posts, so that the page after the redirect can say what was done. */
export interface Results {
  keep(key: string, result: ControlResult): void;
  get(key: string | null): ControlResult | null;
}

export function createResults(limit = 50): Results {
  const kept = new Map<string, ControlResult>();
  return {
    keep(key, result) {
      kept.set(key, result);
      if (kept.size > limit) kept.delete(kept.keys().next().value!);
    },
    get: (key) => (key === null ? null : kept.get(key) ?? null),
  };
}

let held: Site | null = null;

export function holdSite(site: Site): void {
  held = site;
}

export function heldSite(): Site {
  if (!held) throw new Error("The dashboard was asked for a page before startWeb() gave it a system");
  return held;
}
