/**
 * Real workers for the supervisor: each with the least rights its work needs, each with an error handler set in the same
 * turn as it is made, since an error that nobody prevents ends the whole program.
 */
import type { ActorId } from "../shared/envelope.ts";
import type { FromActor, ToActor } from "../shared/lifecycle.ts";
import type { ActorKind } from "./logic.ts";

/** A running incarnation of an actor, however it is run. */
export interface ActorProcess {
  post(message: ToActor, transfer?: Transferable[]): void;
  terminate(): void;
}

export interface ProcessEvents {
  message(message: FromActor): void;
  /** The worker died of an error that it could not report itself. */
  died(text: string): void;
}

export type StartProcess = (kind: ActorKind, id: ActorId, events: ProcessEvents) => ActorProcess;

export type Rights = "none" | Deno.PermissionOptionsObject;

/** Starts workers with the given rights by kind; a symbol never has any. */
export function workerProcesses(rights: Readonly<Record<Exclude<ActorKind, "symbol">, Rights>>): StartProcess {
  return (kind, id, events) => {
    const options = {
      type: "module" as const,
      name: id,
      deno: { permissions: kind === "symbol" ? "none" : rights[kind] },
    };
    const worker = startWorker(kind, options);
    worker.onerror = (event) => {
      event.preventDefault();
      events.died(event.message);
    };
    worker.onmessage = ({ data }) => events.message(data);
    return {
      post: (message, transfer = []) => worker.postMessage(message, transfer),
      terminate: () => worker.terminate(),
    };
  };
}

/** One literal URL a kind: the compiler of the executable finds workers by these. */
function startWorker(kind: ActorKind, options: WorkerOptions): Worker {
  switch (kind) {
    case "broker":
      return new Worker(new URL("../broker/worker.ts", import.meta.url), options);
    case "recorder":
      return new Worker(new URL("../recorder/worker.ts", import.meta.url), options);
    case "feed":
      return new Worker(new URL("../feed/worker.ts", import.meta.url), options);
    case "scorer":
      return new Worker(new URL("../scorer/worker.ts", import.meta.url), options);
    case "symbol":
      return new Worker(new URL("../symbol/worker.ts", import.meta.url), options);
  }
}
