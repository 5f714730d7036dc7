/**
 * Keys: Ctrl or ⌘ + `.` stops; the others only move about and can be turned off. None places an order.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { stopTrading } from "../web/client/command.ts";
import { panel } from "../web/client/live.ts";
import { prefs } from "../web/client/prefs.ts";
import type { Boot } from "../web/view/boot.ts";

const GO: Readonly<Record<string, string>> = { o: "/", s: "/symbols", d: "/decisions" };
const CHORD_MS = 1_200;

const HELP = [
  ["Ctrl or ⌘ + .", "STOP: no new entries, entry orders cancelled, stops stay"],
  ["Ctrl or ⌘ + K", "Go to a page or symbol"],
  ["g o, g s, g d", "Overview, symbols, decisions"],
  ["j, k", "Next, previous row"],
  ["/", "First filter"],
  ["← →, Home, End", "Crosshair of a focused chart"],
  ["+ −, [ ]", "Zoom, older and newer candles of a focused chart"],
  ["?", "This list"],
] as const;

export default function Keys({ boot }: { readonly boot: Boot }) {
  const help = useRef<HTMLDialogElement>(null);
  const palette = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let goUntilMs = 0;
    const onKey = (event: KeyboardEvent) => {
      const withControl = event.ctrlKey || event.metaKey;
      if (withControl && event.key === ".") {
        event.preventDefault();
        void stopTrading(boot.token);
        return;
      }
      if (prefs.peek().keys === "off" || event.altKey || event.defaultPrevented) return;
      if (withControl) {
        if (event.key.toLowerCase() !== "k") return;
        event.preventDefault();
        palette.current?.showModal();
        return;
      }
      if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
      const wantsGo = Date.now() < goUntilMs;
      goUntilMs = 0;
      if (wantsGo && event.key in GO) location.assign(GO[event.key]);
      else if (event.key === "g") goUntilMs = Date.now() + CHORD_MS;
      else if (event.key === "?") help.current?.showModal();
      else if (event.key === "j") moveRow(1);
      else if (event.key === "k") moveRow(-1);
      else if (event.key === "/") document.querySelector<HTMLElement>("[data-filter]")?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <dialog ref={help} class="dialog" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl class="help">
          {HELP.map(([keys, text]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <p class="muted">Single keys can be turned off under View. None places an order.</p>
        <form method="dialog">
          <button type="submit" class="button">Close</button>
        </form>
      </dialog>
      <Palette boot={boot} dialog={palette} />
    </>
  );
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

/** Focus goes to the first link of the next row, in the list that has it or in the last of the page. */
function moveRow(by: 1 | -1): void {
  const active = document.activeElement;
  const lists = [...document.querySelectorAll("[data-rows]")].filter((list) => list.querySelector("a"));
  const list = lists.find((other) => other.contains(active)) ?? lists.at(-1);
  const links = [...list?.children ?? []].flatMap((row) => row.querySelector("a") ?? []);
  const at = links.findIndex((link) => link.closest("tr")?.contains(active));
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
}

interface PaletteProps {
  readonly boot: Boot;
  readonly dialog: { current: HTMLDialogElement | null };
}

function Palette({ boot, dialog }: PaletteProps) {
  const [query, setQuery] = useState("");
  const places = [
    { href: "/", text: "Overview" },
    { href: "/symbols", text: "Symbols" },
    { href: "/decisions", text: "Decisions" },
    ...panel(boot, "symbols").map(({ symbol }) => ({ href: `/symbol/${symbol}`, text: `${symbol} chart` })),
    ...panel(boot, "symbols").map(({ symbol }) => ({
      href: `/decisions?symbol=${symbol}`,
      text: `${symbol} decisions`,
    })),
  ];
  const found = places.filter(({ text }) => text.toLowerCase().includes(query.trim().toLowerCase()));
  const onKeyDown = (event: KeyboardEvent) => {
    const links = [...dialog.current!.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === "ArrowDown") links[Math.min(links.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp" && at > 0) links[at - 1].focus();
    else if (event.key === "ArrowUp") dialog.current!.querySelector("input")!.focus();
    else if (event.key === "Enter" && at === -1 && found.length > 0) location.assign(found[0].href);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label="Go to"
      onKeyDown={onKeyDown}
      onClose={() => setQuery("")}
    >
      <label>
        <span class="unseen">Page or symbol</span>
        <input
          type="text"
          placeholder="Page or symbol"
          autoComplete="off"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </label>
      <ul>
        {found.map(({ href, text }) => (
          <li key={href}>
            <a href={href}>{text}</a>
          </li>
        ))}
        {found.length === 0 && <li class="muted">Nothing by that name</li>}
      </ul>
    </dialog>
  );
}
