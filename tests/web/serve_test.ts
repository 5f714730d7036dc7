/** Starting and stopping the server. */
import assert from "node:assert/strict";
import { createFakeSystem } from "../support/fake_system.ts";
import { builtSite, newToken } from "../support/site.ts";
import { readEvents } from "../support/sse.ts";
import { serveSite } from "../../web/serve.ts";

Deno.test("a port that is in use is told in one line with what to do", async () => {
  const site = await builtSite();
  const first = serveSite(site, createFakeSystem({ candles: 1 }), { token: newToken() });
  try {
    const system = createFakeSystem({ candles: 1 });
    assert.throws(() => serveSite(site, system, { port: first.port, token: newToken() }), {
      message:
        `Cannot serve the dashboard on 127.0.0.1:${first.port}: the port is in use. End the program that uses it, or choose another port`,
    });
    assert.equal(system.listeners, 0);
  } finally {
    await first.close();
  }
});

Deno.test("it does not start where others could reach it, nor with a token that can be guessed", async () => {
  const site = await builtSite();
  const system = createFakeSystem({ candles: 1 });
  for (const hostname of ["0.0.0.0", "::", "192.168.1.10", "example.org", ""]) {
    assert.throws(() => serveSite(site, system, { hostname, token: newToken() }), /without a login/, hostname);
  }
  assert.throws(() => serveSite(site, system, { token: "x".repeat(31) }), /at least 32/);
  assert.equal(system.listeners, 0);
});

Deno.test("it listens on loopback only, on a port of its own choice, and says where", async () => {
  const server = serveSite(await builtSite(), createFakeSystem({ candles: 1 }), { token: newToken() });
  assert.equal(server.url, `http://127.0.0.1:${server.port}/`);
  assert.equal((await (await fetch(`${server.url}healthz`)).json()).live, true);
  const others = Deno.networkInterfaces().filter(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  for (const { address } of others) {
    await assert.rejects(() => Deno.connect({ hostname: address, port: server.port }), address);
  }
  await server.close();
});

Deno.test("closing ends open streams at once and frees the port", async () => {
  const system = createFakeSystem({ candles: 1 });
  const server = serveSite(await builtSite(), system, { token: newToken() });
  const events = readEvents((await fetch(`${server.url}api/stream`)).body!);
  await events.next("snapshot");
  const startedMs = performance.now();
  await server.close();
  assert.ok(performance.now() - startedMs < 900, `${performance.now() - startedMs} ms`);
  await assert.rejects(() => events.next());
  assert.equal(system.listeners, 0);
  const again = serveSite(await builtSite(), system, { port: server.port, token: newToken() });
  await again.close();
});
