import assert from "node:assert/strict";
import { START } from "../commands/start_options.ts";
import { keysOf } from "../configs/describe.ts";
import { FILES, LimitsSchema } from "../configs/schema.ts";
import { SECRETS } from "../configs/secrets.ts";
import { optionsPage, PAGE } from "./options_table.ts";

const fromRoot = (path: string): string => Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));

Deno.test(`${PAGE} is what the schema and the shipped files say (else: deno task options-table)`, async () => {
  const format = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: new URL("..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = format.stdin.getWriter();
  await writer.write(new TextEncoder().encode(optionsPage(fromRoot)));
  await writer.close();
  const { stdout } = await format.output();
  assert.equal(fromRoot(PAGE), new TextDecoder().decode(stdout));
});

Deno.test("the page has a row for every key, limit, secret and option", () => {
  const page = optionsPage(fromRoot);
  for (const [name, schema] of Object.entries(FILES)) {
    for (const { path } of keysOf(schema)) assert.ok(page.includes(`| \`${path.join(".")}\` |`), `${name} ${path}`);
  }
  for (const { path } of keysOf(LimitsSchema)) assert.ok(page.includes(`\`custom.${path.join(".")}\``));
  for (const name of Object.keys(SECRETS)) assert.ok(page.includes(`| \`${name}\` |`));
  for (const { name } of START.options) assert.ok(page.includes(`| \`--${name}\` |`));
});
