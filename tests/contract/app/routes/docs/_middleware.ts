import { define } from "../../define.ts";

export default define.middleware((ctx) => {
  ctx.state.trace?.push("docs");
  return ctx.next();
});
