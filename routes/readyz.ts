/** Whether all actors run, and which do not. */
import { define } from "../web/define.ts";

export const handler = define.handlers({
  GET({ state }) {
    const { ready, why } = state.site.system.health();
    return Response.json({ ready, why }, { status: ready ? 200 : 503 });
  },
});
