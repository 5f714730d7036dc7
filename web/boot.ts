/** The start of every page: the newest panels and what the request says about the reader. */
import { readPrefs } from "./view/prefs.ts";
import type { Site } from "./site.ts";
import type { Boot } from "./view/boot.ts";

export function bootOf({ system, stream, token, results }: Site, req: Request, symbol: string | null = null): Boot {
  const url = new URL(req.url);
  const result = results.get(url.searchParams.get("did"));
  url.searchParams.delete("did");
  return {
    panels: system.panels(),
    seq: stream.seq(),
    token,
    prefs: readPrefs(req.headers.get("cookie")),
    symbol,
    did: result && { ok: result.ok, text: result.did },
    path: url.pathname + url.search,
  };
}
