/**
 * The feed's hands: it owns market time. Frame after frame it takes a slice from the source, gives each symbol its part and
 * the broker all of it, and, under a virtual clock, goes on only when the broker says that the frame is done.
 */
import type { MarketCheckpoint, MarketSlice, MarketSource } from "../../core/ports/market_data.ts";
import { QUOTE_STRIDE, type QuoteRows } from "../../core/market/types.ts";
import type { UtcMs } from "../../core/time.ts";
import type { BrokerCursor, BrokerFrame, FrameDone, FrameSeen } from "../broker/protocol.ts";
import type { RecordBody, RecorderQuery } from "../recorder/protocol.ts";
import type { ActorContext, ActorShell } from "../shared/actor.ts";
import { createOutbox } from "../shared/outbox.ts";
import { joinRows, mergeQuotes, nextFrameEnd, pacedFrameMs } from "./framing.ts";
import { createLatencyWindow } from "./latency.ts";
import type { FeedMessage, FeedStatus, SymbolFrame } from "./protocol.ts";

export interface FeedSettings {
  /** Market milliseconds per real one; `null` is as fast as possible. */
  readonly speed: number | null;
  /** Where a run that has not begun begins; what the source has from before is past. */
  readonly beginsAtMs: UtcMs;
  /** Where the run ends although the source may have more; `null` goes on to the source's end. */
  readonly endsAtMs: UtcMs | null;
  /** Run at full speed until here, then at `speed`: the back-filled past of a first start, or what a restart has missed. */
  readonly fullSpeedUntilMs: UtcMs;
  /** Finest step of the source's quotes. */
  readonly tickMs: number;
  readonly checkpointEveryMs: number;
}

/** A frame lasts about this long on the wall: five paints a second. */
const FRAME_WALL_MS = 200;
/** A symbol that is not done by then holds up the others no longer. */
const STRAGGLER_MS = 1_000;
const STATUS_EVERY_MS = 250;
const LATENCIES = 1_000;
const ASK_MS = 10_000;
/** Frames that a restarted broker may have missed; older ones come from the recorder's checkpoint. */
const REWIND_FRAMES = 256;

