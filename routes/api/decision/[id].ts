/** One decision with its inputs, checks, orders and outcome. */
import { define } from "../../../web/define.ts";
import { segment } from "../../../web/params.ts";

export const handler = define.handlers({
  async GET({ state, params }) {
    const decision = await state.site.system.decision(segment(params.id));
    return decision ? Response.json(decision) : Response.json({ error: "no such decision" }, { status: 404 });
  },
});
