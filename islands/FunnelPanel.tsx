/** Why nothing happened: how far the candles of the day came, and what missed by least. */
import { guarded } from "../components/Guard.tsx";
import { Num } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { count, csv, duration, instant, percent } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { FunnelPanel as Funnel } from "../web/view/types.ts";
import { reasonText, stageQuestion } from "../web/view/words.ts";

const words = (code: string): string => reasonText({ code, value: null, limit: null, unit: "count" });

function FunnelPanel({ boot }: { readonly boot: Boot }) {
  const funnel = panel(boot, "funnel");
  const { nowMs, candleMs } = panel(boot, "status");
  const rows = () =>
    funnel.stages.flatMap(({ stage, reached, ended, reasons }) =>
      reasons.map(({ code, count, nearest }) => [stage, reached, ended, code, count, nearest])
    );
  return (
    <Panel
      boot={boot}
      id="funnel"
      title="Why nothing happened"
      class="p-funnel"
      shows={["funnel"]}
      scrolls
      tools={<span class="muted num">since {instant(funnel.sinceMs, "minute")}</span>}
      csv={() => csv(["Gate", "Reached", "Ended", "Reason", "Count", "Nearest miss"], rows())}
    >
      {funnel.candles === 0
        ? (
          <Empty>
            No candle has closed today.{" "}
            {candleMs === null ? "" : `The next one closes in ${duration(candleMs - (nowMs % candleMs))}.`}
          </Empty>
        )
        : (
          <>
            <p class="funnel-lead">{leadOf(funnel)}</p>
            <table class="data funnel">
              <caption class="unseen">Candles of the day by the gate at which their way ended</caption>
              <thead>
                <tr>
                  <th scope="col">Gate</th>
                  <th scope="col" class="funnel-bar-head">
                    <span class="unseen">Share that reached it</span>
                  </th>
                  <th scope="col" class="n">Reached</th>
                  <th scope="col" class="n">Ended</th>
                  <th scope="col">
                    <span class="reason">
                      <span>Reason</span>
                      <span class="reason-nearest">Nearest miss</span>
                    </span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {funnel.stages.map((stage) => <Stage key={stage.stage} {...stage} candles={funnel.candles} />)}
              </tbody>
            </table>
          </>
        )}
    </Panel>
  );
}

type StageRow = Funnel["stages"][number] & { readonly candles: number };

function Stage({ stage, reached, ended, reasons, candles }: StageRow) {
  const share = candles > 0 ? reached / candles : 0;
  const isLast = stage === "traded";
  return (
    <tr class={ended === 0 ? "is-idle" : isLast ? "is-traded" : ""}>
      <th scope="row">{stageQuestion(stage)}</th>
      <td class="funnel-bar">
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={percent(share, { digits: 1 })}>
          <rect class="funnel-track" width="100" height="10" />
          <rect class="funnel-fill" width={Math.max(reached > 0 ? 0.6 : 0, share * 100)} height="10" />
        </svg>
      </td>
      <td class="n" data-label="Reached">
        <Num text={count(reached)} />
      </td>
      <td class="n" data-label="Ended">
        <Num text={count(ended)} />
      </td>
      <td class="funnel-why" data-label="Reasons">
        {reasons.length === 0 && <span class="muted">—</span>}
        {reasons.slice(0, 2).map(({ code, count: times, nearest }) => (
          <span key={code} class="reason">
            <span>{words(code)}{reasons.length > 1 && ` (${count(times)})`}</span>
            {nearest && <span class="reason-nearest num">{afterColon(nearest)}</span>}
          </span>
        ))}
      </td>
    </tr>
  );
}

/** `expected move below cost: 18.0 bps against 26.4 bps` → the numbers, as the words stand before it already. */
const afterColon = (text: string): string => text.slice(text.indexOf(": ") + 1).trim();

function leadOf({ candles, stages }: Funnel): string {
  const traded = stages.find(({ stage }) => stage === "traded")?.ended ?? 0;
  const most = stages.filter(({ stage }) => stage !== "traded").reduce(
    (a, b) => (b.ended > a.ended ? b : a),
    stages[0],
  );
  const reason = most?.reasons[0];
  const told = `${count(candles)} candles, ${traded === 1 ? "1 entry" : `${count(traded)} entries`}.`;
  return reason ? `${told} Most ended at “${stageQuestion(most.stage)}”: ${words(reason.code)}.` : told;
}

export default guarded("Why nothing happened", "p-funnel", FunnelPanel);
