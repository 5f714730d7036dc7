/**
 * The web server of the program: the built site behind its door, on loopback only. Anything further away needs a login and
 * TLS, which this version does not have, so it does not start there.
 */
import { behindDoor, type Fetch } from "./door.ts";
import { createResults, holdSite } from "./site.ts";
import { createStream } from "./stream.ts";
import type { SystemPort } from "./system_port.ts";

export interface WebOptions {
  /** `127.0.0.1` (default), `::1` or `localhost`. */
  readonly hostname?: string;
  /** 0 (default) picks a free one. */
  readonly port?: number;
  /** Secret of this run, at least 32 characters: what a page must send with a command. */
  readonly token: string;
  readonly heartbeatMs?: number;
}

export interface WebServer {
  readonly url: string;
  readonly port: number;
  /** How many pages are open. */
  clients(): number;
  close(): Promise<void>;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
const CLOSE_WITHIN_MS = 1_000;

/** Serves the dashboard of `system` from the build in `_fresh/`. Throws when there is no build or the port is in use. */
export async function startWeb(system: SystemPort, options: WebOptions): Promise<WebServer> {
  return serveSite(await builtSite(), system, options);
}

/** As `startWeb`, with the site given: a build in memory. */
export function serveSite(site: Fetch, system: SystemPort, options: WebOptions): WebServer {
  const { hostname = "127.0.0.1", port = 0, token, heartbeatMs } = options;
  if (!LOOPBACK.includes(hostname)) {
    throw new Error(
      `Cannot serve the dashboard on ${hostname}: without a login it is for this machine alone. Use 127.0.0.1`,
    );
  }
  if (token.length < 32) {
    throw new Error(`The dashboard's token has ${token.length} characters: at least 32 are needed`);
  }

  const stream = createStream(system, { firstSeq: Date.now(), heartbeatMs });
  const abort = new AbortController();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const door = behindDoor(site, () => server.addr.port);
    server = Deno.serve({ hostname, port, signal: abort.signal, onListen: () => {} }, door);
  } catch (error) {
    stream.close();
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Cannot serve the dashboard on ${hostname}:${port}: the port is in use. End the program that uses it, or choose another port`,
      { cause: error },
    );
  }
  holdSite({ system, stream, token, results: createResults() });
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `http://${name}:${server.addr.port}/`,
    port: server.addr.port,
    clients: stream.clients,
    async close() {
      stream.close();
      const late = setTimeout(() => abort.abort(), CLOSE_WITHIN_MS); // a client that hangs does not keep us
      await server.shutdown();
      clearTimeout(late);
    },
  };
}

async function builtSite(): Promise<Fetch> {
  try {
    return (await import("../_fresh/server.js")).default.fetch;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error("The dashboard is not built: run `deno task build`", { cause: error });
  }
}
