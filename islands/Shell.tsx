/**
 * The bar over every page: mode, trading state, equity, day, age of the data, STOP; below it what the operator must know
 * now. What is spoken is alerts, mode and connection, never prices.
 */
import { HoldButton } from "../components/HoldButton.tsx";
import { Chip } from "../components/Chip.tsx";
import { Icon } from "../components/Icon.tsx";
import { Num, Signed, Time, Words } from "../components/Num.tsx";
import { StopButton } from "../components/StopButton.tsx";
import { outcome } from "../web/client/command.ts";
import { frozenAtMs, lastHeardMs, link, nowMs, openNow, panel, setFrozen } from "../web/client/live.ts";
import { ago, countdown, duration, number, percent, usd } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { Link } from "../web/view/panel_state.ts";
import type { StatusPanel } from "../web/view/types.ts";
import { marketMark } from "../web/view/words.ts";
import { IS_BROWSER } from "fresh/runtime";
import { useEffect, useRef } from "preact/hooks";

const DATA_OLD_MS = 15_000;

export default function Shell({ boot }: { readonly boot: Boot }) {
  const status = panel(boot, "status");
  const connection = link.value;
  const frozen = frozenAtMs.value !== null;
  useEffect(() => {
    document.documentElement.dataset.link = connection.state;
  }, [connection.state]);
  const top = useRef<HTMLElement>(null);
  // What sticks below it, and where the page may scroll to, follows its height.
  useEffect(() => {
    const sizes = new ResizeObserver(() =>
      document.documentElement.style.setProperty("--bar", `${top.current!.offsetHeight - 1}px`)
    );
    sizes.observe(top.current!);
    return () => sizes.disconnect();
  }, []);
  return (
    <header class="shell-top" ref={top}>
      <div class="bar">
        <a class="brand" href="/" aria-current={undefined}>grodt</a>
        <ModeChip status={status} />
        <StateChip state={status.tradingState} />
        <Money boot={boot} />
        <div class="bar-end">
          <Clock status={status} />
          <Connection connection={connection} status={status} />
          {IS_BROWSER && (
            <button
              type="button"
              class="button bar-freeze"
              aria-pressed={frozen ? "true" : "false"}
              onClick={() => setFrozen(!frozen)}
            >
              <Icon name="freeze" />
              <span>{frozen ? "Frozen" : "Freeze"}</span>
            </button>
          )}
          <StopButton token={boot.token} back={boot.path} />
        </div>
      </div>
      <Notices boot={boot} status={status} />
      <Announcer status={status} connection={connection} />
    </header>
  );
}

function ModeChip({ status }: { readonly status: StatusPanel }) {
  const { mode, marketLabel } = status;
  const mark = marketMark(status);
  const word = mode.toUpperCase();
  const text = marketLabel.startsWith(word) ? marketLabel : `${word} ${marketLabel}`;
  return (
    <span class={`mode mode-${mode}`} title={mark ?? text}>
      {text}
      {mark !== null && <span class="unseen">{` (${mark})`}</span>}
    </span>
  );
}

function StateChip({ state }: { readonly state: StatusPanel["tradingState"] }) {
  switch (state) {
    case "active":
      return <Chip tone="plain" icon="play" title="New entries are allowed">Active</Chip>;
    case "reducing":
      return <Chip tone="warn" icon="down" title="Exits only">Reducing</Chip>;
    case "halted":
      return <Chip tone="stop" icon="stop" title="No new entries; stops stay">Halted</Chip>;
  }
}

function Money({ boot }: { readonly boot: Boot }) {
  const { equityUsd, dayPnlUsd, dayStartUsd } = panel(boot, "equity");
  const ratio = dayStartUsd > 0 ? dayPnlUsd / dayStartUsd : null;
  return (
    <dl class="bar-money">
      <div>
        <dt>Equity</dt>
        <dd>
          <Num text={usd(equityUsd)} />
        </dd>
      </div>
      <div>
        <dt>Day</dt>
        <dd>
          <Signed value={dayPnlUsd} text={usd(dayPnlUsd, { signed: true })} />
          <span class="bar-ratio">
            <Signed value={ratio === null ? null : ratio * 100} text={percent(ratio, { signed: true })} />
          </span>
        </dd>
      </div>
    </dl>
  );
}

function Clock({ status: { nowMs, speed } }: { readonly status: StatusPanel }) {
  const pace = speed === null ? "as fast as possible" : speed === 1 ? null : `time ×${number(speed)}`;
  return (
    <span class="bar-clock">
      <Time at={nowMs} />
      {pace && <span class="bar-pace">{pace}</span>}
    </span>
  );
}

/** Age of the newest quote: as the program told it, and older by what has passed since. */
function dataAgeMs({ dataAgeMs }: StatusPanel, sinceHeardMs: number): number | null {
  return dataAgeMs === null ? null : dataAgeMs + sinceHeardMs;
}

