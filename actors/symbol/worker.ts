/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A symbol's worker: it runs without any rights, so nothing here may read a file, the network or the environment. */
import { workerMain } from "../shared/worker_main.ts";
import { createSymbolActor, type SymbolSettings } from "./shell.ts";

workerMain<SymbolSettings>(
  createSymbolActor,
  // In real time a late quote frame may give way to a newer one; under a virtual clock none comes before the last is done.
  (body) => (body as { type?: string; afterBrokerMessages?: number | null }).type === "frame",
);
