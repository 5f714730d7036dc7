/**
 * A bounded queue in front of an actor. Market data may be dropped, oldest first, once the box is full; commands, fills and
 * answers never are. A box that is full of what may not be dropped means that the actor cannot do its work: it faults and
 * is replaced, rather than eating memory.
 */
export interface Mailbox<T> {
  push(item: T): void;
  shift(): T | undefined;
  readonly length: number;
  readonly dropped: number;
}

export class MailboxOverflow extends Error {
  constructor(readonly limit: number) {
    super(`mailbox holds ${limit} messages that may not be dropped`);
    this.name = "MailboxOverflow";
  }
}

export function createMailbox<T>(options: { limit: number; mayDrop: (item: T) => boolean }): Mailbox<T> {
  let items: T[] = [];
  let head = 0;
  let dropped = 0;
  return {
    push(item) {
      if (items.length - head >= options.limit) {
        const oldest = items.findIndex((queued, index) => index >= head && options.mayDrop(queued));
        if (oldest === -1) throw new MailboxOverflow(options.limit);
        items.splice(oldest, 1);
        dropped++;
      }
      items.push(item);
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined as T; // let go of it at once
      if (head > 1_024 || head === items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    get length() {
      return items.length - head;
    },
    get dropped() {
      return dropped;
    },
  };
}
