/**
 * Numbers and instants on a page. A number whose text changes is tinted for a moment, unless motion is not wanted; one that
 * changes all the time is not, as a page full of tints says nothing.
 */
import { useRef } from "preact/hooks";
import { nowMs } from "../web/client/live.ts";
import { prefs } from "../web/client/prefs.ts";
import { instant, isoInstant, type Precision, signOf } from "../web/format.ts";

/** How long a number must have stood still for its change to be worth a tint. */
const CALM_MS = 3_000;

interface NumProps {
  readonly text: string;
  /** Signed values in the colour of gain or loss. */
  readonly tone?: "up" | "down" | "flat";
  readonly title?: string;
}

export function Num({ text, tone = "flat", title }: NumProps) {
  const shown = useRef({ text, changedMs: -Infinity, tints: 0 });
  if (shown.current.text !== text) {
    const { changedMs, tints } = shown.current;
    const now = nowMs.peek();
    shown.current = { text, changedMs: now, tints: now - changedMs > CALM_MS ? tints + 1 : tints };
  }
  const { tints } = shown.current;
  const tint = tints === 0 ? undefined : tints % 2 === 0 ? "even" : "odd";
  return <span class={`num num-${tone}`} data-tint={tint} title={title}>{text}</span>;
}

/** A gain or loss: its text with sign, coloured by the digits that are shown. */
export function Signed(
  { value, digits = 2, text }: { readonly value: number | null; readonly digits?: number; readonly text: string },
) {
  return <Num text={text} tone={signOf(value, digits)} />;
}

/** Text from outside (models, feeds, venues, faults): whatever marks of direction it holds end with it. */
export const Words = ({ children }: { readonly children: string }) => <bdi>{children}</bdi>;

export function Time({ at, precision }: { readonly at: number | null; readonly precision?: Precision }) {
  if (at === null) return <span class="num">—</span>;
  return (
    <time class="num" dateTime={isoInstant(at)} title={instant(at, "full")}>
      {instant(at, precision, prefs.value.zone)}
    </time>
  );
}
