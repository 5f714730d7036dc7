/**
 * The one queue in front of the model. Pure.
 *
 * ```
 * offer ─▶ waiting ─take─▶ running ─done─▶ gone
 *   │         └─expire─▶ gone (timeout)  │
 *   └─ full: the least valuable ─▶ gone (overflow)
 * ```
 * Always true: at most `slots` run and `waitingMax` wait; the most valuable goes first; waiting adds value, so that no symbol
 * starves; an item leaves the queue exactly once.
 */
export interface QueueItem {
  readonly id: string;
  readonly priority: number;
  readonly askedAtMs: number;
  readonly deadlineAtMs: number;
}

export interface QueueLimits {
  readonly slots: number;
  readonly waitingMax: number;
  /** Priority that a second of waiting is worth. */
  readonly agingPerS: number;
}

export interface Queue<Item extends QueueItem> {
  readonly limits: QueueLimits;
  readonly waiting: readonly Item[];
  readonly running: readonly Item[];
}

export const emptyQueue = <Item extends QueueItem>(limits: QueueLimits): Queue<Item> => ({
  limits,
  waiting: [],
  running: [],
});

/** Adds an item; `refused` is whoever had to go because the queue was full, the new one included. */
export function offer<Item extends QueueItem>(
  queue: Queue<Item>,
  item: Item,
): { queue: Queue<Item>; refused: Item | null } {
  const waiting = [...queue.waiting, item];
  if (waiting.length <= queue.limits.waitingMax) return { queue: { ...queue, waiting }, refused: null };
  const refused = waiting.reduce((worst, candidate) =>
    value(queue, candidate, item.askedAtMs) <= value(queue, worst, item.askedAtMs) ? candidate : worst
  );
  return { queue: { ...queue, waiting: waiting.filter((kept) => kept !== refused) }, refused };
}

/** Moves the most valuable waiting item to a free slot; `null` when there is no slot or nobody waits. */
export function take<Item extends QueueItem>(
  queue: Queue<Item>,
  nowMs: number,
): { queue: Queue<Item>; item: Item | null } {
  if (queue.running.length >= queue.limits.slots || queue.waiting.length === 0) return { queue, item: null };
  const item = queue.waiting.reduce((best, candidate) => {
    const difference = value(queue, candidate, nowMs) - value(queue, best, nowMs);
    return difference > 0 || (difference === 0 && candidate.id < best.id) ? candidate : best;
  });
  return {
    queue: { ...queue, waiting: queue.waiting.filter((kept) => kept !== item), running: [...queue.running, item] },
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

function value(queue: Queue<QueueItem>, item: QueueItem, nowMs: number): number {
  return item.priority + ((nowMs - item.askedAtMs) / 1_000) * queue.limits.agingPerS;
}
