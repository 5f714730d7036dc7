/**
 * The broker's hands under a virtual clock: it is the barrier of each frame, keeps the books, and tells everybody what
 * happened.
 *
 * ```
 * idle ─frame─▶ quotes worked through, frame seen ─all settled, or gone, or late─▶ intents answered
 *                                                                           ─▶ committed, frame done ─▶ idle
 * ```
 * Always true:
 *  - a frame is one atomic commit of its events, the venue's books and the market time; a crash inside it never happened;
 *  - intents of an instant are answered in the order (time, symbol, sequence), however the threads raced;
 *  - a control is acknowledged when it is on disk, and comes between frames.
 */
import { createHash } from "node:crypto";
import { lotsToBase, toUsd, type UsdMicros } from "../../core/money.ts";
import { check } from "../../core/portfolio/books.ts";
import { balance } from "../../core/portfolio/ledger.ts";
import type { Store } from "../../core/ports/store.ts";
import type { RiskLimits } from "../../core/risk/limits.ts";
import type { PaperVenue, PaperVenueConfig } from "../../core/sim/paper_venue.ts";
import type { UtcMs } from "../../core/time.ts";
import type { RunScope } from "../../storage/keys.ts";
import type { RecordBody } from "../recorder/protocol.ts";
import type { ActorContext, ActorShell } from "../shared/actor.ts";
import type { Envelope } from "../shared/envelope.ts";
import { createOutbox } from "../shared/outbox.ts";
import { type BookKeeping, openBooks } from "./book_keeping.ts";
import { differenceTo } from "./compare.ts";
import type { BrokerEvent } from "./events.ts";
import { type BrokerInput, sortIntents } from "./logic.ts";
import { type PaperRun, runFrame, runInput } from "./paper_loop.ts";
import type {
  BrokerCursor,
  BrokerFrame,
  BrokerMessage,
  BrokerToSymbol,
  FrameDone,
  FrameSeen,
  Operator,
  PositionChanged,
  RunTotals,
  StopReport,
} from "./protocol.ts";
import { type BrokerConfig, instrumentOf } from "./state.ts";
import { messageFor } from "./tell.ts";
import type { Step } from "./turn.ts";
import { orderView, portfolioView } from "./view.ts";

export interface BrokerSettings {
  readonly scope: RunScope;
  readonly path: string;
  readonly config: BrokerConfig;
  readonly venue: PaperVenueConfig;
  readonly limits: RiskLimits;
  readonly startCashUsdMicros: UsdMicros;
  readonly configHash: string;
  /** Market time of a run that has not begun. */
  readonly startsAtMs: UtcMs;
  /** Frames that may wait for the disk before the market does; 0 keeps them in step. */
  readonly lagFrames: number;
  /** Set when the program was started too often: no new entries until a person has looked. */
  readonly frozenCause: string | null;
}

const VIEW_EVERY_MS = 250;
const BUNDLE = 32;
const OUTBOX_MAX = 20_000;

interface FrameInHand {
  readonly frame: BrokerFrame;
  readonly missing: Set<string>;
  cancelPatience: () => void;
}

