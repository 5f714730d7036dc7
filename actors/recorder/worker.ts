/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The recorder's worker: the only owner of `record.kv`. */
import { openKvStore } from "../../storage/kv_store.ts";
import { checkSchemaVersion } from "../../storage/schema_version.ts";
import { workerMain } from "../shared/worker_main.ts";
import { createRecorder, type RecorderSettings } from "./shell.ts";

workerMain<RecorderSettings>((context, { scope, path }) =>
  createRecorder(context, scope, async () => {
    const store = await openKvStore(path);
    await checkSchemaVersion(store, path);
    return store;
  })
);
