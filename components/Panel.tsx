/** What every panel has: title, age, state, menu and a body. */
import type { ComponentChildren } from "preact";
import { IS_BROWSER } from "fresh/runtime";
import { lastHeardMs, link, nowMs, panel } from "../web/client/live.ts";
import { saveText } from "../web/client/save.ts";
import { ago } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import { type PanelState, panelState } from "../web/view/panel_state.ts";
import type { Panels } from "../web/view/types.ts";
import { Chip, type Tone } from "./Chip.tsx";
import type { IconName } from "./Icon.tsx";

interface PanelProps {
  readonly boot: Boot;
  readonly id: string;
  readonly title: string;
  /** The panels of the stream that this one shows; none for what no longer changes. */
  readonly shows: readonly (keyof Panels)[];
  /** A state of its own, when that is worse than what the connection and the actors say. */
  readonly state?: PanelState | null;
  readonly class?: string;
  /** Controls beside the title. */
  readonly tools?: ComponentChildren;
  readonly csv?: () => string;
  /** The body scrolls and holds nothing that could be focused to scroll it by keyboard. */
  readonly scrolls?: boolean;
  readonly children: ComponentChildren;
}

export function Panel(props: PanelProps) {
  const { boot, id, title, shows, state: own, class: name = "", tools, csv, scrolls, children } = props;
  const reach = scrolls ? { tabIndex: 0, role: "group", "aria-labelledby": `${id}-title` } as const : {};
  const told = panelState(shows, panel(boot, "actors"), link.value);
  const state = own && own.kind !== "live" ? own : told;
  return (
    <section class={`panel ${name}`} id={id} aria-labelledby={`${id}-title`} data-state={state.kind}>
      <header class="panel-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {shows.length > 0 ? <StateChip state={state} /> : <span class="panel-age" />}
        {tools && <div class="panel-tools">{tools}</div>}
        <Menu id={id} title={title} csv={csv} />
      </header>
      {state.why && <p class="panel-why">{state.why}</p>}
      <div class="panel-body" {...reach}>
        {children}
      </div>
    </section>
  );
}

const CHIPS: Readonly<Record<PanelState["kind"], readonly [Tone, IconName, string]>> = {
  live: ["quiet", "check", "live"],
  stale: ["warn", "clock", "stale"],
  partial: ["warn", "warn", "partial"],
  failed: ["stop", "cross", "failed"],
};

function StateChip({ state }: { readonly state: PanelState }) {
  if (state.kind === "live") return <span class="panel-age">live</span>;
  const [tone, icon, word] = CHIPS[state.kind];
  const isLost = link.value.state === "stale" || link.value.state === "offline";
  return <Chip tone={tone} icon={icon}>{isLost ? `${word}, ${ago(nowMs.value - lastHeardMs())}` : word}</Chip>;
}

function Menu({ id, title, csv }: { readonly id: string; readonly title: string; readonly csv?: () => string }) {
  return (
    <details class="menu">
      <summary aria-label={`${title}: menu`}>⋯</summary>
      <div class="menu-items">
        <a href={`#${id}`}>Link to this panel</a>
        {csv && IS_BROWSER && <button type="button" onClick={() => saveText(`${id}.csv`, csv())}>Save as CSV</button>}
      </div>
    </details>
  );
}

/** Nothing to show: why, and what comes next. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
