/**
 * What the recorder's records look like on disk. Reads are checked against these, so that a file from elsewhere, or a bug of
 * an older version, is found where it lies and not three pages later.
 */
import { z } from "zod";
import { STAGES } from "../core/decision.ts";
import type { DecisionRecord } from "../core/decision.ts";

const unit = z.enum(["usd", "usd_micros", "bps", "ratio", "count", "ms", "r", "z", "atr", "points"]);
const numberOrNull = z.number().nullable();
const regime = z.enum(["trend", "range", "none"]);

const check = z.object({
  rule: z.string(),
  value: numberOrNull,
  limit: numberOrNull,
  margin: numberOrNull,
  unit,
  pass: z.boolean(),
});

const verdict = z.object({
  verdictId: z.string(),
  direction: z.enum(["long", "flat"]),
  probability: z.number().min(0).max(1),
  abstain: z.enum([
    "no_edge",
    "conflict",
    "stale_data",
    "injection_suspected",
    "invalid_output",
    "timeout",
    "budget",
    "overflow",
    "model_unqualified",
    "unavailable",
  ]).nullable(),
  rationale: z.string(),
  provider: z.enum(["rules", "ollama", "openai"]),
  model: z.string(),
  askedAtMs: z.number(),
  answeredAtMs: z.number(),
  queueMs: z.number(),
  modelMs: z.number(),
});

export const decisionRecord: z.ZodType<DecisionRecord> = z.object({
  decisionId: z.string(),
  symbol: z.string(),
  closedAtMs: z.number(),
  closeUsd: z.number(),
  regime,
  features: z.record(z.string(), numberOrNull),
  strategy: z.string().nullable(),
  technicalScore: numberOrNull,
  expectedMoveBps: numberOrNull,
  roundTripCostBps: numberOrNull,
  misses: z.array(z.object({ strategy: z.string(), code: z.string(), value: z.number(), limit: z.number(), unit })),
  verdict: verdict.nullable(),
  fusion: z.record(z.string(), z.number()).nullable(),
  confidence: numberOrNull,
  intentId: z.string().nullable(),
  checks: z.array(check),
  reason: z.object({ stage: z.enum(STAGES), code: z.string(), value: numberOrNull, limit: numberOrNull, unit }),
});

export const orderView = z.object({
  clientOrderId: z.string(),
  decisionId: z.string(),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  role: z.enum(["entry", "take_profit", "stop_loss", "exit"]),
  state: z.enum([
    "new",
    "submitted",
    "acknowledged",
    "partially_filled",
    "filled",
    "cancel_pending",
    "canceled",
    "replaced",
    "rejected",
    "expired",
    "unknown",
  ]),
  type: z.enum(["limit", "market", "stop_loss"]),
  priceUsd: numberOrNull,
  qtyBase: z.number(),
  filledBase: z.number(),
  createdAtMs: z.number(),
});

export const fillView = z.object({
  executionId: z.string(),
  atMs: z.number(),
  qtyBase: z.number(),
  priceUsd: z.number(),
  feeUsd: z.number(),
});

export const fillMark = z.object({
  atMs: z.number(),
  side: z.enum(["buy", "sell"]),
  priceUsd: z.number(),
  decisionId: z.string(),
});

export const tradeClosed = z.object({
  type: z.literal("trade.closed"),
  tradeId: z.string(),
  decisionId: z.string(),
  symbol: z.string(),
  strategy: z.string(),
  regime: z.string(),
  openedAtMs: z.number(),
  closedAtMs: z.number(),
  qtyBase: z.number(),
  entryUsd: z.number(),
  exitUsd: z.number(),
  feesUsd: z.number(),
  pnlUsd: z.number(),
  rMultiple: z.number(),
  maeR: z.number(),
  mfeR: z.number(),
  exitCause: z.string(),
});

/** Reads a record or says exactly which one is not what it should be. */
export function readRecord<T>(schema: z.ZodType<T>, value: unknown, key: readonly unknown[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new Error(`the store's record ${key.join("/")} is damaged at ${path.join(".") || "its root"}: ${message}`);
}
