/** The dashboard built in memory, for tests and for looking at it by hand. */
import { Builder } from "fresh/dev";
import { app } from "../../web/app.ts";
import type { Fetch } from "../../web/door.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

let built: Promise<Fetch> | null = null;

/** Once per process, about a second. */
export function builtSite(): Promise<Fetch> {
  built ??= new Builder({ root: ROOT, serverEntry: "web/app.ts", target: "es2022" })
    .build({ snapshot: "memory" })
    .then((attach) => {
      attach(app);
      return app.handler();
    });
  return built;
}

/** A token as the program makes one. */
export const newToken = (): string => crypto.randomUUID() + crypto.randomUUID();
