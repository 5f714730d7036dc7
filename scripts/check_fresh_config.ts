/**
 * Keeps `deno.fresh.json` in step with `deno.json`: it is the same file with the real Fresh in the place of the stand-in
 * and a lock file of its own, so that nothing else can differ between a run with one and a run with the other.
 *
 *   deno run --allow-read --allow-write scripts/check_fresh_config.ts --write
 */

type Config = Record<string, unknown> & { imports: Record<string, string> };

const FRESH = "jsr:@fresh/core@2.3.3";

/** What `deno.fresh.json` has to hold; its `links`, if it has any, stay. */
export function freshConfig(standIn: Config, links?: unknown): Config {
  const entries = Object.entries(standIn.imports).flatMap(([name, target]) => {
    if (name === "fresh") return [[name, FRESH]];
    return name.startsWith("fresh/") ? [] : [[name, target]];
  });
  const lock = { path: "deno.fresh.lock", frozen: false };
  return { ...standIn, lock, imports: Object.fromEntries(entries), ...(links === undefined ? {} : { links }) };
}

if (import.meta.main) {
  const read = async (name: string): Promise<Config> => JSON.parse(await Deno.readTextFile(name));
  const { links } = await read("deno.fresh.json");
  const wanted = JSON.stringify(freshConfig(await read("deno.json"), links), null, 2) + "\n";
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile("deno.fresh.json", wanted);
  } else if (JSON.stringify(await read("deno.fresh.json")) !== JSON.stringify(JSON.parse(wanted))) {
    console.error("deno.fresh.json is out of step with deno.json: run this with --write");
    Deno.exit(1);
  }
}
