/**
 * Server-sent events: `snapshot` or `patch` first, then a `patch` with whole panels for each change, `heartbeat` each 5 s,
 * with `?symbol=` also `series`. Goes on after `Last-Event-ID`, or after `?since=`, which a new EventSource can set.
 */
import { HttpError } from "fresh";
import { define } from "../../web/define.ts";
import { wholeNumber } from "../../web/params.ts";

const HEADERS = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };

export const handler = define.handlers({
  // Its own, so that a HEAD request does not start a stream that nobody ends.
  HEAD: () => new Response(null, { headers: HEADERS }),
  GET({ state, req, url }) {
    const { system, stream } = state.site;
    const symbol = url.searchParams.get("symbol");
    if (symbol !== null && !system.panels().symbols.some((row) => row.symbol === symbol)) throw new HttpError(404);
    const asked = wholeNumber(url.searchParams, "since", { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: undefined });
    const lastId = req.headers.get("last-event-id");
    const since = lastId && /^\d{1,15}$/.test(lastId) ? Number(lastId) : asked ?? null;
    const body = stream.open({ since, symbol });
    if (!body) throw new HttpError(503, "Other pages hold all streams there are");
    return new Response(body, { headers: HEADERS });
  },
});
