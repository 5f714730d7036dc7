import { answerCommand } from "../../../../web/control.ts";
import { define } from "../../../../web/define.ts";
import { segment } from "../../../../web/params.ts";

export const handler = define.handlers({
  POST: ({ state, params }) =>
    answerCommand(state.site, state.command, { type: "pause", symbol: segment(params.symbol) }),
});
