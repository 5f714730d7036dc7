/**
 * The symbol's hands: frames become candles, candles become decisions, and every decision is on record once its reason is
 * final. It has no rights: all it can do is ask the scorer and the broker.
 */
import { type CandleBuilder, createCandleBuilder, foldQuotes } from "../../core/market/candle_builder.ts";
import { CANDLE_STRIDE, type CandleColumns, type CandleRows, QUOTE_STRIDE } from "../../core/market/types.ts";
import { columnsFromRows } from "../../core/market/candle_columns.ts";
import type { DecisionRecord } from "../../core/decision.ts";
import { MINUTE_MS, type UtcMs } from "../../core/time.ts";
import type { Verdict } from "../../core/verdict/types.ts";
import type { BrokerCursor, BrokerMessage, BrokerToSymbol, PositionChanged } from "../broker/protocol.ts";
import type { FeedMessage, SymbolFrame } from "../feed/protocol.ts";
import type { RecordBody, RecorderQuery, SymbolResume } from "../recorder/protocol.ts";
import type { VerdictAsk } from "../scorer/protocol.ts";
import type { ActorContext, ActorShell } from "../shared/actor.ts";
import type { Envelope } from "../shared/envelope.ts";
import { createOutbox } from "../shared/outbox.ts";
import {
  closeCandle,
  createSymbol,
  decisionRecord,
  factsOf,
  judge,
  type Next,
  priorityOf,
  questionOf,
  recoverCandle,
  restoreFrom,
  settleIntent,
  snapshotOf,
  type Standing,
  type StoredSymbol,
  type SymbolConfig,
  type SymbolState,
} from "./logic.ts";
import type { SymbolStatus } from "./protocol.ts";

export interface SymbolSettings {
  readonly config: SymbolConfig;
  readonly verdictDeadlineMs: number;
  /** Where the run began: candles that closed before it are past and need no decision. */
  readonly decidesFromMs: UtcMs;
  /** How far a symbol without a past looks back when it starts: enough for every window to fill. */
  readonly historyMs: number;
}

/** Candles between snapshots: a restart computes at most so many again. */
const SNAPSHOT_EVERY = 60;
const STATUS_EVERY_MS = 250;
const ASK_MS = 10_000;
/** Wall time after which an intent without an answer is given up on; the broker decides in milliseconds or is gone. */
const INTENT_MS = 10_000;
/** Records that may wait for the disk before the next candle does. */
const WAITING_MAX = 200;
const WAITING_HARD_MAX = 5_000;

