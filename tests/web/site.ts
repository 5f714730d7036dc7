/** The site behind its door without a socket: a request goes in, a response comes out. */
import { behindDoor } from "../../web/door.ts";
import { createResults, holdSite } from "../../web/site.ts";
import { createStream, type PanelStream } from "../../web/stream.ts";
import { createFakeSystem, type FakeOptions, type FakeSystem } from "../support/fake_system.ts";
import { builtSite, newToken } from "../support/site.ts";

export const PORT = 8421;
export const ORIGIN = `http://127.0.0.1:${PORT}`;

export interface TestSite extends AsyncDisposable {
  readonly system: FakeSystem;
  readonly stream: PanelStream;
  readonly token: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** A command as the page's script sends it. */
  command(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** A command as a plain form of the page sends it. */
  submit(path: string, fields: Record<string, string>): Promise<Response>;
}

export async function openSite(options: FakeOptions = {}): Promise<TestSite> {
  const system = createFakeSystem(options);
  const token = newToken();
  const door = behindDoor(await builtSite(), () => PORT);
  const stream = createStream(system, { firstSeq: 1_000 });
  holdSite({ system, stream, token, results: createResults() });
  const ask = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("host")) headers.set("host", `127.0.0.1:${PORT}`);
    return door(new Request(ORIGIN + path, { ...init, headers }));
  };
  return {
    system,
    stream,
    token,
    ask,
    command: (path, fields = {}, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-grodt-token": token, ...headers },
        body: JSON.stringify({ idempotencyKey: crypto.randomUUID(), ...fields }),
      }),
    submit: (path, fields) =>
      ask(path, {
        method: "POST",
        headers: { accept: "text/html", origin: ORIGIN, "sec-fetch-site": "same-origin" },
        body: new URLSearchParams(fields),
      }),
    [Symbol.asyncDispose]() {
      stream.close();
      return Promise.resolve();
    },
  };
}
