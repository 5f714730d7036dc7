/** The tree of actors: who there is and who talks to whom. One place, so that a picture of it is the truth. */
import type { ActorId } from "../shared/envelope.ts";
import type { ActorKind } from "./logic.ts";

export interface ActorSpec {
  readonly id: ActorId;
  readonly kind: ActorKind;
}

/** Everybody, in the order in which they are started. */
export function actorTree(symbols: readonly string[]): ActorSpec[] {
  return [
    { id: "recorder", kind: "recorder" },
    { id: "broker", kind: "broker" },
    { id: "feed", kind: "feed" },
    { id: "scorer", kind: "scorer" },
    ...symbols.map((symbol): ActorSpec => ({ id: symbolActor(symbol), kind: "symbol" })),
  ];
}

export const symbolActor = (symbol: string): ActorId => `symbol:${symbol}`;
export const symbolOf = (id: ActorId): string | null => (id.startsWith("symbol:") ? id.slice("symbol:".length) : null);

/** Kinds that are joined by a direct port; everybody has the supervisor besides. */
const LINKS: readonly (readonly [ActorKind, ActorKind])[] = [
  ["symbol", "feed"],
  ["symbol", "broker"],
  ["symbol", "scorer"],
  ["symbol", "recorder"],
  ["feed", "broker"],
  ["feed", "recorder"],
  ["broker", "recorder"],
];

/** The peers of one actor. */
export function peersOf(actor: ActorSpec, tree: readonly ActorSpec[]): ActorSpec[] {
  return tree.filter((other) =>
    other.id !== actor.id &&
    LINKS.some(([a, b]) => (a === actor.kind && b === other.kind) || (b === actor.kind && a === other.kind))
  );
}
