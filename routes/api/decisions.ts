/** `?symbol=&before=&limit=`: decisions, newest first. */
import { define } from "../../web/define.ts";
import { LATEST_MS, wholeNumber } from "../../web/params.ts";

export const handler = define.handlers({
  async GET({ state, url }) {
    const query = url.searchParams;
    const decisions = await state.site.system.decisions({
      symbol: query.get("symbol") || undefined,
      beforeMs: wholeNumber(query, "before", { min: 0, max: LATEST_MS, fallback: undefined }),
      limit: wholeNumber(query, "limit", { min: 1, max: 500, fallback: 50 }),
    });
    return Response.json({ decisions });
  },
});
