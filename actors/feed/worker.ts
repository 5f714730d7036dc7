/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** The feed's worker: it may read the files it replays, and nothing else. */
import { type MarketSpec, openMarket } from "../../adapters/market_data/open.ts";
import type { ActorShell } from "../shared/actor.ts";
import { workerMain } from "../shared/worker_main.ts";
import { createFeed, type FeedSettings } from "./shell.ts";

workerMain<{ readonly feed: FeedSettings; readonly market: MarketSpec }>((context, { feed, market }) => {
  let shell: ActorShell;
  return {
    async start() {
      const opening = await openMarket(market);
      if (!opening.ok) throw new Error(opening.problems.join("; "));
      shell = createFeed(context, feed, opening.source);
      await shell.start();
    },
    urgent: (envelope) => shell.urgent!(envelope),
    receive: (envelope) => shell.receive(envelope),
    peerRenewed: (peer) => shell?.peerRenewed?.(peer),
    stop: () => shell.stop(),
  };
});
