/**
 * The conversation between the supervisor and every actor, whatever the actor does.
 *
 * ```
 * supervisor ─init─▶ actor ─ready─▶ … ─beat, beat, beat─▶ …        fault ends an incarnation: it is never reused
 *            ─link─▶        a fresh port to a peer that was (re)started; sends over the old one are lost in silence
 *            ─stop─▶ actor ─stopped─▶
 * ```
 */
import type { ActorId, Envelope } from "./envelope.ts";

export type ToActor =
  | {
    readonly type: "init";
    readonly id: ActorId;
    readonly incarnation: number;
    /** Plain data of the actor's own settings type. */
    readonly settings: unknown;
    readonly beatMs: number;
    readonly links: readonly PeerPort[];
  }
  | ({ readonly type: "link" } & PeerPort)
  | { readonly type: "unlink"; readonly peer: ActorId }
  | { readonly type: "deliver"; readonly envelope: Envelope<unknown> }
  | { readonly type: "stop" };

export interface PeerPort {
  readonly peer: ActorId;
  readonly port: MessagePort;
}

export type FromActor =
  | { readonly type: "ready" }
  | ({ readonly type: "beat" } & Beat)
  | { readonly type: "fault"; readonly text: string; readonly stack: string | null }
  | { readonly type: "stopped" }
  | { readonly type: "log"; readonly line: LogLine }
  | { readonly type: "deliver"; readonly envelope: Envelope<unknown> };

export interface Beat {
  readonly mailbox: number;
  readonly handled: number;
  /** How long the message in hand has been worked on; 0 when idle. A hung handler beats on, so this tells. */
  readonly busyMs: number;
}

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly actor: ActorId;
  readonly text: string;
  readonly decisionId?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}
