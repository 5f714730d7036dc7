/** The version check at the door of every store file: older files are migrated, newer ones are left alone. */
import type { Store } from "../core/ports/store.ts";
import { SCHEMA_KEY, SCHEMA_VERSION } from "./keys.ts";

export class NewerSchema extends Error {
  constructor(path: string, found: unknown) {
    super(
      `${path} was written by a newer grodt (schema ${found}, this one knows ${SCHEMA_VERSION}): ` +
        `update grodt, or choose another directory with --state`,
    );
    this.name = "NewerSchema";
  }
}

/** Marks a new store with the current schema and refuses one from the future. */
export async function checkSchemaVersion(store: Store, path: string): Promise<void> {
  const found = await store.get(SCHEMA_KEY);
  if (found === null) return await store.commit([{ op: "set", key: SCHEMA_KEY, value: SCHEMA_VERSION }]);
  if (typeof found !== "number" || found > SCHEMA_VERSION) throw new NewerSchema(path, found);
}
