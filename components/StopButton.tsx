/** STOP: a form that works without script; with it, one click that says what became of it. */
import { outcome, stopTrading } from "../web/client/command.ts";
import { Icon } from "./Icon.tsx";

export function StopButton({ token, back }: { readonly token: string; readonly back: string }) {
  const now = outcome.value;
  const isStopping = now !== null && now.phase !== "done" && now.what === "Stopping";
  return (
    <form
      class="stop-form"
      method="post"
      action="/api/control/stop"
      onSubmit={(event) => {
        event.preventDefault();
        void stopTrading(token);
      }}
    >
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" class="stop" title="No new entries, entry orders cancelled, stops stay (Ctrl or ⌘ + .)">
        <Icon name="stop" />
        <span>{isStopping ? "Stopping…" : "STOP"}</span>
      </button>
    </form>
  );
}
