/**
 * The one queue in front of the model. Pure.
 *
 * ```
 * offer ─▶ waiting ─take─▶ running ─done─▶ gone
 *   │         └─expire─▶ gone (timeout)  │
 *   └─ full: the least valuable ─▶ gone (overflow)
 * ```
 * Always true: at most `slots` run and `waitingMax` wait; the most valuable goes first, except that every `fairEvery`-th slot
 * goes to the symbol that was served longest ago, so that none starves; an item leaves the queue exactly once.
 */
export interface QueueItem {
  readonly id: string;
  readonly symbol: string;
  readonly priority: number;
  readonly askedAtMs: number;
  readonly deadlineAtMs: number;
}

export interface QueueLimits {
  readonly slots: number;
  readonly waitingMax: number;
  /** One slot in so many is given for fairness, whatever the priorities. */
  readonly fairEvery: number;
}

export interface Queue<Item extends QueueItem> {
  readonly limits: QueueLimits;
  readonly waiting: readonly Item[];
  readonly running: readonly Item[];
  /** Slots given so far, and the number of the last one that each symbol had. */
  readonly taken: number;
  readonly lastTaken: Readonly<Record<string, number>>;
}

export const emptyQueue = <Item extends QueueItem>(limits: QueueLimits): Queue<Item> => ({
  limits,
  waiting: [],
  running: [],
  taken: 0,
  lastTaken: {},
});

/** Adds an item; `refused` is whoever had to go because the queue was full, the new one included. */
export function offer<Item extends QueueItem>(
  queue: Queue<Item>,
  item: Item,
): { queue: Queue<Item>; refused: Item | null } {
  const waiting = [...queue.waiting, item];
  if (waiting.length <= queue.limits.waitingMax) return { queue: { ...queue, waiting }, refused: null };
  const refused = waiting.reduce((worst, candidate) => (candidate.priority <= worst.priority ? candidate : worst));
  return { queue: { ...queue, waiting: waiting.filter((kept) => kept !== refused) }, refused };
}

/** Moves the next waiting item to a free slot; `null` when there is no slot or nobody waits. */
export function take<Item extends QueueItem>(queue: Queue<Item>): { queue: Queue<Item>; item: Item | null } {
  const { limits, waiting, running, taken, lastTaken } = queue;
  if (running.length >= limits.slots || waiting.length === 0) return { queue, item: null };
  const fair = (taken + 1) % limits.fairEvery === 0;
  const lastOf = ({ symbol }: Item): number => lastTaken[symbol] ?? -1;
  // `waiting` is in the order of asking, so the earlier one wins a tie.
  const item = waiting.reduce((best, candidate) =>
    (fair ? lastOf(candidate) < lastOf(best) : candidate.priority > best.priority) ? candidate : best
  );
  return {
    queue: {
      ...queue,
      waiting: waiting.filter((kept) => kept !== item),
      running: [...running, item],
      taken: taken + 1,
      lastTaken: { ...lastTaken, [item.symbol]: taken },
    },
    item,
  };
}

/** Takes out the waiting items whose deadline has come. */
export function expire<Item extends QueueItem>(
  queue: Queue<Item>,
  nowMs: number,
): { queue: Queue<Item>; expired: Item[] } {
  const expired = queue.waiting.filter(({ deadlineAtMs }) => nowMs >= deadlineAtMs);
  return expired.length === 0
    ? { queue, expired }
    : { queue: { ...queue, waiting: queue.waiting.filter((item) => !expired.includes(item)) }, expired };
}

/** Frees the slot of a running item. */
export function done<Item extends QueueItem>(queue: Queue<Item>, id: string): Queue<Item> {
  return { ...queue, running: queue.running.filter((item) => item.id !== id) };
}
