/**
 * The broker's journal on disk: one line of JSON per event, numbered without gaps, each with the hash of everything up to
 * it. Two runs are the same run exactly when their last hashes are equal; a line that was changed, lost or put in breaks
 * the chain at its number.
 */
import { createHash } from "node:crypto";
import type { Store, Write } from "../core/ports/store.ts";
import { keyOf, type RunScope } from "./keys.ts";

export interface JournalLine<Event> {
  readonly event: Event;
  readonly line: string;
  readonly hash: string;
}

export interface JournalHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_JOURNAL: JournalHead = { seq: 0, hash: "" };

export class JournalDamaged extends Error {
  override readonly name = "JournalDamaged";
  constructor(seq: number, what: string) {
    super(
      `The journal is damaged at entry ${seq}: ${what}. Nothing is traded on books that cannot be trusted: ` +
        `restore a backup of the state directory, or start on a new one with --state`,
    );
  }
}

/** Writes that append `events` after `head`, and the head after them. */
export function appendToJournal(
  scope: RunScope,
  head: JournalHead,
  events: readonly { readonly seq: number }[],
): { writes: Write[]; head: JournalHead; bytes: number } {
  let { seq, hash } = head;
  let bytes = 0;
  const writes = events.map((event): Write => {
    if (event.seq !== seq + 1) throw new Error(`journal entry ${event.seq} cannot follow ${seq}`);
    const line = JSON.stringify(event);
    hash = chain(hash, line);
    seq = event.seq;
    bytes += line.length + 100;
    return { op: "set", key: keyOf(scope, "journal", seq), value: { line, hash } };
  });
  return { writes, head: { seq, hash }, bytes };
}

/** All entries after `head`, checked against the chain. Throws `JournalDamaged`. */
export async function* readJournal<Event>(
  store: Store,
  scope: RunScope,
  head: JournalHead = EMPTY_JOURNAL,
): AsyncIterable<JournalLine<Event>> {
  let { seq, hash } = head;
  for await (const { key, value } of store.list({ prefix: keyOf(scope, "journal"), from: seq + 1 })) {
    const found = key[key.length - 1] as number;
    if (found !== seq + 1) throw new JournalDamaged(seq + 1, `it is missing, ${found} comes next`);
    const entry = value as Partial<{ line: string; hash: string }> | null;
    if (typeof entry?.line !== "string" || typeof entry.hash !== "string") {
      throw new JournalDamaged(found, "it is no journal entry");
    }
    hash = chain(hash, entry.line);
    if (hash !== entry.hash) throw new JournalDamaged(found, "its hash does not fit what comes before it");
    seq = found;
    yield { event: JSON.parse(entry.line) as Event, line: entry.line, hash };
  }
}

const chain = (hash: string, line: string): string => createHash("sha256").update(hash).update(line).digest("hex");
