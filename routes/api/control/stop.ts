import { answerCommand } from "../../../web/control.ts";
import { define } from "../../../web/define.ts";

export const handler = define.handlers({
  POST: ({ state }) => answerCommand(state.site, state.command, { type: "stop" }),
});
