/** The document. Theme and colours come with it, so that no page flashes; mode and market frame it. */
import { asset } from "fresh/runtime";
import { define } from "../web/define.ts";
import { readPrefs } from "../web/view/prefs.ts";

/** In the order in which they build on each other. */
const SHEETS = ["tokens", "base", "shell", "panels", "pages", "narrow", "print"];

export default define.layout(({ Component, state, req }) => {
  const { theme, colours } = readPrefs(req.headers.get("cookie"));
  // On an error page reached before the middleware there is no site.
  const status = state.site?.system.panels().status;
  return (
    <html
      lang="en"
      data-theme={theme}
      data-colours={colours}
      data-mode={status?.mode}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark light" />
        <meta name="robots" content="noindex" />
        {state.site && <meta name="grodt-token" content={state.site.token} />}
        <title>grodt</title>
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
        {SHEETS.map((name) => <link key={name} rel="stylesheet" href={asset(`/css/${name}.css`)} />)}
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});
