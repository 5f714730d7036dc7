/** One decision with everything that led to it and followed from it. */
import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import DecisionStory from "../../islands/DecisionStory.tsx";
import { bootOf } from "../../web/boot.ts";
import { define } from "../../web/define.ts";
import { segment } from "../../web/params.ts";
import { STAGES } from "../../web/view/words.ts";

export const handler = define.handlers({
  async GET({ state, req, params }) {
    const decisionId = segment(params.id);
    const decision = await state.site.system.decision(decisionId);
    if (!decision) throw new HttpError(404, `There is no decision ${decisionId.slice(0, 60)}`);
    state.boot = bootOf(state.site, req);
    return page({ boot: state.boot, decision });
  },
});

export default define.page<typeof handler>(({ data: { boot, decision } }) => (
  <>
    <Head>
      <title>{decision.symbol} decision · grodt {boot.panels.status.mode.toUpperCase()}</title>
    </Head>
    <DecisionStory boot={boot} decision={decision} stages={STAGES} />
  </>
));
