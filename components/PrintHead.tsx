/** What stands over every print: mode, market, time, seed, version. */
import { instant } from "../web/format.ts";
import type { StatusPanel } from "../web/view/types.ts";
import { marketMark } from "../web/view/words.ts";

export function PrintHead({ status }: { readonly status: StatusPanel }) {
  const { mode, marketLabel, nowMs, seed, version } = status;
  return (
    <p class="print-head">
      grodt {version}, mode {mode.toUpperCase()}, {marketMark(status) ?? marketLabel}, at {instant(nowMs, "full")}, seed
      {" "}
      {seed ?? "none"}
    </p>
  );
}
