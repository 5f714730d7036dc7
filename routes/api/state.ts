/** All panels at once, with the number from which the stream goes on. */
import { define } from "../../web/define.ts";

export const handler = define.handlers({
  GET({ state }) {
    return new Response(state.site.stream.snapshotText(), { headers: { "content-type": "application/json" } });
  },
});