export function createBroker(context: ActorContext, settings: BrokerSettings, open: () => Promise<Store>): ActorShell {
  const { clock } = context;
  const outbox = createOutbox<readonly RecordBody[]>({
    limit: OUTBOX_MAX,
    post: (message) => context.tell("recorder", message),
  });
  let run: PaperRun;
  let keeping: BookKeeping;
  let cursor: BrokerCursor;
  let frame: FrameInHand | null = null;
  let intents: Extract<BrokerMessage, { type: "intent.submit" }>[] = [];
  /** Symbols that settled for a frame which has not come yet. */
  let early: { seq: number; symbol: string }[] = [];
  /** What has to wait until the frame in hand is done. */
  let between: Envelope<BrokerMessage>[] = [];
  const sent: Record<string, number> = {};
  const asked = new Map<string, Envelope<unknown>>();
  let events: BrokerEvent[] = [];
  let bodies: RecordBody[] = [];
  let venueTouched = false;
  let venueMark = "";
  let viewAtMs = -Infinity;

  const nowMs = (): UtcMs => cursor.toMs ?? settings.startsAtMs;

  /** Every step passes here in order: its events are collected for the commit, the rest is told at once. */
  const sink = (step: Step) => {
    for (const event of step.events) {
      events.push(event);
      note(event);
    }
    for (const effect of step.effects) {
      if (effect.type === "tell.symbol") tellSymbol(effect.symbol, effect.message);
      else if (effect.type === "tell.recorder") bodies.push(effect.message);
      else if (effect.type === "tell.supervisor") {
        if (effect.message.type === "control.done") report(effect.message);
        else context.tell("supervisor", effect.message);
      } else venueTouched = true;
    }
  };

  const tellSymbol = (symbol: string, message: BrokerToSymbol) => {
    if (!context.linked(`symbol:${symbol}`)) return; // it asks for its position when it starts
    sent[symbol] = (sent[symbol] ?? 0) + 1;
    context.tell(`symbol:${symbol}`, message);
  };

  const reports: StopReport[] = [];
  const report = (message: StopReport) => void reports.push(message);

  /** What the recorder should know of an event: orders, fills and the equity curve. */
  const note = (event: BrokerEvent) => {
    const { durable } = run.broker;
    if (event.type === "equity.marked") {
      if (event.equityUsdMicros === null) return;
      const halted = durable.latches.length > 0;
      bodies.push({ type: "equity.marked", atMs: event.atMs, equityUsd: toUsd(event.equityUsdMicros), halted });
      return;
    }
    const id = "clientOrderId" in event
      ? event.clientOrderId
      : event.type === "order.created"
      ? event.order.request.clientOrderId
      : event.type === "fill.booked"
      ? event.fill.clientOrderId
      : null;
    const order = id === null ? undefined : durable.orders[id];
    if (!order) return;
    if (event.type === "fill.booked") {
      const { fill } = event;
      bodies.push({
        type: "fill.booked",
        symbol: fill.symbol,
        side: fill.side,
        decisionId: order.decisionId,
        clientOrderId: order.clientOrderId,
        fill: {
          executionId: fill.executionId,
          atMs: fill.atMs,
          qtyBase: lotsToBase(fill.qtyLots, instrumentOf(run.broker, fill.symbol)),
          priceUsd: fill.priceUsd,
          feeUsd: toUsd(fill.feeUsdMicros),
        },
      });
    }
    bodies.push({ type: "order.changed", order: orderView(run.broker, order) });
  };

  const input = (message: BrokerInput, atMs: UtcMs) => runInput(run, message, atMs, sink);

  /** Puts what was collected on disk, then reports controls; the market may run ahead by `lagFrames`. */
  const commit = async (next: BrokerCursor) => {
    cursor = next;
    const mark = markOf(run.venue);
    const venueChanged = venueTouched || mark !== venueMark || run.venue.queue.length > 0;
    venueTouched = false;
    venueMark = mark;
    const done = keeping.commit(events, venueChanged ? run.venue : null, cursor, run.broker.durable);
    events = [];
    await done;
    tellRecorder();
    if (reports.length > 0 || keeping.waiting > settings.lagFrames) await keeping.flush();
    for (const message of reports.splice(0)) {
      const question = asked.get(message.idempotencyKey);
      asked.delete(message.idempotencyKey);
      if (question) context.answer(question, message);
    }
    tellView();
  };

  /** At full speed marks of equity travel in bundles; everything else goes at once. */
  const tellRecorder = (always = false) => {
    const mayWait = settings.lagFrames > 0 && bodies.length < BUNDLE &&
      bodies.every(({ type }) => type === "equity.marked");
    if (bodies.length === 0 || (mayWait && !always)) return;
    outbox.send(bodies);
    bodies = [];
  };

  const tellView = () => {
    const wallMs = clock.monotonicMs();
    if (wallMs - viewAtMs < VIEW_EVERY_MS) return;
    viewAtMs = wallMs;
    context.tell("supervisor", { type: "portfolio.changed", ...portfolioView(run.broker, nowMs()) });
  };

  const beginFrame = async (body: BrokerFrame) => {
    runFrame(run, body.rows, body.toMs, sink);
    context.tell("feed", { type: "frame.seen", seq: body.seq, sentToSymbol: { ...sent } } satisfies FrameSeen);
    const missing = new Set(body.settledBy ?? []);
    for (const { seq, symbol } of early) if (seq === body.seq) missing.delete(symbol);
    early = early.filter(({ seq }) => seq > body.seq);
    frame = { frame: body, missing, cancelPatience: () => {} };
    if (missing.size === 0) return await endFrame();
    if (body.patienceMs !== null) frame.cancelPatience = clock.after(body.patienceMs, () => giveUp(body.seq));
  };

  const giveUp = (seq: number) => {
    if (frame?.frame.seq !== seq) return;
    context.log("warn", `frame ${seq} goes on without ${[...frame.missing].join(", ")}`);
    frame.missing.clear();
    endFrame().catch(context.fail);
  };

  const settled = async (symbol: string, seq: number) => {
    if (frame?.frame.seq !== seq) {
      if (!frame || seq > frame.frame.seq) early.push({ seq, symbol });
      return;
    }
    frame.missing.delete(symbol);
    if (frame.missing.size === 0) await endFrame();
  };

  const endFrame = async () => {
    const { frame: { seq, toMs }, cancelPatience } = frame!;
    cancelPatience();
    const waiting = sortIntents(intents);
    intents = [];
    for (const { intent } of waiting) input({ type: "intent.submit", intent }, toMs);
    frame = null;
    await commit({ seq, toMs });
    context.tell("feed", { type: "frame.done", seq } satisfies FrameDone);
    const held = between;
    between = [];
    for (const envelope of held) await handleBetween(envelope);
  };

  /** Everything that is neither market nor intent comes between frames, at the market time that has been reached. */
  const handleBetween = async (envelope: Envelope<BrokerMessage>) => {
    if (frame) return void between.push(envelope);
    const { body } = envelope;
    switch (body.type) {
      case "cursor.get":
        await keeping.flush();
        return context.answer(envelope, cursor);
      case "position.get":
        return context.answer(envelope, standing(body.symbol));
      case "portfolio.get":
        return context.answer(envelope, portfolioView(run.broker, nowMs()));
      case "totals.get":
        tellRecorder(true);
        await keeping.flush();
        return context.answer(envelope, totals());
      default: {
        const key = (body as Partial<Operator>).idempotencyKey;
        if (key !== undefined) asked.set(key, envelope);
        input(body as BrokerInput, nowMs());
        await commit(cursor);
      }
    }
  };

  const standing = (symbol: string): PositionChanged => messageFor(run.broker, symbol, nowMs());

  const totals = (): RunTotals => {
    const { durable } = run.broker;
    const view = portfolioView(run.broker, nowMs());
    const difference = differenceTo(run.broker, {
      cashUsdMicros: run.venue.cashUsdMicros,
      holdings: run.venue.holdings,
    });
    const problem = check(durable.books) ??
      (difference.cashUsdMicros !== 0 || Object.keys(difference.lotsBySymbol).length > 0
        ? `the venue has ${toUsd(difference.cashUsdMicros)} USD and ${
          JSON.stringify(difference.lotsBySymbol)
        } lots more`
        : null);
    return {
      view,
      ledger: { ok: problem === null, problem },
      journal: { entries: keeping.head.seq, sha256: keeping.head.hash },
      openOrders: durable.liveOrderIds.length,
      feesUsd: toUsd(balance(durable.books.balances, "fees")),
    };
  };

  return {
    async start() {
      const opened = await openBooks({
        store: await open(),
        scope: settings.scope,
        config: settings.config,
        venueConfig: settings.venue,
        failed: (cause) => context.fail(new Error("the broker's store failed: nothing is traded", { cause })),
      });
      keeping = opened.keeping;
      cursor = opened.cursor;
      run = { broker: opened.state, venue: opened.venue };
      input({
        type: "session.start",
        nonce: nonceOf(settings, keeping.head.seq),
        configHash: settings.configHash,
        limits: settings.limits,
        startCashUsdMicros: settings.startCashUsdMicros,
        killFile: false,
        clockSkewMs: 0,
        feedDivergenceBps: 0,
      }, nowMs());
      if (settings.frozenCause !== null) input({ type: "entries.freeze", cause: settings.frozenCause }, nowMs());
      await commit(cursor);
      await keeping.flush();
    },
    async receive(envelope) {
      const message = envelope as Envelope<BrokerMessage>;
      const { body } = message;
      switch (body.type) {
        case "frame":
          return await beginFrame(body);
        case "intent.submit":
          return void intents.push(body);
        case "frame.settled":
          return await settled(body.symbol, body.seq);
        case "symbol.gone":
          if (frame?.missing.delete(body.symbol) && frame.missing.size === 0) await endFrame();
          return;
        default:
          return await handleBetween(message as Envelope<BrokerMessage>);
      }
    },
    urgent: ({ body }) => outbox.heard(body),
    peerRenewed(peer) {
      if (peer === "recorder") outbox.resend();
      else if (peer.startsWith("symbol:")) sent[peer.slice("symbol:".length)] = 0;
    },
    async stop() {
      frame?.cancelPatience();
      tellRecorder(true);
      await keeping.flush();
      keeping.close();
    },
  };
}

/** Changes when anything happened at the venue that its quotes alone do not tell. */
const markOf = (venue: PaperVenue): string => `${venue.rng.words.join()}/${venue.orderCount}/${venue.executionCount}`;

/** Fresh for every session of a seeded run, and the same in every repetition of it. */
function nonceOf({ scope, venue }: BrokerSettings, journalSeq: number): string {
  return createHash("sha256").update(`${scope.mode}/${scope.run}/${venue.seed}/${journalSeq}`).digest("hex").slice(
    0,
    32,
  );
}
