/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The scorer's worker: the only actor with a way to the model server. */
import { rulesProvider } from "../../adapters/rules_provider.ts";
import { workerMain } from "../shared/worker_main.ts";
import { createScorer, type ScorerSettings } from "./shell.ts";

workerMain<ScorerSettings>((context, settings) => createScorer(context, settings, rulesProvider));
