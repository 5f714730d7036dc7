/** Every command passes here: body, size and token are checked before any of them runs. */
import { HttpError } from "fresh";
import { readCommand } from "../../../web/control.ts";
import { define } from "../../../web/define.ts";

export default define.middleware(async (ctx) => {
  const input = await readCommand(ctx.req, ctx.state.site.token);
  if ("error" in input) {
    // A person who posts a form gets a page, with STOP on it and a token that is good.
    if (ctx.req.headers.get("accept")?.includes("text/html")) throw new HttpError(input.status, input.error);
    return Response.json({ ok: false, did: input.error }, { status: input.status });
  }
  ctx.state.command = input;
  return ctx.next();
});
