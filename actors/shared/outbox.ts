/**
 * Sends that must survive the death of the receiver. A message stays in the outbox until the receiver says that it is on
 * disk; after a restart of the receiver the supervisor renews the link and everything unacknowledged is sent again, in
 * order. Receivers write by key, so a message that arrives twice changes nothing.
 */
export interface Numbered<Body> {
  readonly type: "numbered";
  readonly number: number;
  readonly body: Body;
}

/** The receiver's word that everything up to `number` is durable. */
export interface Stored {
  readonly type: "stored";
  readonly upTo: number;
}

export interface Outbox<Body> {
  send(body: Body): void;
  stored(upTo: number): void;
  /** Takes an acknowledgement; true when the message was one. Must be given them at once, or a sender that waits hangs. */
  heard(body: unknown): boolean;
  /** Sends what was never acknowledged again. */
  resend(): void;
  /** Resolves once fewer than `count` messages wait: how a sender that outruns the disk is slowed down. */
  below(count: number): Promise<void>;
  readonly waiting: number;
}

export class OutboxFull extends Error {}

export function createOutbox<Body>(options: { limit: number; post: (message: Numbered<Body>) => void }): Outbox<Body> {
  let waiting: Numbered<Body>[] = [];
  let last = 0;
  let lookers: { count: number; look: () => void }[] = [];
  return {
    send(body) {
      if (waiting.length >= options.limit) {
        throw new OutboxFull(`${waiting.length} records wait for the recorder, which has not stored one for too long`);
      }
      const message: Numbered<Body> = { type: "numbered", number: ++last, body };
      waiting.push(message);
      options.post(message);
    },
    stored(upTo) {
      waiting = waiting.filter(({ number }) => number > upTo);
      const [done, still] = [
        lookers.filter(({ count }) => waiting.length < count),
        lookers.filter(({ count }) => waiting.length >= count),
      ];
      lookers = still;
      for (const { look } of done) look();
    },
    heard(body) {
      const message = body as Partial<Stored> | null;
      if (message?.type !== "stored") return false;
      this.stored(message.upTo!);
      return true;
    },
    resend() {
      for (const message of waiting) options.post(message);
    },
    below(count) {
      if (waiting.length < count) return Promise.resolve();
      return new Promise((look) => lookers.push({ count, look }));
    },
    get waiting() {
      return waiting.length;
    },
  };
}
