/**
 * Decisions, and what became of them: orders, fills, outcome. Keys start with the time, so that the newest come first for
 * all symbols together; a decision's own id holds symbol and time, so that one is found without an index.
 */
import type { DecisionRecord } from "../core/decision.ts";
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
import { decisionRecord, fillMark, readRecord, storedOrder, tradeClosed } from "./record_schemas.ts";

export interface DecisionRepository {
  decisionWrites(record: DecisionRecord): Write[];
  orderWrites(order: OrderView, fills: readonly FillView[]): Write[];
  outcomeWrites(trade: TradeClosed): Write[];
  list(query: { symbol?: string; beforeMs?: UtcMs; fromMs?: UtcMs; limit: number }): Promise<ListedDecision[]>;
  find(decisionId: string): Promise<StoredDecision | null>;
  fills(symbol: string, fromMs: UtcMs, toMs: UtcMs): Promise<FillMark[]>;
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

    orderWrites(order, fills) {
      const stored: StoredOrder = { order, fills };
      return [
        { op: "set", key: keyOf(scope, "order", order.decisionId, order.clientOrderId), value: stored },
        ...fills.map(({ atMs, priceUsd, executionId }): Write => ({
          op: "set",
          key: keyOf(scope, "fill", order.symbol, atMs, executionId),
          value: { atMs, side: order.side, priceUsd, decisionId: order.decisionId } satisfies FillMark,
        })),
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
      const orders: StoredOrder[] = [];
      for await (const entry of store.list({ prefix: keyOf(scope, "order", decisionId) })) {
        orders.push(readRecord(storedOrder, entry.value, entry.key));
      }
      orders.sort((a, b) => a.order.createdAtMs - b.order.createdAtMs);
      return { record: readRecord(decisionRecord, value, key), orders, outcome: await outcomeOf(decisionId) };
    },

    async fills(symbol, fromMs, toMs) {
      const marks: FillMark[] = [];
      for await (const { key, value } of store.list({ prefix: keyOf(scope, "fill", symbol), from: fromMs, to: toMs })) {
        marks.push(readRecord(fillMark, value, key));
      }
      return marks;
    },
  };
}
