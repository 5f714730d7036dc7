/**
 * Finds the middleware chain of a request. Always true: fixed paths win over patterns whatever the order, patterns are
 * tried in the order they were added, and what was added first for a path and method answers first.
 */
import type { Method } from "./types.ts";

/** The methods that an app can answer. */
export const METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export interface Match<Step> {
  readonly pattern: string;
  readonly params: Record<string, string>;
  /** The methods that were added for this path. */
  readonly allowed: string[];
  /** Absent when the path is known and the method is not. */
  readonly chain: Step[] | undefined;
}

interface Entry<Step> {
  readonly matcher: URLPattern | null;
  readonly chains: Map<string, Step[]>;
}

/** Chains by path and method; a chain is what runs for them, step by step. */
export class Router<Step> {
  readonly #entries = new Map<string, Entry<Step>>();

  add(methods: readonly string[], path: string, chain: Step[]): void {
    const pattern = path === "*" ? "/*" : path;
    let entry = this.#entries.get(pattern);
    if (!entry) {
      entry = { matcher: /[*:{}+?()]/.test(pattern) ? new URLPattern({ pathname: pattern }) : null, chains: new Map() };
      this.#entries.set(pattern, entry);
    }
    for (const method of methods) entry.chains.set(method, [...entry.chains.get(method) ?? [], ...chain]);
  }

  /** Throws a URIError when a dynamic segment holds a broken percent escape. */
  match(method: string, url: URL): Match<Step> | null {
    // A trailing slash is ignored for fixed paths only.
    for (const path of [url.pathname, url.pathname.replace(/(.)\/$/, "$1")]) {
      const entry = this.#entries.get(path);
      if (entry && !entry.matcher) return { ...select(entry, method), pattern: path, params: Object.create(null) };
    }
    for (const entry of this.#entries.values()) {
      const groups = entry.matcher?.exec(url)?.pathname.groups;
      if (!groups) continue;
      const params: Record<string, string> = Object.create(null);
      for (const [name, value] of Object.entries(groups)) params[name] = value === undefined ? "" : decodeURI(value);
      return { ...select(entry, method), pattern: entry.matcher!.pathname, params };
    }
    return null;
  }
}

function select<Step>({ chains }: Entry<Step>, method: string): Pick<Match<Step>, "chain" | "allowed"> {
  const chain = chains.get(method) ?? (method === "HEAD" ? chains.get("GET") : undefined);
  return { chain, allowed: [...chains.keys()] };
}
