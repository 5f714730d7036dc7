import type { SystemPort } from "./system_port.ts";
export async function startWeb(system: SystemPort, options: { hostname: string; port: number; token: string }) {
  const server = Deno.serve({ hostname: options.hostname, port: options.port, onListen: () => {} }, async (req) => {
    const u = new URL(req.url);
    if (u.pathname === "/healthz") return new Response("ok");
    if (u.pathname === "/api/state") return Response.json(system.panels());
    if (u.pathname.startsWith("/api/decision/")) {
      return Response.json(await system.decision(decodeURIComponent(u.pathname.slice(14))));
    }
    if (u.pathname.startsWith("/api/control/")) {
      return Response.json(
        await system.control({
          command: { type: u.pathname.slice(13) as "stop" },
          who: "x",
          why: "y",
          idempotencyKey: crypto.randomUUID(),
        }),
      );
    }
    return new Response("?", { status: 404 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, port: server.addr.port, close: () => server.shutdown() };
}
