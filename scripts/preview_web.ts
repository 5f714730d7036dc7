/**
 * The dashboard on a made-up system, for looking at it by hand:
 *   deno run -A scripts/preview_web.ts [--port 8765] [--scene busy] [--speed 10] [--seed 42] [--candles 845]
 */
import { parseArgs } from "node:util";
import { createFakeSystem, type Scene, SCENES } from "../tests/support/fake_system.ts";
import { builtSite, newToken } from "../tests/support/site.ts";
import { serveSite } from "../web/serve.ts";

const TICK_MS = 250;
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8765" },
    scene: { type: "string", default: "busy" },
    speed: { type: "string", default: "10" },
    seed: { type: "string", default: "42" },
    candles: { type: "string", default: "845" },
  },
});
const scene = SCENES.find((name) => name === values.scene) as Scene | undefined;
if (!scene) {
  console.error(`--scene ${values.scene}: use one of ${SCENES.join(", ")}`);
  Deno.exit(2);
}
const system = createFakeSystem({ seed: Number(values.seed), candles: Number(values.candles), scene });
const server = serveSite(await builtSite(), system, { port: Number(values.port), token: newToken() });
setInterval(() => system.advance(TICK_MS * Number(values.speed)), TICK_MS);
console.log(`${server.url}  (${scene}, time x${values.speed}; Ctrl-C ends it)`);
