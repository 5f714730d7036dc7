/**
 * One stream of panels for all pages. Always true:
 *  - a panel travels whole, so a client that missed patches needs only the panels that changed since: no log is kept
 *  - each change is serialised once, whatever the number of clients
 *  - numbers start at the wall clock, so that one from before a restart is older than the first of this run: a client that
 *    brings it gets a snapshot
 *  - a client that does not read is dropped at a bound; it comes back with its number and misses nothing
 */
import { logged } from "./log.ts";
import type { SystemPort } from "./system_port.ts";
import type { Panels } from "./view/types.ts";

type PanelName = keyof Panels;

export interface StreamOptions {
  readonly firstSeq: number;
  readonly heartbeatMs?: number;
  /** Bytes that may wait for one client. */
  readonly queueBytes?: number;
}

/** Browsers open six connections to a site: one must stay free for STOP. A page without a stream asks every 2 s. */
export const STREAMS_MAX = 5;

export interface PanelStream {
  /** `{"seq":…,"panels":{…}}`, as sent by `/api/state` and by the event `snapshot`. */
  snapshotText(): string;
  seq(): number;
  /** A body of events from `since` on; `null` when `STREAMS_MAX` are open. */
  open(from: { readonly since: number | null; readonly symbol: string | null }): ReadableStream<Uint8Array> | null;
  clients(): number;
  close(): void;
}

interface Client {
  readonly out: ReadableStreamDefaultController<Uint8Array>;
  readonly symbol: string | null;
}

/** What a symbol's chart was last drawn from. */
interface Watched {
  key: string;
  event: Uint8Array | null;
  asking: boolean;
}

const SERIES_CANDLES = 500;
const encoder = new TextEncoder();

function eventBytes(name: string, data: string, id?: number): Uint8Array {
  return encoder.encode(`event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`);
}

export function createStream(system: SystemPort, options: StreamOptions): PanelStream {
  const { heartbeatMs = 5_000, queueBytes = 1 << 20 } = options;
  let seq = options.firstSeq;
  const changedAt = new Map<PanelName, number>();
  const texts = new Map<PanelName, { seq: number; text: string }>();
  const clients = new Set<Client>();
  const watched = new Map<string, Watched>();

  const panelText = (name: PanelName): string => {
    const at = changedAt.get(name) ?? options.firstSeq;
    let kept = texts.get(name);
    if (kept?.seq !== at) texts.set(name, kept = { seq: at, text: JSON.stringify(system.panels()[name]) });
    return kept.text;
  };
  const stateText = (names: readonly PanelName[]): string =>
    `{"seq":${seq},"panels":{${names.map((name) => `"${name}":${panelText(name)}`).join(",")}}}`;
  const allNames = () => Object.keys(system.panels()) as PanelName[];
  const snapshotText = () => stateText(allNames());

  const drop = (client: Client, why: string) => {
    clients.delete(client);
    client.out.error(why); // frees what waits for it; close() would keep it
  };
  const send = (client: Client, event: Uint8Array) => {
    client.out.enqueue(event);
    if (client.out.desiredSize! <= 0) drop(client, "A page did not read its stream and was let go");
  };

  const stopListening = system.onChange((changed) => {
    seq++;
    for (const name of changed) changedAt.set(name, seq);
    if (clients.size === 0) return;
    const event = eventBytes("patch", stateText(changed), seq);
    for (const client of [...clients]) send(client, event);
    for (const symbol of new Set([...clients].map(({ symbol }) => symbol))) if (symbol) void refresh(symbol);
  });

  const beat = setInterval(() => {
    const event = eventBytes("heartbeat", `{"seq":${seq}}`);
    for (const client of [...clients]) send(client, event);
  }, heartbeatMs);

  /** What changes with each closed candle of the symbol, and when its position does. */
  const seriesKey = (symbol: string): string => {
    const { recent, positions } = system.panels();
    const position = positions.find((held) => held.symbol === symbol);
    return `${
      recent.find((decision) => decision.symbol === symbol)?.closedAtMs
    } ${position?.decisionId} ${position?.qtyBase}`;
  };

  /** Sends the symbol's chart to those who look at it, when it has changed; one question at a time. Never rejects. */
  async function refresh(symbol: string): Promise<void> {
    let chart = watched.get(symbol);
    if (!chart) watched.set(symbol, chart = { key: "", event: null, asking: false });
    if (chart.asking) return;
    chart.asking = true;
    try {
      for (let key = seriesKey(symbol); key !== chart.key; key = seriesKey(symbol)) {
        const series = await system.series(symbol, { limit: SERIES_CANDLES });
        chart.key = key;
        chart.event = eventBytes("series", JSON.stringify(series));
        for (const client of [...clients]) if (client.symbol === symbol) send(client, chart.event);
      }
    } catch (error) {
      logged(error); // the recorder is being restarted, most likely; the next change asks again
    } finally {
      chart.asking = false;
    }
  }

  return {
    snapshotText,
    seq: () => seq,
    open({ since, symbol }) {
      if (clients.size >= STREAMS_MAX) return null;
      let client: Client;
      return new ReadableStream<Uint8Array>({
        start(out) {
          client = { out, symbol };
          clients.add(client);
          out.enqueue(encoder.encode("retry: 2000\n\n"));
          const knows = since !== null && since >= options.firstSeq && since <= seq;
          const missed = allNames().filter((name) => (changedAt.get(name) ?? options.firstSeq) > since!);
          out.enqueue(
            knows ? eventBytes("patch", stateText(missed), seq) : eventBytes("snapshot", snapshotText(), seq),
          );
          if (symbol === null) return;
          const chart = watched.get(symbol);
          if (chart?.event) out.enqueue(chart.event);
          void refresh(symbol);
        },
        cancel() {
          clients.delete(client);
        },
      }, new ByteLengthQueuingStrategy({ highWaterMark: queueBytes }));
    },
    clients: () => clients.size,
    close() {
      clearInterval(beat);
      stopListening();
      for (const { out } of clients) out.close();
      clients.clear();
    },
  };
}
