/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The broker's worker: the only owner of `money.kv` and of the way to a venue. */
import { openKvStore } from "../../storage/kv_store.ts";
import { checkSchemaVersion } from "../../storage/schema_version.ts";
import { workerMain } from "../shared/worker_main.ts";
import { type BrokerSettings, createBroker } from "./shell.ts";

workerMain<BrokerSettings>((context, settings) =>
  createBroker(context, settings, async () => {
    const store = await openKvStore(settings.path);
    await checkSchemaVersion(store, settings.path);
    return store;
  })
);
