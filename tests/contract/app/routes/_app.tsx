import { define } from "../define.ts";

export default define.layout(({ Component }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>fixture</title>
      <link rel="stylesheet" href="/site.css" />
      <link rel="icon" href="/dot.svg" />
    </head>
    <body>
      <Component />
    </body>
  </html>
));
