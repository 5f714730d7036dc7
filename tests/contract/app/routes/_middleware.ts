import { define } from "../define.ts";

export default define.middleware([
  (ctx) => {
    ctx.state.trace = ["first"];
    return ctx.next();
  },
  (ctx) => {
    ctx.state.trace?.push("second");
    return ctx.next();
  },
]);
