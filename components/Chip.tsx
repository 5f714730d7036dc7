/** A status in a filled chip: icon, word, and a colour that only repeats them. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export type Tone = "plain" | "warn" | "stop" | "quiet";

interface ChipProps {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Chip({ tone, icon, title, children }: ChipProps) {
  return (
    <span class={`chip chip-${tone}`} title={title}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

const REGIME_LETTERS: Readonly<Record<string, string>> = { trend: "T", range: "R", none: "–" };

/** Letter and word, with the hatch of the chart's ribbon. */
export function RegimeChip({ regime }: { readonly regime: string }) {
  const known = regime in REGIME_LETTERS;
  return (
    <span class={`regime ${known ? `regime-${regime}` : ""}`}>
      <span class="regime-mark" aria-hidden="true">{known ? REGIME_LETTERS[regime] : "?"}</span>
      {regime}
    </span>
  );
}

/** Where a candle's way ended; what was traded stands out. */
export function StageChip({ stage }: { readonly stage: string }) {
  return <span class={`stage ${stage === "traded" ? "stage-traded" : ""}`}>{stage}</span>;
}
