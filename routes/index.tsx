/** Overview: what is held, what it may lose, why nothing happened, who runs. */
import { page } from "fresh";
import { Head } from "fresh/runtime";
import ActorsPanel from "../islands/ActorsPanel.tsx";
import EquityPanel from "../islands/EquityPanel.tsx";
import FirstSteps from "../islands/FirstSteps.tsx";
import FunnelPanel from "../islands/FunnelPanel.tsx";
import LimitsPanel from "../islands/LimitsPanel.tsx";
import OrdersPanel from "../islands/OrdersPanel.tsx";
import PositionsPanel from "../islands/PositionsPanel.tsx";
import RecentPanel from "../islands/RecentPanel.tsx";
import SymbolsPanel from "../islands/SymbolsPanel.tsx";
import { bootOf } from "../web/boot.ts";
import { define } from "../web/define.ts";

export const handler = define.handlers({
  GET({ state, req }) {
    state.boot = bootOf(state.site, req);
    return page({ boot: state.boot });
  },
});

export default define.page<typeof handler>(({ data: { boot } }) => (
  <>
    <Head>
      <title>Overview · grodt {boot.panels.status.mode.toUpperCase()}</title>
    </Head>
    <h1 class="unseen">Overview</h1>
    {boot.panels.status.standIns.length > 0 && (
      <p class="stand-ins">
        <b>Standing in:</b> <bdi>{boot.panels.status.standIns.join(" · ")}</bdi>
      </p>
    )}
    <FirstSteps boot={boot} />
    <div class="grid">
      <EquityPanel boot={boot} />
      <LimitsPanel boot={boot} />
      <PositionsPanel boot={boot} />
      <FunnelPanel boot={boot} />
      <OrdersPanel boot={boot} />
      <SymbolsPanel boot={boot} />
      <RecentPanel boot={boot} />
      <ActorsPanel boot={boot} />
    </div>
  </>
));
