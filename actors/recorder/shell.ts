/**
 * The recorder's hands: numbered records become writes, writes are committed in the order in which they came, and each
 * sender is told how far it is safe. Questions read what is on disk, after what the asker itself has sent.
 */
import type { Store } from "../../core/ports/store.ts";
import type { DecisionRecord } from "../../core/decision.ts";
import { CANDLE_STRIDE } from "../../core/market/types.ts";
import { DAY_MS, HOUR_MS, utcDayStart } from "../../core/time.ts";
import { decisionRepository } from "../../storage/decision_repository.ts";
import { keyOf, type RunScope } from "../../storage/keys.ts";
import { type PackedSeries, packedSeries } from "../../storage/packed_series.ts";
import { snapshotRepository } from "../../storage/snapshot_repository.ts";
import { createWriteLoop } from "../../storage/write_loop.ts";
import type { ActorContext, ActorShell } from "../shared/actor.ts";
import type { ActorId, Envelope } from "../shared/envelope.ts";
import type { Numbered, Stored } from "../shared/outbox.ts";
import { countDecision, emptyFunnel, type Funnel } from "./funnel.ts";
import type { RecordBody, RecorderQuery, RunCounts, SymbolResume } from "./protocol.ts";

/** A day of minutes in six chunks of 11.5 KB each. */
const CANDLES_PER_CHUNK = 240;
const EQUITY_STRIDE = 3;
const EQUITY_SPAN_MS = 6 * HOUR_MS;
const FUNNEL_EVERY_MS = 500;
/** Waiting writes above which receiving waits for the disk, so that memory stays bounded at full replay speed. */
const WAITING_MAX = 2_000;

export interface RecorderSettings {
  readonly scope: RunScope;
  readonly path: string;
}

