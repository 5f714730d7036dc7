/**
 * Commands from the page. Always true:
 *  - a wish has one key, whatever number of times it is sent
 *  - STOP is sent again until it is acknowledged; until then the page says so, and how to stop without it
 */
import { signal } from "@preact/signals";
import type { ControlResult } from "../system_port.ts";

export type Outcome =
  | { readonly phase: "asking"; readonly what: string }
  | { readonly phase: "done"; readonly ok: boolean; readonly text: string }
  | { readonly phase: "unreachable"; readonly what: string; readonly trying: boolean };

/** What became of the newest command; `null` before there was one. */
export const outcome = signal<Outcome | null>(null);

const ANSWER_WITHIN_MS = 6_000;
const AGAIN_MS = 2_000;
const STOP_TRIES = 15;

let freshToken: string | null = null;
let wishes = 0;
/** The STOP that is still to be acknowledged; a newer one or a resume takes its place, nothing else does. */
let pendingStop = 0;

/** `/api/control/…`; resolves to true when the system says that it has done it. */
export async function command(
  path: string,
  { token, what, confirm }: { readonly token: string; readonly what: string; readonly confirm?: string },
): Promise<boolean> {
  const wish = ++wishes;
  const body = JSON.stringify({ idempotencyKey: crypto.randomUUID(), confirm });
  if (path === "/api/control/stop") pendingStop = wish;
  if (path === "/api/control/resume") pendingStop = 0;
  const show = (next: Outcome) => {
    if (wish === wishes || wish === pendingStop) outcome.value = next;
  };
  show({ phase: "asking", what });
  for (let tries = 1;; tries++) {
    try {
      const { ok, did } = await post(path, body, token);
      show({ phase: "done", ok, text: did });
      return ok;
    } catch {
      const again = tries < STOP_TRIES && wish === pendingStop;
      show({ phase: "unreachable", what, trying: again });
      if (!again) return false;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Rejects when there is no answer of the program itself. */
async function post(path: string, body: string, token: string): Promise<ControlResult> {
  const send = () =>
    fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-grodt-token": freshToken ?? token },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      priority: "high",
    });
  let response = await send();
  if (response.status === 403) {
    // The program was started again since this page was loaded: its new pages have the new token.
    freshToken = await tokenOfPage();
    response = await send();
  }
  return await response.json();
}

async function tokenOfPage(): Promise<string | null> {
  const page = await fetch(location.pathname, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return /<meta name="grodt-token" content="([^"]+)"/.exec(await page.text())?.[1] ?? null;
}

export const stopTrading = (token: string): Promise<boolean> =>
  command("/api/control/stop", { token, what: "Stopping" });
