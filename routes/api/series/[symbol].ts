/** `?before=&limit=`: candles, lines, fills and bracket of one symbol. */
import { define } from "../../../web/define.ts";
import { LATEST_MS, segment, wholeNumber } from "../../../web/params.ts";

export const handler = define.handlers({
  async GET({ state, params, url }) {
    const series = await state.site.system.series(segment(params.symbol), {
      beforeMs: wholeNumber(url.searchParams, "before", { min: 0, max: LATEST_MS, fallback: undefined }),
      limit: wholeNumber(url.searchParams, "limit", { min: 1, max: 500, fallback: 500 }),
    });
    return series ? Response.json(series) : Response.json({ error: "no such symbol" }, { status: 404 });
  },
});