export function createSymbolActor(context: ActorContext, settings: SymbolSettings): ActorShell {
  const { config } = settings;
  const { symbol } = config;
  const { clock } = context;
  const outbox = createOutbox<readonly RecordBody[]>({
    limit: WAITING_HARD_MAX,
    post: (message) => context.tell("recorder", message),
  });
  let state: SymbolState;
  let builder: CandleBuilder = createCandleBuilder(MINUTE_MS);
  /** Everything up to here has been folded. */
  let timeMs: UtcMs = -Infinity;
  /** Close of the newest candle whose decision is on record. */
  let decidedToMs: UtcMs = -Infinity;
  let sinceSnapshot = 0;
  let brokerMessages = 0;
  let held: Envelope<SymbolFrame> | null = null;
  let intentSeq = 0;
  let statusAtMs = -Infinity;
  const open = new Map<string, { record: DecisionRecord; cancel: () => void }>();

  const standingOf = ({ position, entryWorking, roundTripCostBps }: PositionChanged): Standing => ({
    position,
    entryWorking,
    roundTripCostBps,
  });

  const askStanding = async (): Promise<Standing> => {
    const message: BrokerMessage = { type: "position.get", symbol };
    return standingOf(await context.ask<PositionChanged>("broker", message, { timeoutMs: ASK_MS }));
  };

  const resume = async () => {
    const cursor = await context.ask<BrokerCursor>("broker", { type: "cursor.get" } satisfies BrokerMessage, {
      timeoutMs: ASK_MS,
    });
    const query: RecorderQuery = {
      type: "symbol.resume",
      symbol,
      intervalMs: MINUTE_MS,
      atOrBeforeMs: cursor.toMs ?? -1,
    };
    const [standing, stored] = await Promise.all([
      askStanding(),
      context.ask<SymbolResume>("recorder", query, { timeoutMs: ASK_MS }),
    ]);
    state = startState(standing, stored.snapshot as StoredSymbol | null);
    decidedToMs = stored.decidedToMs ?? settings.decidesFromMs;
    recover(stored.candles);
  };

  const startState = (standing: Standing, snapshot: StoredSymbol | null): SymbolState => {
    if (!snapshot) return createSymbol(config, standing);
    try {
      return restoreFrom(config, standing, snapshot);
    } catch (error) {
      context.log("warn", `${symbol} warms up afresh: ${error instanceof Error ? error.message : error}`);
      return createSymbol(config, standing);
    }
  };

  /** Candles that closed while nobody was deciding: they count for features and leave a record, but cause nothing. */
  const recover = (rows: CandleRows) => {
    const candles = columnsFromRows(rows);
    for (let i = 0; i < candles.length; i++) {
      const closedAtMs = candles.openedAtMs[i] + MINUTE_MS;
      recoverCandle(state, candles, i);
      if (closedAtMs > decidedToMs) keep([{ type: "decision.made", record: decisionRecord(state) }]);
      timeMs = closedAtMs;
    }
  };

  const handleFrame = async (frame: SymbolFrame) => {
    if (frame.fromMs > timeMs) {
      const fromMs = Math.max(timeMs, frame.fromMs - settings.historyMs);
      const query: FeedMessage = { type: "history.get", symbol, fromMs, toMs: frame.fromMs };
      const rows = await context.ask<CandleRows>("feed", query, { timeoutMs: ASK_MS });
      if (rows.length > 0) {
        keep([{ type: "candle.closed", symbol, intervalMs: MINUTE_MS, rows }]);
        recover(rows);
      }
    }
    if (frame.toMs > timeMs) {
      const rows = frame.candles ?? foldQuotes(builder, after(frame.quotes, timeMs), frame.toMs);
      timeMs = frame.toMs;
      for (let offset = 0; offset < rows.length; offset += CANDLE_STRIDE) {
        await candleClosed(rows.slice(offset, offset + CANDLE_STRIDE));
      }
    }
    if (frame.afterBrokerMessages !== null) {
      if (outbox.waiting >= WAITING_MAX) await outbox.below(WAITING_MAX);
      context.tell("broker", { type: "frame.settled", seq: frame.seq, symbol } satisfies BrokerMessage);
    }
  };

  const candleClosed = async (row: CandleRows) => {
    const candles: CandleColumns = columnsFromRows(row);
    const next = closeCandle(state, candles, 0);
    const bodies: RecordBody[] = [{ type: "candle.closed", symbol, intervalMs: MINUTE_MS, rows: row }];
    const final = next.type === "ask" ? judge(state, await askVerdict()) : next;
    const record = decisionRecord(state);
    if (final.type === "submit") submit(final, record);
    else bodies.push({ type: "decision.made", record });
    if (++sinceSnapshot >= SNAPSHOT_EVERY) {
      sinceSnapshot = 0;
      bodies.push({ type: "symbol.snapshot", symbol, closedAtMs: record.closedAtMs, snapshot: snapshotOf(state) });
    }
    keep(bodies);
    tellStatus(record);
  };

  const askVerdict = async (): Promise<Verdict | null> => {
    const question = questionOf(state);
    const { verdictDeadlineMs } = settings;
    const body: VerdictAsk = {
      type: "verdict.ask",
      question,
      priority: priorityOf(state),
      deadlineMs: verdictDeadlineMs,
    };
    try {
      const { decisionId } = question;
      return await context.ask<Verdict>("scorer", body, { timeoutMs: verdictDeadlineMs + 250, decisionId });
    } catch {
      return null; // no scorer, no verdict; what that means is the fusion's to say
    }
  };

  const submit = ({ intent }: Extract<Next, { type: "submit" }>, record: DecisionRecord) => {
    const settle = () => settled(intent.intentId, null);
    open.set(intent.intentId, { record, cancel: clock.after(INTENT_MS, settle) });
    const message: BrokerMessage = { type: "intent.submit", intent, seq: ++intentSeq };
    context.tell("broker", message, { decisionId: intent.decisionId });
  };

  const settled = (intentId: string, answer: Extract<BrokerToSymbol, { type: "intent.answered" }> | null) => {
    const waiting = open.get(intentId);
    if (!waiting) return; // given up on before
    open.delete(intentId);
    waiting.cancel();
    const record = settleIntent(waiting.record, answer);
    keep([{ type: "decision.made", record }]);
    tellStatus(record);
  };

  const keep = (bodies: readonly RecordBody[]) => outbox.send(bodies);

  const tellStatus = (record: DecisionRecord) => {
    const wallMs = clock.monotonicMs();
    if (wallMs - statusAtMs < STATUS_EVERY_MS) return;
    statusAtMs = wallMs;
    context.tell(
      "supervisor",
      {
        type: "symbol.status",
        symbol,
        closedAtMs: record.closedAtMs,
        closeUsd: record.closeUsd,
        ...factsOf(state),
        reason: record.reason,
      } satisfies SymbolStatus,
    );
  };

  const heard = async (body: BrokerToSymbol) => {
    brokerMessages++;
    if (body.type === "intent.answered") settled(body.intentId, body);
    else state.standing = standingOf(body);
    const frame = held;
    if (!frame || brokerMessages < frame.body.afterBrokerMessages!) return;
    held = null;
    await handleFrame(frame.body);
  };

  return {
    start: resume,
    async receive(envelope) {
      const body = envelope.body as SymbolFrame | BrokerToSymbol;
      switch (body.type) {
        case "frame":
          if (body.afterBrokerMessages !== null && brokerMessages < body.afterBrokerMessages) {
            held = envelope as Envelope<SymbolFrame>;
            return;
          }
          return await handleFrame(body);
        case "intent.answered":
        case "position.changed":
          return await heard(body);
      }
    },
    urgent: ({ body }) => outbox.heard(body),
    peerRenewed(peer) {
      if (peer === "recorder") outbox.resend();
      if (peer !== "broker") return;
      brokerMessages = 0; // a new broker counts from the start
      askStanding().then((standing) => state.standing = standing, context.fail);
    },
    stop() {
      for (const { cancel } of open.values()) cancel();
      return Promise.resolve();
    },
  };
}

/** Rows later than `atMs`. */
function after(quotes: Float64Array, atMs: UtcMs): Float64Array {
  let from = 0;
  while (from < quotes.length && quotes[from] <= atMs) from += QUOTE_STRIDE;
  return from === 0 ? quotes : quotes.subarray(from);
}
