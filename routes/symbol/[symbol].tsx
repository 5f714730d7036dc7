/** One symbol: candles, features, position, decisions, pause. */
import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import FeaturesPanel from "../../islands/FeaturesPanel.tsx";
import PositionsPanel from "../../islands/PositionsPanel.tsx";
import RecentPanel from "../../islands/RecentPanel.tsx";
import SymbolChart from "../../islands/SymbolChart.tsx";
import SymbolHead from "../../islands/SymbolHead.tsx";
import { bootOf } from "../../web/boot.ts";
import { define } from "../../web/define.ts";
import { logged } from "../../web/log.ts";
import { segment } from "../../web/params.ts";
import type { DecisionSummary } from "../../web/view/types.ts";

const CANDLES = 500;
const DECISIONS = 30;

export const handler = define.handlers({
  async GET({ state, req, params }) {
    const { system } = state.site;
    const symbol = segment(params.symbol);
    if (!system.panels().symbols.some((row) => row.symbol === symbol)) {
      throw new HttpError(404, `There is no symbol ${symbol.slice(0, 40)}`);
    }
    // A page without its chart is better than none.
    const series = await system.series(symbol, { limit: CANDLES }).catch(logged);
    const decisions: DecisionSummary[] | null = await system.decisions({ symbol, limit: DECISIONS }).catch(logged);
    state.boot = bootOf(state.site, req, symbol);
    return page({ boot: state.boot, symbol, series, decisions });
  },
});

export default define.page<typeof handler>(({ data: { boot, symbol, series, decisions } }) => (
  <>
    <Head>
      <title>{symbol} · grodt {boot.panels.status.mode.toUpperCase()}</title>
    </Head>
    <SymbolHead boot={boot} symbol={symbol} />
    <div class="grid">
      <SymbolChart boot={boot} symbol={symbol} series={series} />
      <FeaturesPanel boot={boot} symbol={symbol} />
      <PositionsPanel boot={boot} symbol={symbol} />
      <RecentPanel boot={boot} symbol={symbol} full loaded={decisions} />
    </div>
  </>
));
