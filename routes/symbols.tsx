/** All symbols, with what their newest candle came to. */
import { page } from "fresh";
import { Head } from "fresh/runtime";
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
      <title>Symbols · grodt {boot.panels.status.mode.toUpperCase()}</title>
    </Head>
    <h1 class="unseen">Symbols</h1>
    <div class="grid">
      <SymbolsPanel boot={boot} wide />
      <RecentPanel boot={boot} full />
    </div>
  </>
));
