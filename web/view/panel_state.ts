/**
 * How much a panel can be trusted: told by the connection and by the actors that its numbers come from. Always true: the
 * worst of them decides, and there is a sentence for it.
 */
import { duration } from "../format.ts";
import type { ActorRow, Panels } from "./types.ts";

export type Link =
  | { readonly state: "connecting" | "live" }
  | { readonly state: "stale"; readonly heardMs: number }
  | { readonly state: "offline"; readonly heardMs: number; readonly retryAtMs: number | null };

/** `failed` is what cannot be drawn, `empty` and `loading` are for the panel itself to say. */
export interface PanelState {
  readonly kind: "live" | "stale" | "partial" | "failed";
  readonly why: string | null;
}

/** The actors whose word each panel shows. */
const SOURCES: Readonly<Record<keyof Panels, readonly string[]>> = {
  status: ["broker", "feed"],
  equity: ["broker"],
  curve: ["broker", "recorder"],
  limits: ["broker"],
  positions: ["broker"],
  orders: ["broker"],
  funnel: ["recorder"],
  actors: [],
  symbols: ["feed"],
  recent: ["recorder"],
};

const LIVE: PanelState = { kind: "live", why: null };

export function panelState(
  names: readonly (keyof Panels)[],
  actors: readonly ActorRow[],
  link: Link,
): PanelState {
  if (link.state === "offline") return { kind: "stale", why: "Not connected: these are the last known values" };
  if (link.state === "stale") return { kind: "stale", why: "Nothing heard: these are the last known values" };
  const wanted = new Set(names.flatMap((name) => SOURCES[name]));
  const states = actors.filter(({ id }) => wanted.has(id)).map(sourceState).filter(({ kind }) => kind !== "live");
  const worst = states.find(({ kind }) => kind === "failed") ?? states[0];
  if (worst) return worst;
  if (!names.includes("symbols")) return LIVE;
  const symbols = actors.filter(({ id }) => id.startsWith("symbol:"));
  const running = symbols.filter(({ state }) => state === "running");
  if (running.length === symbols.length) return LIVE;
  const down = symbols.filter((actor) => !running.includes(actor)).map(({ id, state }) => `${id.slice(7)} is ${state}`);
  return { kind: "partial", why: `${running.length} of ${symbols.length} symbols run: ${down.join(", ")}` };
}

function sourceState({ id, state, beatAgeMs, lastFault }: ActorRow): PanelState {
  const fault = lastFault ? ` (${lastFault})` : "";
  switch (state) {
    case "running":
      return LIVE;
    case "silent":
      return { kind: "stale", why: `The ${id} is silent for ${duration(beatAgeMs)}: these are its last words` };
    case "starting":
    case "restarting":
      return { kind: "stale", why: `The ${id} is ${state}${fault}: these are its last words` };
    case "paused":
    case "stopped":
      return { kind: "failed", why: `The ${id} is ${state}${fault}. Values below are old; other panels go on` };
  }
}
