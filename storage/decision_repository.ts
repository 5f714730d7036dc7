/**
 * Decisions, and what became of them: orders, fills, outcome. Keys start with the time, so that the newest come first for
 * all symbols together; a decision's own id holds symbol and time, so that one is found without an index.
 */
import type { DecisionRecord } from "../core/decision.ts";
import type { Side } from "../core/execution/types.ts";
import { CANDLE_STRIDE } from "../core/market/types.ts";
import type { Store, Write } from "../core/ports/store.ts";
import type {
  FillMark,
  FillView,
  ListedDecision,
  OrderView,
  StoredDecision,
  StoredOrder,
  TradeClosed,
} from "../core/records.ts";
import type { UtcMs } from "../core/time.ts";
import { keyOf, type RunScope } from "./keys.ts";
import { decisionRecord, fillMark, fillView, orderView, readRecord, tradeClosed } from "./record_schemas.ts";

/** A fill with what it belongs to. */
interface FillOf {
  readonly symbol: string;
  readonly side: Side;
  readonly decisionId: string;
  readonly clientOrderId: string;
  readonly fill: FillView;
}

export interface DecisionRepository {
  decisionWrites(record: DecisionRecord): Write[];
  orderWrites(order: OrderView): Write[];
  fillWrites(booked: FillOf): Write[];
  outcomeWrites(trade: TradeClosed): Write[];
  list(query: { symbol?: string; beforeMs?: UtcMs; fromMs?: UtcMs; limit: number }): Promise<ListedDecision[]>;
  find(decisionId: string): Promise<StoredDecision | null>;
  fills(symbol: string, fromMs: UtcMs, toMs: UtcMs): Promise<FillMark[]>;
  /** Counts over the whole run, by reading all of it. */
  counts(): Promise<RecordCounts>;
}

/** How many of each kind of record a run has left. */
export interface RecordCounts {
  readonly candles: number;
  readonly decisions: number;
  readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly orders: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly trades: Readonly<Record<string, number>>;
}

export function decisionRepository(store: Store, scope: RunScope): DecisionRepository {
  const decisionKey = (closedAtMs: UtcMs, symbol: string) => keyOf(scope, "decision", closedAtMs, symbol);
  const outcomeKey = (decisionId: string) => keyOf(scope, "outcome", decisionId);

  const outcomeOf = async (decisionId: string): Promise<TradeClosed | null> => {
    const value = await store.get(outcomeKey(decisionId));
    return value === null ? null : readRecord(tradeClosed, value, outcomeKey(decisionId));
  };

  return {
    decisionWrites: (record) => [{ op: "set", key: decisionKey(record.closedAtMs, record.symbol), value: record }],

    orderWrites: (
      order,
    ) => [{ op: "set", key: keyOf(scope, "order", order.decisionId, order.clientOrderId), value: order }],

    fillWrites({ symbol, side, decisionId, clientOrderId, fill }) {
      const mark: FillMark = { atMs: fill.atMs, side, priceUsd: fill.priceUsd, decisionId };
      return [
        { op: "set", key: keyOf(scope, "order_fill", decisionId, clientOrderId, fill.executionId), value: fill },
        { op: "set", key: keyOf(scope, "fill", symbol, fill.atMs, fill.executionId), value: mark },
      ];
    },

    outcomeWrites: (trade) => [{ op: "set", key: outcomeKey(trade.decisionId), value: trade }],

    async list({ symbol, beforeMs, fromMs, limit }) {
      const found: ListedDecision[] = [];
      const prefix = keyOf(scope, "decision");
      for await (const { key, value } of store.list({ prefix, from: fromMs, to: beforeMs, reverse: true })) {
        if (symbol !== undefined && key[key.length - 1] !== symbol) continue;
        const record = readRecord(decisionRecord, value, key);
        const outcome = record.intentId === null ? null : await outcomeOf(record.decisionId);
        found.push({ record, outcomeR: outcome?.rMultiple ?? null });
        if (found.length >= limit) break;
      }
      return found;
    },

    async find(decisionId) {
      const match = /^(.+)@(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(decisionId);
      if (!match) return null;
      const key = decisionKey(Date.parse(match[2]), match[1]);
      const value = await store.get(key);
      if (value === null) return null;
      const fills: Record<string, FillView[]> = {};
      for await (const entry of store.list({ prefix: keyOf(scope, "order_fill", decisionId) })) {
        (fills[entry.key[entry.key.length - 2] as string] ??= []).push(readRecord(fillView, entry.value, entry.key));
      }
      const orders: StoredOrder[] = [];
      for await (const entry of store.list({ prefix: keyOf(scope, "order", decisionId) })) {
        const order = readRecord(orderView, entry.value, entry.key);
        const own = fills[order.clientOrderId] ?? [];
        orders.push({ order, fills: own.sort((x, y) => x.atMs - y.atMs) });
      }
      orders.sort((x, y) => x.order.createdAtMs - y.order.createdAtMs);
      return { record: readRecord(decisionRecord, value, key), orders, outcome: await outcomeOf(decisionId) };
    },

    async fills(symbol, fromMs, toMs) {
      const marks: FillMark[] = [];
      for await (const { key, value } of store.list({ prefix: keyOf(scope, "fill", symbol), from: fromMs, to: toMs })) {
        marks.push(readRecord(fillMark, value, key));
      }
      return marks;
    },

    async counts() {
      const reasons: Record<string, Record<string, number>> = {};
      const orders: Record<string, number> = {};
      const trades: Record<string, number> = {};
      let decisions = 0;
      let candles = 0;
      let fills = 0;
      for await (const { value } of store.list({ prefix: keyOf(scope, "decision") })) {
        const { reason: { stage, code } } = value as DecisionRecord; // counted, not used: no check of the rest
        const codes = reasons[stage] ??= {};
        codes[code] = (codes[code] ?? 0) + 1;
        decisions++;
      }
      for await (const { value } of store.list({ prefix: keyOf(scope, "candles") })) {
        candles += (value as Float64Array).length / CANDLE_STRIDE;
      }
      for await (const { value } of store.list({ prefix: keyOf(scope, "order") })) {
        const { state } = value as OrderView;
        orders[state] = (orders[state] ?? 0) + 1;
      }
      for await (const _ of store.list({ prefix: keyOf(scope, "fill") })) fills++;
      for await (const { value } of store.list({ prefix: keyOf(scope, "outcome") })) {
        const { strategy, regime } = value as TradeClosed;
        const name = `${strategy}/${regime}`;
        trades[name] = (trades[name] ?? 0) + 1;
      }
      return {
        candles,
        decisions,
        reasons: sortKeys(reasons),
        orders: sortKeys(orders),
        fills,
        trades: sortKeys(trades),
      };
    },
  };
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