export function createRecorder(context: ActorContext, scope: RunScope, open: () => Promise<Store>): ActorShell {
  let store: Store;
  let loop: ReturnType<typeof createWriteLoop>;
  let decisions: ReturnType<typeof decisionRepository>;
  let symbolSnapshots: ReturnType<typeof snapshotRepository>;
  let checkpoints: ReturnType<typeof snapshotRepository>;
  let equity: PackedSeries;
  const acks = new Map<ActorId, number>();
  const candleSeries = new Map<string, PackedSeries>();
  let funnel: Funnel = emptyFunnel(0);
  /** Decisions made while the stored ones of the day are still being counted; `null` once they are. */
  let sinceStart: DecisionRecord[] | null = [];
  let restoring: Promise<void> = Promise.resolve();
  let funnelToldAtMs = -Infinity;
  let funnelTold: Funnel | null = null;

  const candles = (symbol: string, intervalMs: number): PackedSeries => {
    const name = `${symbol}/${intervalMs}`;
    let series = candleSeries.get(name);
    if (!series) {
      series = packedSeries(store, {
        prefix: keyOf(scope, "candles", symbol, intervalMs),
        stride: CANDLE_STRIDE,
        spanMs: intervalMs * CANDLES_PER_CHUNK,
      });
      candleSeries.set(name, series);
    }
    return series;
  };

  const writesOf = async (body: RecordBody): Promise<{ writes: Parameters<typeof loop.add>[0]; bytes: number }> => {
    switch (body.type) {
      case "candle.closed":
        return await candles(body.symbol, body.intervalMs).put(body.rows);
      case "decision.made":
        if (sinceStart) sinceStart.push(body.record);
        else funnel = countDecision(funnel, body.record);
        return { writes: decisions.decisionWrites(body.record), bytes: 2_000 };
      case "symbol.snapshot":
        return await symbolSnapshots.writes(body.symbol, body.closedAtMs, body.snapshot);
      case "market.checkpoint":
        return await checkpoints.writes("market", body.atMs, body.checkpoint);
      case "equity.marked":
        return await equity.put(Float64Array.of(body.atMs, body.equityUsd, body.halted ? 1 : 0));
      case "order.changed":
        return { writes: decisions.orderWrites(body.order), bytes: 500 };
      case "fill.booked":
        return { writes: decisions.fillWrites(body), bytes: 500 };
      case "trade.closed":
        return { writes: decisions.outcomeWrites(body), bytes: 1_000 };
      case "actor.restarted":
        return { writes: [{ op: "set", key: keyOf(scope, "restart", body.id, body.atMs), value: true }], bytes: 100 };
    }
  };

  const tellFunnel = (nowMs: number) => {
    if (funnel === funnelTold || nowMs - funnelToldAtMs < FUNNEL_EVERY_MS) return;
    context.tell("supervisor", { type: "funnel.changed", funnel });
    funnelTold = funnel;
    funnelToldAtMs = nowMs;
  };

  /** One acknowledgement per sender and commit: the newest number says all. */
  const acknowledge = (sender: ActorId, number: number) => {
    if (acks.size === 0) {
      queueMicrotask(() => {
        for (const [to, upTo] of acks) context.tell(to, { type: "stored", upTo } satisfies Stored);
        acks.clear();
      });
    }
    acks.set(sender, number);
  };

  const record = async (envelope: Envelope<Numbered<readonly RecordBody[]>>) => {
    const { number, body } = envelope.body;
    const stored = () => acknowledge(envelope.from, number);
    for (const [index, item] of body.entries()) {
      const { writes, bytes } = await writesOf(item);
      loop.add(writes, bytes, index === body.length - 1 ? stored : undefined);
    }
    if (loop.waiting > WAITING_MAX) await loop.flush();
    tellFunnel(context.clock.monotonicMs());
  };

  const answer = async (query: RecorderQuery): Promise<unknown> => {
    await loop.flush();
    switch (query.type) {
      case "symbol.resume": {
        const found = await symbolSnapshots.find(query.symbol, query.atOrBeforeMs);
        const fromMs = found?.at ?? -Infinity;
        const series = candles(query.symbol, query.intervalMs);
        // A snapshot taken at a close holds the candle that opened one interval earlier; those after it open at or later.
        const rows = await series.read(Math.max(0, fromMs), query.atOrBeforeMs);
        const [newest] = await decisions.list({ symbol: query.symbol, beforeMs: query.atOrBeforeMs + 1, limit: 1 });
        return {
          snapshot: found?.snapshot ?? null,
          snapshotAtMs: found?.at ?? null,
          candles: rows,
          decidedToMs: newest?.record.closedAtMs ?? null,
        } satisfies SymbolResume;
      }
      case "market.resume":
        return await checkpoints.find("market", query.atOrBeforeMs);
      case "candles.get":
        return await candles(query.symbol, query.intervalMs).read(query.fromMs, query.toMs);
      case "fills.get":
        return await decisions.fills(query.symbol, query.fromMs, query.toMs);
      case "decisions.get":
        return await decisions.list(query);
      case "decision.get":
        return await decisions.find(query.decisionId);
      case "curve.get":
        return await curve(query.points);
      case "counts.get":
        return { ...await decisions.counts(), maxDrawdownRatio: await maxDrawdown() } satisfies RunCounts;
      case "restarts.get": {
        const restarts: Record<string, number[]> = {};
        const sinceMs = context.clock.nowMs() - DAY_MS;
        for await (const { key } of store.list({ prefix: keyOf(scope, "restart") })) {
          const [id, atMs] = key.slice(-2) as [string, number];
          if (atMs > sinceMs) (restarts[id] ??= []).push(atMs);
        }
        return restarts;
      }
      case "flush":
        return true;
    }
  };

  /** The whole equity curve, thinned to about `points` rows by keeping each stretch's lowest and last mark. */
  const curve = async (points: number): Promise<Float64Array> => {
    const rows = await equity.read(0, Number.MAX_SAFE_INTEGER);
    const count = rows.length / EQUITY_STRIDE;
    const step = Math.max(1, Math.ceil(count / Math.max(1, points / 2)));
    if (step === 1) return rows;
    const kept: number[] = [];
    for (let first = 0; first < count; first += step) {
      const last = Math.min(first + step, count) - 1;
      let lowest = first;
      for (let i = first; i <= last; i++) {
        if (rows[i * EQUITY_STRIDE + 1] < rows[lowest * EQUITY_STRIDE + 1]) lowest = i;
      }
      for (const i of lowest === last ? [last] : [lowest, last]) {
        kept.push(...rows.subarray(i * EQUITY_STRIDE, (i + 1) * EQUITY_STRIDE));
      }
    }
    return Float64Array.from(kept);
  };

  const maxDrawdown = async (): Promise<number> => {
    const rows = await equity.read(0, Number.MAX_SAFE_INTEGER);
    let peak = 0;
    let worst = 0;
    for (let i = 1; i < rows.length; i += EQUITY_STRIDE) {
      peak = Math.max(peak, rows[i]);
      if (peak > 0) worst = Math.max(worst, 1 - rows[i] / peak);
    }
    return worst;
  };

  return {
    async start() {
      store = await open();
      loop = createWriteLoop(store, (cause) => context.fail(new Error("the recorder's store failed", { cause })));
      decisions = decisionRepository(store, scope);
      symbolSnapshots = snapshotRepository(store, scope, "symbol_snapshot");
      checkpoints = snapshotRepository(store, scope, "market_checkpoint");
      equity = packedSeries(store, { prefix: keyOf(scope, "equity"), stride: EQUITY_STRIDE, spanMs: EQUITY_SPAN_MS });
      restoring = restoreFunnel();
      restoring.catch(context.fail);
    },
    async receive(envelope) {
      const body = envelope.body as Numbered<readonly RecordBody[]> | RecorderQuery;
      if (body.type === "numbered") return await record(envelope as Envelope<Numbered<readonly RecordBody[]>>);
      context.answer(envelope, await answer(body));
    },
    async stop() {
      await restoring;
      await loop.flush();
      store.close();
    },
  };

  /**
   * The count of the newest stored day, so that a restart does not empty the panel. A day of many symbols takes a moment to
   * read, so it is counted behind the actor's back; what comes in meanwhile is counted on top.
   */
  async function restoreFunnel(): Promise<void> {
    const [newest] = await decisions.list({ limit: 1 });
    if (newest) {
      const sinceMs = utcDayStart(newest.record.closedAtMs - 1);
      const stored = await decisions.list({
        fromMs: sinceMs + 1,
        beforeMs: newest.record.closedAtMs + 1,
        limit: Infinity,
      });
      const fresh = sinceStart!;
      const isNew = new Set(fresh.map(({ decisionId }) => decisionId));
      const before = stored.map(({ record }) => record).filter(({ decisionId }) => !isNew.has(decisionId)).reverse();
      funnel = [...before, ...fresh].reduce(countDecision, emptyFunnel(sinceMs));
    } else funnel = sinceStart!.reduce(countDecision, funnel);
    sinceStart = null;
  }
}
