import assert from "node:assert/strict";
import { type Prefs, readPrefs, writePrefs } from "./prefs.ts";

const FIRST: Prefs = { theme: "system", zone: "utc", colours: "blue", keys: "on", steps: "show" };

Deno.test("preferences survive the cookie, among other cookies", () => {
  const prefs: Prefs = { theme: "light", zone: "local", colours: "green", keys: "off", steps: "done" };
  const [pair, ...attributes] = writePrefs(prefs).split("; ");
  assert.deepEqual(readPrefs(`a=1; ${pair}; b=2`), prefs);
  assert.match(pair, /^grodt_prefs=[\w.]+$/);
  assert.ok(attributes.includes("SameSite=Strict") && attributes.includes("Path=/"));
});

Deno.test("what is absent, unknown or hostile in the cookie has its first choice", () => {
  for (
    const text of [
      null,
      "",
      "grodt_prefs=",
      "grodt_prefs=theme.pink_zone",
      "grodt_prefs=__proto__.x",
      'grodt_prefs="><script>',
    ]
  ) {
    assert.deepEqual(readPrefs(text), FIRST, String(text));
  }
  assert.deepEqual(readPrefs("grodt_prefs=theme.dark_colours.red"), { ...FIRST, theme: "dark" });
});
