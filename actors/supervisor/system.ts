/**
 * The running system as the web sees it: the newest panels, questions to the recorder, control through the broker. The
 * broker acknowledges every control; until it has, nothing is claimed to have happened.
 */
import { CANDLE_STRIDE } from "../../core/market/types.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { FillMark, ListedDecision, StoredDecision } from "../../core/records.ts";
import type { ControlCommand, ControlRequest, ControlResult, SystemPort } from "../../web/system_port.ts";
import type { DecisionView, Panels, Series } from "../../web/view/types.ts";
import type { BrokerMessage, PortfolioView, StopReport } from "../broker/protocol.ts";
import type { FeedStatus } from "../feed/protocol.ts";
import type { Funnel } from "../recorder/funnel.ts";
import type { RecordBody, RecorderQuery } from "../recorder/protocol.ts";
import type { ScorerStatus } from "../scorer/protocol.ts";
import type { ActorId } from "../shared/envelope.ts";
import { createOutbox } from "../shared/outbox.ts";
import type { SymbolStatus } from "../symbol/protocol.ts";
import { extendCurve, panelsOf, type ProgramFacts, summaryOf, type Told } from "./panels.ts";
import type { Supervisor } from "./shell.ts";

const PAINT_MS = 250;
const RECENT = 30;
const RECENT_EVERY_MS = 1_000;
const QUERY_MS = 10_000;
const CONTROL_MS = 5_000;

export interface System extends SystemPort {
  /** A message for the supervisor from one of its actors. */
  told(from: ActorId, body: unknown): void;
  /** Starts painting; call once the actors run. */
  begin(): Promise<void>;
  end(): void;
  feedEnded: Promise<void>;
}

