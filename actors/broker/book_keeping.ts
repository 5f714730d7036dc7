/**
 * The broker's store: journal, snapshots, the paper venue's own books and the market time reached. Always true:
 *  - what one call of `commit` writes is on disk as a whole or not at all;
 *  - the state that `open` gives is the fold of the journal, whatever moment the last program ended in.
 */
import type { Store, Write } from "../../core/ports/store.ts";
import { check } from "../../core/portfolio/books.ts";
import { createPaperVenue, type PaperVenue, type PaperVenueConfig } from "../../core/sim/paper_venue.ts";
import { blobWrites, readBlob } from "../../storage/blob.ts";
import { appendToJournal, EMPTY_JOURNAL, type JournalHead, readJournal } from "../../storage/journal.ts";
import { keyOf, type RunScope } from "../../storage/keys.ts";
import { type SnapshotRepository, snapshotRepository } from "../../storage/snapshot_repository.ts";
import { createWriteLoop, type WriteLoop } from "../../storage/write_loop.ts";
import type { BrokerEvent } from "./events.ts";
import { rebuild } from "./logic.ts";
import type { BrokerCursor } from "./protocol.ts";
import type { BrokerConfig, BrokerState, Durable } from "./state.ts";

/** A restart folds at most so many events. */
const SNAPSHOT_EVERY = 5_000;

export interface OpenedBooks {
  readonly state: BrokerState;
  readonly venue: PaperVenue;
  readonly cursor: BrokerCursor;
}

export interface BookKeeping {
  /** Queues one atomic commit of events, venue (when it changed) and cursor. */
  commit(
    events: readonly BrokerEvent[],
    venue: PaperVenue | null,
    cursor: BrokerCursor,
    durable: Durable,
  ): Promise<void>;
  /** Resolves when all commits are on disk. */
  flush(): Promise<void>;
  /** Commits that wait for the disk. */
  readonly waiting: number;
  readonly head: JournalHead;
  lines(): AsyncIterable<string>;
  close(): void;
}

interface StoredSnapshot {
  readonly head: JournalHead;
  readonly durable: Durable;
}

/** Opens the books of a run; throws on a damaged journal or on books that do not balance. */
export async function openBooks(
  options: {
    readonly store: Store;
    readonly scope: RunScope;
    readonly config: BrokerConfig;
    readonly venueConfig: PaperVenueConfig;
    readonly failed: (cause: unknown) => void;
  },
): Promise<OpenedBooks & { keeping: BookKeeping }> {
  const { store, scope, config, venueConfig } = options;
  const snapshots = snapshotRepository(store, scope, "broker_snapshot");
  const found = (await snapshots.find("broker", Number.MAX_SAFE_INTEGER))?.snapshot as StoredSnapshot | undefined;
  let head = found?.head ?? EMPTY_JOURNAL;
  const events: BrokerEvent[] = [];
  for await (const { event, hash } of readJournal<BrokerEvent>(store, scope, head)) {
    events.push(event);
    head = { seq: event.seq, hash };
  }
  const state = rebuild(config, found?.durable ?? null, events);
  const problem = check(state.durable.books);
  if (problem) throw new Error(`The books do not balance: ${problem}. Nothing is traded; restore a backup`);
  const cursor = (await store.get(keyOf(scope, "broker_cursor"))) as BrokerCursor | null;
  const venueKey = keyOf(scope, "paper_venue");
  const storedVenue = await readBlob(store, venueKey);
  const venue = storedVenue
    ? { ...(storedVenue.value as PaperVenue), config: venueConfig }
    : createPaperVenue(venueConfig);
  return {
    state,
    venue,
    cursor: cursor ?? { seq: 0, toMs: null },
    keeping: createBookKeeping({
      scope,
      store,
      loop: createWriteLoop(store, options.failed),
      snapshots,
      head,
      snapshotSeq: found?.head.seq ?? 0,
      venuePieces: storedVenue?.pieces ?? 0,
    }),
  };
}

function createBookKeeping(
  { scope, store, loop, snapshots, ...start }: {
    scope: RunScope;
    store: Store;
    loop: WriteLoop;
    snapshots: SnapshotRepository;
    head: JournalHead;
    snapshotSeq: number;
    venuePieces: number;
  },
): BookKeeping {
  let { head, snapshotSeq, venuePieces } = start;
  return {
    async commit(events, venue, cursor, durable) {
      const appended = appendToJournal(scope, head, events);
      head = appended.head;
      const writes: Write[] = [...appended.writes, { op: "set", key: keyOf(scope, "broker_cursor"), value: cursor }];
      let { bytes } = appended;
      if (venue) {
        // The configuration is not state: it comes from the files at every start.
        const { config: _, ...books } = venue;
        const blob = blobWrites(keyOf(scope, "paper_venue"), books, venuePieces);
        venuePieces = blob.pieces;
        writes.push(...blob.writes);
        bytes += blob.bytes;
      }
      if (head.seq - snapshotSeq >= SNAPSHOT_EVERY) {
        snapshotSeq = head.seq;
        const snapshot = await snapshots.writes("broker", head.seq, { head, durable } satisfies StoredSnapshot);
        writes.push(...snapshot.writes);
        bytes += snapshot.bytes;
      }
      loop.add(writes, bytes);
    },
    flush: () => loop.flush(),
    get waiting() {
      return loop.waiting;
    },
    get head() {
      return head;
    },
    async *lines() {
      await loop.flush();
      for await (const { line } of readJournal<BrokerEvent>(store, scope)) yield line;
    },
    close: () => store.close(),
  };
}