export function createFeed(context: ActorContext, settings: FeedSettings, source: MarketSource): ActorShell {
  const { clock } = context;
  const joined = new Set<string>();
  const first = source.checkpoint();
  /** Joined symbols that have not had a frame yet: their first one begins at the last candle's close. */
  const fresh = new Set<string>();
  const outbox = createOutbox<readonly RecordBody[]>({
    limit: 256,
    post: (message) => context.tell("recorder", message),
  });
  const newest: Record<string, readonly [number, number, number]> = {};
  let sentToSymbol: Readonly<Record<string, number>> = {};
  /** Quotes since the last candle's close, by symbol: what a forming candle is made of. */
  let sinceClose: QuoteRows[] = source.symbols.map(() => new Float64Array(0));
  let recent: { toMs: UtcMs; seq: number; checkpoint: MarketCheckpoint }[] = [];
  let nowMs: UtcMs = settings.beginsAtMs;
  let startedAtMs: UtcMs = settings.beginsAtMs;
  let checkpointAtMs: UtcMs = settings.beginsAtMs;
  let seq = 0;
  let gaps = 0;
  let running = false;
  let stopping = false;
  let rewind = false;
  let heldUntilMs = -Infinity;
  let statusAtMs = -Infinity;
  const closeLatency = createLatencyWindow(LATENCIES);
  let waitingFor: "frame.seen" | "frame.done" | null = null;
  let wake: () => void = () => {};
  let pace: { wallMs: number; marketMs: UtcMs } | null = null;

  const lastClose = (atMs: UtcMs) =>
    Math.max(source.startsAtMs, Math.floor(atMs / source.intervalMs) * source.intervalMs);
  const endsAtMs = Math.min(source.endsAtMs ?? Infinity, settings.endsAtMs ?? Infinity);
  const ended = () => nowMs >= endsAtMs;
  const catchingUp = () => settings.speed !== null && nowMs < settings.fullSpeedUntilMs;

  /** Brings the source to the broker's time, so that nothing it has on disk happens again and nothing after is missed. */
  const goToCursor = async () => {
    const cursor = await context.ask<BrokerCursor>("broker", { type: "cursor.get" }, { timeoutMs: ASK_MS });
    const atMs = cursor.toMs ?? settings.beginsAtMs;
    const closeMs = lastClose(atMs);
    source.restore(
      recent.findLast(({ toMs }) => toMs <= closeMs)?.checkpoint ?? await storedCheckpoint(closeMs) ?? first,
    );
    // What lies before the cursor has been traded on already; the part since the last close still makes a candle.
    source.advance(closeMs);
    sinceClose = source.advance(atMs).quotes.slice();
    for (const symbol of joined) fresh.add(symbol);
    recent = recent.filter(({ toMs }) => toMs <= atMs);
    nowMs = atMs;
    seq = cursor.seq;
    startedAtMs = atMs;
    checkpointAtMs = atMs;
    pace = null;
  };

  const storedCheckpoint = async (atOrBeforeMs: UtcMs): Promise<MarketCheckpoint | null> => {
    const query: RecorderQuery = { type: "market.resume", atOrBeforeMs };
    const stored = await context.ask<{ snapshot: unknown } | null>("recorder", query, { timeoutMs: ASK_MS });
    return stored && stored.snapshot as MarketCheckpoint;
  };

  const run = async () => {
    running = true;
    try {
      while (!stopping && !ended()) {
        if (rewind) {
          rewind = false;
          await goToCursor();
        }
        await waitForPace();
        if (!stopping) await frame();
      }
      tellStatus(true);
    } catch (error) {
      if (!stopping) context.fail(error);
    } finally {
      running = false;
    }
  };

  const waitForPace = async () => {
    const heldMs = heldUntilMs - clock.monotonicMs();
    if (heldMs > 0) {
      await pause(heldMs);
      pace = null;
    }
    if (settings.speed === null || catchingUp()) {
      pace = null;
      return;
    }
    const wallMs = clock.monotonicMs();
    pace ??= { wallMs, marketMs: nowMs };
    const dueMs = pace.wallMs + (nowMs - pace.marketMs) / settings.speed;
    // After a stall the market goes on from where it is: time is not made up for at a gallop.
    if (wallMs - dueMs > 2_000) pace = { wallMs, marketMs: nowMs };
    else if (dueMs > wallMs) await pause(dueMs - wallMs);
  };

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const frame = async () => {
    const frameMs = settings.speed === null || catchingUp()
      ? null
      : pacedFrameMs(settings.speed, settings.tickMs, FRAME_WALL_MS);
    const fromMs = nowMs;
    const toMs = nextFrameEnd({ nowMs, frameMs, intervalMs: source.intervalMs, endsAtMs });
    const slice = source.advance(toMs);
    seq++;
    const sentAtMs = clock.monotonicMs();
    tellBroker(slice, toMs);
    if (!await heard("frame.seen")) return;
    tellSymbols(slice, fromMs, toMs);
    if (!await heard("frame.done")) return;
    if (toMs % source.intervalMs === 0) closeLatency.add(clock.monotonicMs() - sentAtMs);
    nowMs = toMs;
    afterFrame(slice);
  };

  /** Waits for the broker's word on the frame in hand; false when there is something else to do first. */
  const heard = async (word: "frame.seen" | "frame.done"): Promise<boolean> => {
    waitingFor = word;
    await new Promise<void>((resolve) => wake = resolve);
    return !stopping && !rewind;
  };

  const tellBroker = (slice: MarketSlice, toMs: UtcMs) => {
    const rows = mergeQuotes(slice.quotes);
    const settledBy = source.symbols.filter((symbol) => joined.has(symbol));
    // At full speed the past is made up for, and whoever begins has a past to read: neither is in a hurry.
    const patienceMs = settings.speed === null || catchingUp() || fresh.size > 0 ? null : STRAGGLER_MS;
    const body: BrokerFrame = { type: "frame", seq, toMs, rows, settledBy, patienceMs };
    context.tell("broker", body, { transfer: [rows.buffer] });
  };

  const tellSymbols = (slice: MarketSlice, fromMs: UtcMs, toMs: UtcMs) => {
    for (const [index, symbol] of source.symbols.entries()) {
      const quotes = slice.quotes[index];
      const last = quotes.length - QUOTE_STRIDE;
      if (last >= 0) newest[symbol] = [quotes[last], quotes[last + 1], quotes[last + 2]];
      const isFresh = fresh.delete(symbol);
      const all = joinRows(sinceClose[index], quotes);
      sinceClose[index] = toMs % source.intervalMs === 0 ? new Float64Array(0) : all;
      if (!joined.has(symbol)) continue;
      const body: SymbolFrame = {
        type: "frame",
        seq,
        fromMs: isFresh ? lastClose(fromMs) : fromMs,
        toMs,
        quotes: isFresh ? all : quotes,
        candles: slice.candles[index],
        afterBrokerMessages: sentToSymbol[symbol] ?? 0,
      };
      context.tell(`symbol:${symbol}`, body);
    }
  };

  const afterFrame = (slice: MarketSlice) => {
    gaps += slice.problems.length;
    const checkpoint = source.checkpoint();
    recent.push({ toMs: nowMs, seq, checkpoint });
    if (recent.length > REWIND_FRAMES) recent = recent.slice(-REWIND_FRAMES / 2);
    if (nowMs - checkpointAtMs >= settings.checkpointEveryMs) {
      checkpointAtMs = nowMs;
      outbox.send([{ type: "market.checkpoint", atMs: nowMs, checkpoint }]);
    }
    tellStatus(false);
  };

  const join = (symbol: string) => {
    joined.add(symbol);
    fresh.add(symbol);
  };

  const tellStatus = (always: boolean) => {
    const wallMs = clock.monotonicMs();
    if (!always && wallMs - statusAtMs < STATUS_EVERY_MS) return;
    statusAtMs = wallMs;
    context.tell(
      "supervisor",
      {
        type: "feed.status",
        label: source.label,
        simulated: source.simulated,
        nowMs,
        catchingUp: catchingUp() ? { fromMs: startedAtMs, toMs: settings.fullSpeedUntilMs } : null,
        quotes: { ...newest },
        frames: seq,
        gaps,
        closeToDecisionMs: closeLatency.percentiles(),
        ended: ended(),
      } satisfies FeedStatus,
    );
  };

  return {
    async start() {
      await goToCursor();
      tellStatus(true);
    },
    receive(envelope) {
      const body = envelope.body as FeedMessage | FrameSeen | FrameDone;
      switch (body.type) {
        case "frame.seen":
        case "frame.done":
          if (body.seq !== seq || body.type !== waitingFor) return;
          if (body.type === "frame.seen") sentToSymbol = body.sentToSymbol;
          return wake();
        case "feed.go":
          for (const symbol of body.symbols) join(symbol);
          if (!running) void run();
          return;
        case "symbol.joined":
          return join(body.symbol);
        case "symbol.left":
          joined.delete(body.symbol);
          return;
        case "feed.hold":
          heldUntilMs = clock.monotonicMs() + body.forMs;
          return;
        case "history.get":
          return context.answer(envelope, source.history(body.symbol, body.fromMs, body.toMs));
      }
    },
    urgent: ({ body }) => outbox.heard(body),
    peerRenewed(peer) {
      if (peer === "recorder") outbox.resend();
      if (peer === "broker" && running) {
        rewind = true;
        wake();
      }
    },
    stop() {
      stopping = true;
      wake();
      return Promise.resolve();
    },
  };
}