function Connection({ connection, status }: { readonly connection: Link; readonly status: StatusPanel }) {
  const sinceHeardMs = IS_BROWSER ? Math.max(0, nowMs.value - lastHeardMs()) : 0;
  switch (connection.state) {
    case "offline": {
      const { retryAtMs } = connection;
      const wait = retryAtMs === null ? "trying" : `again in ${countdown(retryAtMs - nowMs.value)}`;
      return (
        <span class="bar-link">
          <Chip tone="warn" icon="cross">Offline {duration(sinceHeardMs)}, {wait}</Chip>
          <button type="button" class="button" onClick={openNow}>Retry</button>
        </span>
      );
    }
    case "stale":
      return (
        <span class="bar-link">
          <Chip tone="warn" icon="clock">Stale, heard {ago(sinceHeardMs)}</Chip>
        </span>
      );
    default: {
      const ageMs = dataAgeMs(status, sinceHeardMs);
      const age = `data ${duration(ageMs)}`;
      return (
        <span class="bar-link">
          {ageMs === null || ageMs > DATA_OLD_MS
            ? <Chip tone="warn" icon="clock">{ageMs === null ? "no data yet" : `${age} old`}</Chip>
            : <Chip tone="quiet" icon="signal">{age}</Chip>}
        </span>
      );
    }
  }
}

function Notices({ boot, status }: { readonly boot: Boot; readonly status: StatusPanel }) {
  const { tradingState, latches, catchingUp, ended } = status;
  return (
    <div class="notices">
      <Result boot={boot} />
      {tradingState !== "active" && (
        <div class="notice notice-halt" role="group" aria-label="Trading is stopped">
          <Chip tone="stop" icon="stop">{tradingState === "halted" ? "No new entries" : "Exits only"}</Chip>
          <ul class="latches">
            {latches.length === 0 && <li>No reason given</li>}
            {latches.map(({ cause, sinceMs, text }) => (
              <li key={`${cause} ${sinceMs}`}>
                <Words>{text}</Words>{" "}
                <span class="muted">
                  since <Time at={sinceMs} />
                </span>
              </li>
            ))}
          </ul>
          <HoldButton boot={boot} path="/api/control/resume" word="RESUME" label="resume" what="Resuming" />
        </div>
      )}
      {catchingUp && (
        <div class="notice">
          <Chip tone="warn" icon="clock">Catching up</Chip>
          <span>
            <Time at={catchingUp.atMs} precision="full" /> of <Time at={catchingUp.toMs} precision="full" />
          </span>
          <progress max={catchingUp.toMs - catchingUp.fromMs} value={catchingUp.atMs - catchingUp.fromMs}>
            catching up
          </progress>
        </div>
      )}
      {ended && (
        <div class="notice">
          <Chip tone="warn" icon="check">Ended</Chip>
          <Words>{ended}</Words>
        </div>
      )}
    </div>
  );
}

/** What the newest command has done, of this page or of a form that was sent without script. */
function Result({ boot }: { readonly boot: Boot }) {
  const now = outcome.value ?? (boot.did && { phase: "done" as const, ...boot.did });
  if (!now) return null;
  switch (now.phase) {
    case "asking":
      return (
        <div class="notice">
          <Chip tone="plain" icon="clock">{now.what}…</Chip>
          <span>waiting for the broker to confirm</span>
        </div>
      );
    case "done":
      return (
        <div class="notice">
          <Chip tone={now.ok ? "plain" : "warn"} icon={now.ok ? "check" : "warn"}>{now.ok ? "Done" : "Not done"}</Chip>
          <span class="notice-text">
            <Words>{now.text}</Words>
          </span>
          {IS_BROWSER && outcome.value && (
            <button type="button" class="button" onClick={() => outcome.value = null}>Close</button>
          )}
        </div>
      );
    case "unreachable":
      return (
        <div class="notice notice-halt">
          <Chip tone="stop" icon="cross">{now.what}: not confirmed</Chip>
          <span class="notice-text">
            The program does not answer{now.trying ? "; trying again every 2 s" : ""}. In a terminal:{" "}
            <code>deno task stop</code>
          </span>
        </div>
      );
  }
}

const LINK_WORDS: Readonly<Record<Link["state"], string>> = {
  connecting: "",
  live: "",
  stale: "Nothing heard from the program: numbers are old.",
  offline: "Not connected to the program: numbers are old.",
};

function Announcer({ status, connection }: { readonly status: StatusPanel; readonly connection: Link }) {
  const now = outcome.value;
  const result = !now
    ? ""
    : now.phase === "done"
    ? now.text
    : now.phase === "asking"
    ? `${now.what}…`
    : `${now.what}: not confirmed. In a terminal: deno task stop`;
  return (
    <>
      <p class="unseen" role="status" id="spoken">
        {status.mode} mode, trading {status.tradingState}. {LINK_WORDS[connection.state]}
      </p>
      <p class="unseen" role="alert" id="alerts">{result}</p>
    </>
  );
}
