/**
 * The newest panels in the browser: one stream for all islands of a page. Always true:
 *  - numbers are painted at most four times a second, and not at all in a tab that nobody sees: it closes its stream, as
 *    browsers allow few connections to a site and STOP must always have one
 *  - a stream that says nothing for 15 s is stale, for 30 s it is given up and opened again
 *  - a page that gets no stream, as others hold all there are, asks for the numbers every 2 s
 *  - frozen, panels stand still; mode and trading state never do
 *
 * connecting ─hear─▶ live ─look─▶ stale ─look─▶ offline ─open─▶ (hear) live
 */
import { batch, type Signal, signal } from "@preact/signals";
import { IS_BROWSER } from "fresh/runtime";
import type { Boot } from "../view/boot.ts";
import type { Link } from "../view/panel_state.ts";
import type { Panels, Series } from "../view/types.ts";

type PanelName = keyof Panels;

const PAINT_MS = 250;
const STALE_MS = 15_000;
const LOST_MS = 30_000;
const RETRY_MAX_MS = 30_000;
const POLL_MS = 2_000;

export const link = signal<Link>({ state: "connecting" });
/** The second at hand, for ages; 0 on the server, where there is none. */
export const nowMs = signal(0);
/** Since when panels stand still. */
export const frozenAtMs = signal<number | null>(null);
/** The chart of `boot.symbol`, once the stream has brought a newer one. */
export const newestSeries = signal<Series | null>(null);

const panels: { [K in PanelName]?: Signal<Panels[K]> } = {};
let waiting: Partial<Panels> = {};
let seq = 0;
let symbol: string | null = null;
let source: EventSource | null = null;
let heardMs = 0;
let openedMs = 0;
let opened = 0;
let failures = 0;
let paintedMs = 0;
let paintTimer: ReturnType<typeof setTimeout> | undefined;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let started = false;

/** The newest value of a panel; in a component, it draws again when the panel changes. */
export function panel<K extends PanelName>(boot: Boot, name: K): Panels[K] {
  if (!IS_BROWSER) return boot.panels[name];
  start(boot);
  return panels[name]!.value;
}

/** When the numbers on the page were last known to be true; the state they stand for is that of this instant. */
export const lastHeardMs = (): number => heardMs;

function start(boot: Boot): void {
  if (started) return;
  started = true;
  seq = boot.seq;
  symbol = boot.symbol;
  for (const [name, value] of Object.entries(boot.panels)) panels[name as PanelName] = signal(value) as Signal;
  nowMs.value = heardMs = Date.now();
  setInterval(look, 1_000);
  document.addEventListener("visibilitychange", () => document.hidden ? close() : openNow());
  addEventListener("online", openNow);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => (event as PageTransitionEvent).persisted && openNow());
  if (!document.hidden) open();
}

/** Opens the stream at once, whatever the countdown says. */
export function openNow(): void {
  failures = 0;
  open();
}

export function setFrozen(frozen: boolean): void {
  frozenAtMs.value = frozen ? Date.now() : null;
  if (!frozen) paint();
}

function close(): void {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
}

function open(): void {
  close();
  openedMs = Date.now();
  opened++;
  if (link.peek().state === "offline") link.value = { state: "offline", heardMs, retryAtMs: null };
  else if (link.peek().state === "stale") link.value = { state: "connecting" };
  const query = new URLSearchParams({ since: String(seq), ...symbol !== null && { symbol } });
  source = new EventSource(`/api/stream?${query}`);
  source.addEventListener("snapshot", hear);
  source.addEventListener("patch", hear);
  source.addEventListener("heartbeat", hear);
  source.addEventListener("series", hear);
  source.onerror = () => void fail();
}

/** Ours, not the browser's own: its pause between tries is neither told nor bounded. */
async function fail(): Promise<void> {
  close();
  const attempt = opened;
  const isAnswered = await poll();
  if (attempt !== opened || document.hidden) return; // somebody has opened it, or left, in the meantime
  const waitMs = isAnswered ? POLL_MS : Math.min(RETRY_MAX_MS, 1_000 * 2 ** failures++);
  if (!isAnswered) link.value = { state: "offline", heardMs, retryAtMs: Date.now() + waitMs };
  retryTimer = setTimeout(open, waitMs);
}

/** The numbers without a stream; true when there was an answer. */
async function poll(): Promise<boolean> {
  const get = async (path: string) => {
    const response = await fetch(path, { signal: AbortSignal.timeout(POLL_MS) });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.text();
  };
  try {
    heed("snapshot", await get("/api/state"));
    if (symbol !== null) heed("series", await get(`/api/series/${symbol}`));
    return true;
  } catch {
    return false;
  }
}

function look(): void {
  if (document.hidden) return;
  const now = Date.now();
  nowMs.value = now;
  if (!source) return;
  const silentMs = now - Math.max(heardMs, openedMs);
  if (silentMs > LOST_MS) void fail();
  else if (silentMs > STALE_MS && link.peek().state !== "offline") link.value = { state: "stale", heardMs };
}

const hear = ({ type, data }: MessageEvent<string>): void => heed(type, data);

function heed(type: string, data: string): void {
  heardMs = Date.now();
  failures = 0;
  if (link.peek().state !== "live") link.value = { state: "live" };
  const news = JSON.parse(data);
  if (type === "series") newestSeries.value = news;
  if (type !== "snapshot" && type !== "patch") return;
  seq = news.seq;
  waiting = { ...waiting, ...news.panels };
  const { status } = waiting;
  if (status && frozenAtMs.peek() !== null) panels.status!.value = status;
  clearTimeout(paintTimer);
  paintTimer = setTimeout(paint, Math.max(0, paintedMs + PAINT_MS - heardMs));
}

function paint(): void {
  if (frozenAtMs.peek() !== null) return;
  paintedMs = Date.now();
  const news = waiting;
  waiting = {};
  batch(() => {
    for (const [name, value] of Object.entries(news)) (panels[name as PanelName] as Signal).value = value;
  });
}
