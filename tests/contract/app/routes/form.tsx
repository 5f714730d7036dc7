import { page } from "fresh";
import { define } from "../define.ts";

export const handler = define.handlers({
  GET: () => page({ error: "" }),
  async POST(ctx) {
    const form = await ctx.req.formData();
    if (!form.get("symbol")) return page({ error: "needed" }, { status: 422 });
    return ctx.redirect("/form?done", 303);
  },
});

export default define.page<typeof handler>(({ data, url }) => (
  <form method="post">
    <p id="state">{url.searchParams.has("done") ? "done" : data.error}</p>
    <input name="symbol" />
    <button type="submit">send</button>
  </form>
));
