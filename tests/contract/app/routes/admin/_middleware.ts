import { HttpError } from "fresh";
import { define } from "../../define.ts";

export const handler = define.middleware((ctx) => {
  if (!ctx.url.searchParams.has("key")) throw new HttpError(403, "no key");
  return ctx.next();
});
