/** What went wrong, without any script, and with a STOP that works: also for a form that came with an old token. */
import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { Icon } from "../components/Icon.tsx";
import { define } from "../web/define.ts";
import { logged } from "../web/log.ts";

export const config = { skipInheritedLayouts: true };

const WORDS: Readonly<Record<number, string>> = {
  400: "The request is not well formed",
  403: "The request is refused",
  404: "There is no such page",
  405: "That is not done this way",
  413: "The request is too large",
  415: "That kind of content is not understood",
  503: "Not available at the moment",
};

export const handler = define.handlers((ctx) => {
  const { error, url, req } = ctx;
  const status = error instanceof HttpError ? error.status : 500;
  const text = error instanceof HttpError && error.message || WORDS[status] || "Something broke here";
  if (status === 500) logged(error);
  const wantsPage = !url.pathname.startsWith("/api/") || req.headers.get("accept")?.includes("text/html");
  if (!wantsPage) return Response.json({ error: text }, { status });
  return { data: { status, text }, status };
});

export default define.page<typeof handler>(({ data: { status, text }, state }) => (
  <div class="error-page">
    <Head>
      <title>{status} · grodt</title>
    </Head>
    <main id="main">
      <h1>{status}</h1>
      <p>{text}.</p>
      <p>
        <a href="/">Overview</a>
      </p>
      {state.site && (
        <form class="stop-form" method="post" action="/api/control/stop">
          <input type="hidden" name="token" value={state.site.token} />
          <button type="submit" class="stop">
            <Icon name="stop" />
            <span>STOP</span>
          </button>
        </form>
      )}
      <p class="muted">
        Trading goes on whatever this page says. In a terminal: <code>deno task stop</code>
      </p>
    </main>
  </div>
));
