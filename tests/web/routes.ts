/** Every file under `routes/` with an address that reaches it. A file that is missing here fails `security_test.ts`. */
export const DECISION_ID = "SOL-USD@2026-01-05T14:05:00Z";
const ID = encodeURIComponent(DECISION_ID);

export const PAGES: Readonly<Record<string, string>> = {
  "index.tsx": "/",
  "symbols.tsx": "/symbols",
  "symbol/[symbol].tsx": "/symbol/BTC-USD",
  "decisions.tsx": "/decisions",
  "decision/[id].tsx": `/decision/${ID}`,
};

export const DATA: Readonly<Record<string, string>> = {
  "healthz.ts": "/healthz",
  "readyz.ts": "/readyz",
  "api/state.ts": "/api/state",
  "api/stream.ts": "/api/stream",
  "api/decisions.ts": "/api/decisions",
  "api/decision/[id].ts": `/api/decision/${ID}`,
  "api/series/[symbol].ts": "/api/series/BTC-USD",
};

export const COMMANDS: Readonly<Record<string, string>> = {
  "api/control/stop.ts": "/api/control/stop",
  "api/control/resume.ts": "/api/control/resume",
  "api/control/pause/[symbol].ts": "/api/control/pause/BTC-USD",
  "api/control/unpause/[symbol].ts": "/api/control/unpause/BTC-USD",
};

export const STATIC = ["/css/tokens.css", "/favicon.svg"];

/** Every route file there is, without layouts, wrappers and the like. */
export function routeFiles(folder = new URL("../../routes/", import.meta.url), below = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? routeFiles(new URL(`${name}/`, folder), `${below}${name}/`)
      : name.startsWith("_")
      ? []
      : [below + name]
  ).sort();
}
