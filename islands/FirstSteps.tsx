/** Three things to try in the first minute; goes away for good when it is told to. */
import { decisionHref } from "../components/DecisionRows.tsx";
import { panel } from "../web/client/live.ts";
import { prefs, setPref } from "../web/client/prefs.ts";
import { IS_BROWSER } from "fresh/runtime";
import type { Boot } from "../web/view/boot.ts";

export default function FirstSteps({ boot }: { readonly boot: Boot }) {
  const { steps } = IS_BROWSER ? prefs.value : boot.prefs;
  if (steps === "done") return null;
  const newest = panel(boot, "recent")[0];
  const symbol = panel(boot, "symbols")[0]?.symbol;
  return (
    <section class="steps" aria-labelledby="steps-title">
      <h2 id="steps-title">First steps</h2>
      <ol>
        <li>
          {newest
            ? <a href={decisionHref(newest.decisionId)}>Open the newest decision</a>
            : "Wait for the first decision"} and read what missed.
        </li>
        <li>Press STOP, read what it did, then hold Resume.</li>
        <li>
          {symbol ? <a href={`/symbol/${symbol}`}>Look at {symbol}</a> : "Look at a symbol"}; arrow keys read its
          candles.
        </li>
      </ol>
      {IS_BROWSER && <button type="button" class="button" onClick={() => setPref("steps", "done")}>Got it</button>}
    </section>
  );
}
