/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** Ties an actor to the worker it runs in: its port to the supervisor, and every error that nobody caught. */
import { systemClock } from "../../adapters/system_clock.ts";
import { type ActorContext, type ActorShell, runActor } from "./actor.ts";

/** Turns this worker into the actor that `create` makes. Call once, at the top level of a `worker.ts`. */
export function workerMain<Settings>(
  create: (context: ActorContext, settings: Settings) => ActorShell,
  mayDrop?: (body: unknown) => boolean,
): void {
  const { fault } = runActor<Settings>({
    supervisor: {
      post: (message, transfer = []) => self.postMessage(message, transfer),
      onMessage(handler) {
        self.onmessage = ({ data }) => handler(data);
      },
      close: () => self.close(),
    },
    clock: systemClock,
    create,
    mayDrop,
    ended: () => self.close(),
  });
  // Unprevented, either event would end the whole process, broker included.
  self.addEventListener("error", (event) => {
    event.preventDefault();
    fault(event.error ?? event.message);
  });
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fault(event.reason);
  });
}
