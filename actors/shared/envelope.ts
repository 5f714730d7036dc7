/**
 * The form of every message between actors. An envelope is never changed after it was sent: derive a new one. Search one
 * `decisionId` through logs and journal and read the whole story of a candle.
 */
import type { UtcMs } from "../../core/time.ts";

/** `broker`, `feed`, `scorer`, `recorder`, `supervisor`, or `symbol:BTC-USD`. */
export type ActorId = string;

export interface Envelope<Body> {
  /** Unique within the sender's life: `<actor>#<incarnation>.<counter>`. */
  readonly id: string;
  readonly causedBy: string | null;
  readonly decisionId: string | null;
  readonly from: ActorId;
  readonly sentAtMs: UtcMs;
  readonly body: Body;
}

/** An answer to an `ask`; travels like any other body. */
export interface Answer<Body> {
  readonly type: "answer";
  /** `id` of the envelope that asked. */
  readonly to: string;
  readonly body: Body;
}
