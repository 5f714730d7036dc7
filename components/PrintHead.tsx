/** What stands over every print: mode, market, time, seed, version. */
import { instant } from "../web/format.ts";
import type { StatusPanel } from "../web/view/types.ts";

export function PrintHead({ status }: { readonly status: StatusPanel }) {
  const { mode, marketLabel, simulated, nowMs, seed, version } = status;
  return (
    <p class="print-head">
      grodt {version}, mode {mode.toUpperCase()}, {marketLabel}
      {simulated && ", simulated market"}, at {instant(nowMs, "full")}, seed {seed ?? "none"}
    </p>
  );
}
