/** The day's result and how much of each limit it has used. */
import { guarded } from "../components/Guard.tsx";
import { Bullet, NEAR } from "../components/Bullet.tsx";
import { Chip } from "../components/Chip.tsx";
import { Num, Signed, Words } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { csv, quantity, usd } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { LimitRow } from "../web/view/types.ts";
import { capitalised } from "../web/view/words.ts";

const usedOf = ({ value, limit }: LimitRow): number | null =>
  value === null || limit === null ? null : limit === 0 ? (value > 0 ? 1 : 0) : value / limit;

function LimitsPanel({ boot }: { readonly boot: Boot }) {
  const { dayPnlUsd, dayRealizedUsd, openPnlUsd, dayFeesUsd } = panel(boot, "equity");
  const limits = panel(boot, "limits");
  const parts = [
    { label: "Day", value: dayPnlUsd, signed: true },
    { label: "Realised", value: dayRealizedUsd, signed: true },
    { label: "Open", value: openPnlUsd, signed: true },
    { label: "Fees", value: dayFeesUsd, signed: false },
  ];
  return (
    <Panel
      boot={boot}
      id="limits"
      title="Day against limits"
      class="p-limits"
      shows={["equity", "limits"]}
      scrolls
      csv={() =>
        csv(["Limit", "Value", "Limit", "Unit"], limits.map((row) => [row.label, row.value, row.limit, row.unit]))}
    >
      <dl class="parts">
        {parts.map(({ label, value, signed }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {signed ? <Signed value={value} text={usd(value, { signed })} /> : <Num text={usd(value)} />}
            </dd>
          </div>
        ))}
      </dl>
      {limits.length === 0 && <Empty>No limits yet: the broker is still reading its books.</Empty>}
      <ul class="limits">
        {limits.map((row) => {
          const used = usedOf(row);
          const text = `${quantity(row.value, row.unit)} of ${quantity(row.limit, row.unit)}`;
          return (
            <li key={row.rule}>
              <span class="limit-name">
                <Words>{capitalised(row.label)}</Words>
                {used === null && <Chip tone="warn" icon="warn">unknown</Chip>}
                {used !== null && used >= 1 && <Chip tone="stop" icon="stop">reached</Chip>}
                {used !== null && used >= NEAR && used < 1 && <Chip tone="warn" icon="warn">near</Chip>}
              </span>
              <span class="limit-value">
                <Num text={quantity(row.value, row.unit)} />
                <span class="muted num">of {quantity(row.limit, row.unit)}</span>
              </span>
              <Bullet label={row.label} used={used} text={text} />
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

export default guarded("Day against limits", "p-limits", LimitsPanel);