export function createSystem(
  options: {
    readonly clock: Clock;
    readonly facts: ProgramFacts;
    readonly intervalMs: number;
    readonly supervisor: () => Supervisor;
  },
): System {
  const { clock, facts } = options;
  let told: Told = {
    portfolio: null,
    feed: null,
    feedAtMs: 0,
    scorer: null,
    funnel: null,
    symbols: {},
    children: [],
    curve: { points: [], halts: [] },
    recent: [],
  };
  let panels = panelsOf(told, facts, clock.nowMs());
  let texts: Partial<Record<keyof Panels, string>> = {};
  let recentAtMs = -Infinity;
  let cancelPaint: () => void = () => {};
  let over = false;
  let markFeedEnded: () => void = () => {};
  const feedEnded = new Promise<void>((resolve) => markFeedEnded = resolve);
  const listeners = new Set<(changed: readonly (keyof Panels)[]) => void>();
  const outbox = createOutbox<readonly RecordBody[]>({
    limit: 1_000,
    post: (message) => options.supervisor().tell("recorder", message),
  });

  const recorder = <T>(query: RecorderQuery): Promise<T> =>
    options.supervisor().ask<T>("recorder", query, { timeoutMs: QUERY_MS });

  type FromActors =
    | (PortfolioView & { type: "portfolio.changed" })
    | FeedStatus
    | ScorerStatus
    | SymbolStatus
    | { type: "funnel.changed"; funnel: Funnel }
    | Extract<RecordBody, { type: "actor.restarted" }>;

  const hear = (body: FromActors) => {
    switch (body.type) {
      case "portfolio.changed":
        told = {
          ...told,
          portfolio: body,
          curve: extendCurve(told.curve, body.atMs, body.equityUsd, body.tradingState === "halted"),
        };
        return;
      case "feed.status":
        told = { ...told, feed: body, feedAtMs: clock.nowMs() };
        if (body.ended) markFeedEnded();
        return;
      case "scorer.status":
        told = { ...told, scorer: body };
        return;
      case "symbol.status":
        told = { ...told, symbols: { ...told.symbols, [body.symbol]: body } };
        return;
      case "funnel.changed":
        told = { ...told, funnel: body.funnel };
        return;
      case "actor.restarted":
        return outbox.send([body]);
    }
  };

  /** Renews the panels and says which have changed; a panel is compared as the JSON that would be sent. */
  const paint = async () => {
    if (over) return;
    const wallMs = clock.monotonicMs();
    if (wallMs - recentAtMs >= RECENT_EVERY_MS) {
      recentAtMs = wallMs;
      await recorder<ListedDecision[]>({ type: "decisions.get", limit: RECENT })
        .then((list) => told = { ...told, recent: list.map(summaryOf) })
        .catch(() => {}); // the recorder is being restarted; the list stays as it was
    }
    if (over) return;
    told = { ...told, children: options.supervisor().children() };
    panels = panelsOf(told, facts, clock.nowMs());
    const fresh: Partial<Record<keyof Panels, string>> = {};
    for (const name of Object.keys(panels) as (keyof Panels)[]) fresh[name] = JSON.stringify(panels[name]);
    const changed = (Object.keys(fresh) as (keyof Panels)[]).filter((name) => fresh[name] !== texts[name]);
    texts = fresh;
    if (changed.length > 0) { for (const listener of listeners) listener(changed); }
    cancelPaint = clock.after(PAINT_MS, () => void paint());
  };

  return {
    feedEnded,
    told: (_from, body) => void (outbox.heard(body) || hear(body as FromActors)),
    async begin() {
      const rows = await recorder<Float64Array>({ type: "curve.get", points: 500 });
      for (let i = 0; i < rows.length; i += 3) {
        told = { ...told, curve: extendCurve(told.curve, rows[i], rows[i + 1], rows[i + 2] === 1) };
      }
      await paint();
    },
    end() {
      over = true;
      cancelPaint();
    },
    panels: () => panels,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    series: (symbol, query) => series(symbol, query),
    async decisions(query) {
      return (await recorder<ListedDecision[]>({ type: "decisions.get", ...query })).map(summaryOf);
    },
    async decision(decisionId) {
      const found = await recorder<StoredDecision | null>({ type: "decision.get", decisionId });
      return found && decisionView(found);
    },
    control: (request) => control(request),
    health() {
      const down = options.supervisor().children().filter(({ phase }) => phase !== "running");
      const why = down.map(({ id, phase, lastFault }) => `${id} is ${phase}${lastFault ? `: ${lastFault}` : ""}`);
      return { live: true, ready: why.length === 0, why };
    },
  };

  async function control({ command, ...operator }: ControlRequest): Promise<ControlResult> {
    const message: BrokerMessage = { ...brokerCommand(command), ...operator } as BrokerMessage;
    try {
      const report = await options.supervisor().ask<StopReport>("broker", message, { timeoutMs: CONTROL_MS });
      return { ok: report.ok, did: report.did, tradingState: report.tradingState };
    } catch {
      return {
        ok: false,
        did: `the broker has not confirmed within ${CONTROL_MS / 1_000} s: it may still act. ` +
          `Ask again, or end the program with Ctrl-C`,
        tradingState: panels.status.tradingState,
      };
    }
  }

  async function series(
    symbol: string,
    { limit, beforeMs }: { limit: number; beforeMs?: number },
  ): Promise<Series | null> {
    if (!facts.symbols.includes(symbol)) return null;
    const toMs = beforeMs ?? (told.feed?.nowMs ?? 0) + 1;
    const fromMs = Math.max(0, toMs - (limit + 1) * options.intervalMs);
    const query = { symbol, intervalMs: options.intervalMs, fromMs, toMs };
    const [rows, fills, decisions] = await Promise.all([
      recorder<Float64Array>({ type: "candles.get", ...query }),
      recorder<FillMark[]>({ type: "fills.get", symbol, fromMs, toMs }),
      recorder<ListedDecision[]>({ type: "decisions.get", symbol, beforeMs: toMs + 1, limit: limit + 1 }),
    ]);
    const byClose = new Map(decisions.map(({ record }) => [record.closedAtMs, record]));
    const count = rows.length / CANDLE_STRIDE;
    const column = (c: number) => Array.from({ length: count }, (_, i) => rows[i * CANDLE_STRIDE + c]);
    const openedAtMs = column(0);
    const at = openedAtMs.map((ms) => byClose.get(ms + options.intervalMs));
    const feature = (name: string) => at.map((record) => record?.features[name] ?? null);
    const position = told.portfolio?.positions.find((held) => held.symbol === symbol);
    return {
      symbol,
      timeframeMs: options.intervalMs,
      openedAtMs,
      openUsd: column(1),
      highUsd: column(2),
      lowUsd: column(3),
      closeUsd: column(4),
      volumeBase: column(5),
      vwapUsd: feature("vwapUsd"),
      ema9Usd: feature("ema9Usd"),
      ema20Usd: feature("ema20Usd"),
      regime: at.map((record) => record?.regime ?? "none"),
      fills,
      bracket: position
        ? { entryUsd: position.entryUsd, stopUsd: position.stopUsd, targetUsd: position.targetUsd }
        : null,
    };
  }
}

function brokerCommand(command: ControlCommand): { type: string; symbol?: string } {
  switch (command.type) {
    case "stop":
      return { type: "trading.stop" };
    case "resume":
      return { type: "trading.resume" };
    case "pause":
      return { type: "symbol.pause", symbol: command.symbol };
    case "unpause":
      return { type: "symbol.resume", symbol: command.symbol };
  }
}

function decisionView({ record, orders, outcome }: StoredDecision): DecisionView {
  return {
    ...summaryOf({ record, outcomeR: outcome?.rMultiple ?? null }),
    closeUsd: record.closeUsd,
    features: record.features,
    technicalScore: record.technicalScore,
    expectedMoveBps: record.expectedMoveBps,
    roundTripCostBps: record.roundTripCostBps,
    misses: record.misses,
    verdict: record.verdict,
    fusion: record.fusion,
    checks: record.checks,
    orders: orders.map(({ order, fills }) => ({ ...order, fills })),
    outcome,
  };
}
