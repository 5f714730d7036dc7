import assert from "node:assert/strict";
import { App, type ListenOptions } from "./app.ts";

// @ts-expect-error Fresh itself would listen on every interface of the machine. The compiler is the test.
export const careless: ListenOptions = { port: 8000 };

Deno.test("listen() fails when its port is taken, and takes the next free one when none is given", async () => {
  const stop = new AbortController();
  const ports: number[] = [];
  const options = {
    hostname: "127.0.0.1",
    signal: stop.signal,
    onListen: ({ port }: Deno.NetAddr) => void ports.push(port),
  };
  try {
    await new App().listen(options);
    await new App().listen(options);
    assert.equal(new Set(ports).size, 2);
    await assert.rejects(new App().listen({ ...options, port: ports[0] }), Deno.errors.AddrInUse);
  } finally {
    stop.abort();
  }
});
