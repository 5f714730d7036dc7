/**
 * The state store as a port: ordered keys, atomic commits. A commit that has resolved is on disk ("acknowledged means
 * durable"); one that has not may be there or not, but never in part.
 */
export type KeyPart = string | number | boolean;
export type Key = readonly KeyPart[];

export type Write =
  | { readonly op: "set"; readonly key: Key; readonly value: unknown }
  | { readonly op: "delete"; readonly key: Key };

export interface Entry {
  readonly key: Key;
  readonly value: unknown;
}

export interface ListOptions {
  readonly prefix: Key;
  /** First key part after the prefix to include. */
  readonly from?: KeyPart;
  /** First key part after the prefix to exclude. */
  readonly to?: KeyPart;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Store {
  get(key: Key): Promise<unknown>;
  list(options: ListOptions): AsyncIterable<Entry>;
  /** All or nothing. Rejects when the store cannot take it; then nothing was written or the outcome is unknown. */
  commit(writes: readonly Write[]): Promise<void>;
  close(): void;
}
