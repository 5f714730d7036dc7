/**
 * A running system for pages, without one: deterministic, moved on by hand, with switches for every state a panel can be
 * in. Counts and keeps what it was asked to do.
 */
import { createRng } from "../../core/rng.ts";
import { MINUTE_MS, utcDayStart } from "../../core/time.ts";
import type { ControlRequest, ControlResult, SystemPort } from "../../web/system_port.ts";
import type { ActorRow, DecisionSummary, DecisionView, Panels, Series } from "../../web/view/types.ts";
import { createMarket, type FakeSymbol, SYMBOLS } from "./fake_market.ts";

export const DAY_START_MS = Date.UTC(2026, 0, 5);
const START_USD = 500;
const STAGES = ["data", "position", "regime", "signal", "cost", "verdict", "fusion", "risk", "venue", "traded"];

/** What the operator may meet. Each is a change to the panels of an ordinary day. */
export type Scene =
  | "busy"
  | "empty"
  | "halted"
  | "brokerSilent"
  | "recorderParked"
  | "partial"
  | "catchingUp"
  | "ended"
  | "unknown"
  | "hostile"
  | "broken"
  | "paper"
  | "live";
// deno-fmt-ignore
export const SCENES: readonly Scene[] = [
  "busy", "empty", "halted", "brokerSilent", "recorderParked", "partial", "catchingUp", "ended", "unknown", "hostile",
  "broken", "paper", "live",
];

type Question = "series" | "decisions" | "decision" | "control";

export interface FakeSystem extends SystemPort {
  /** Moves market time on, closes the candles that are due, wiggles the quotes, tells who listens. */
  advance(ms: number): void;
  /** Tells listeners that these panels changed, all when none is named. */
  announce(names?: readonly (keyof Panels)[]): void;
  scene(scene: Scene): void;
  /** Replaces panels until told otherwise, and tells listeners that these changed (all, when none is named). */
  override(panels: Partial<Panels>, names?: readonly (keyof Panels)[]): void;
  /** Lets a question fail with this error; `null` heals it. */
  fail(question: Question, error: Error | null): void;
  /** Lets answers to commands wait. */
  delayControl(ms: number): void;
  readonly controls: readonly ControlRequest[];
  readonly listeners: number;
}

export interface FakeOptions {
  readonly seed?: number;
  readonly symbols?: readonly FakeSymbol[];
  /** Closed candles at the start. */
  readonly candles?: number;
  readonly scene?: Scene;
}

/** Text as it could come from a model or a news feed that wants to get into the page. */
export const HOSTILE =
  `<script>window.pwned=1</script><img src=x onerror="window.pwned=1"></textarea></script><svg onload=window.pwned=1>` +
  `"'><a href="javascript:window.pwned=1">click</a> {{constructor.constructor('window.pwned=1')()}} \u202Egnp.exe\u0000\u2028`;

export function createFakeSystem(
  { seed = 42, symbols = SYMBOLS, candles = 845, scene: firstScene = "busy" }: FakeOptions = {},
): FakeSystem {
  const market = createMarket({ seed, startMs: DAY_START_MS, startUsd: START_USD, symbols });
  const rng = createRng(seed).fork("quotes");
  for (let i = 0; i < candles; i++) market.closeCandle();

  let inCandleMs = 5_000;
  let wiggle = symbols.map(() => 0);
  let latches: Panels["status"]["latches"] = [];
  let scene = firstScene;
  let overrides: Partial<Panels> = {};
  let delayMs = 0;
  const failures = new Map<Question, Error>();
  const listeners = new Set<(changed: readonly (keyof Panels)[]) => void>();
  const controls: ControlRequest[] = [];
  const answers = new Map<string, ControlResult>();

  const nowMs = () => market.nowMs() + inCandleMs;
  const quoteOf = (i: number) => {
    const { of, candles } = market.tracks[i];
    const mid = (candles.at(-1)?.close ?? of.startUsd) * (1 + wiggle[i]);
    const half = mid * (0.00012 + 0.00004 * i);
    const round = (value: number) => Number(value.toFixed(of.priceDecimals));
    return { bid: round(mid - half), ask: round(mid + half), mid };
  };

  const actor = (id: string, change: Partial<ActorRow> = {}): ActorRow => ({
    ...{ id, parent: "supervisor", state: "running", beatAgeMs: 120 + id.length * 37, mailbox: 0 },
    ...{ handled: 41_200 + id.length * 977, restartsLastHour: 0, lastFault: null },
    ...change,
  });

  const summary = (decision: DecisionView): DecisionSummary => {
    const { decisionId, symbol, closedAtMs, stage, code, text, regime, strategy, confidence, outcomeR } = decision;
    return { decisionId, symbol, closedAtMs, stage, code, text, regime, strategy, confidence, outcomeR };
  };
  const newestFirst = (): DecisionView[] =>
    market.tracks.flatMap(({ decisions }) => decisions)
      .sort((a, b) => b.closedAtMs - a.closedAtMs || (a.symbol < b.symbol ? -1 : 1));

  function funnel(): Panels["funnel"] {
    const all = market.tracks.flatMap(({ decisions }) => decisions);
    let left = all.length;
    const stages = STAGES.map((stage) => {
      const here = all.filter((decision) => decision.stage === stage);
      const codes = [...new Set(here.map(({ code }) => code))];
      const reasons = codes.map((code) => {
        const same = here.filter((decision) => decision.code === code);
        return { code, count: same.length, nearest: /\d/.test(same[0].text) ? same[same.length >> 1].text : null };
      }).sort((a, b) => b.count - a.count);
      const row = { stage, reached: left, ended: here.length, reasons };
      left -= here.length;
      return row;
    });
    return { sinceMs: utcDayStart(nowMs()), candles: all.length, stages };
  }

  function ordinary(): Panels {
    const positions = market.tracks.flatMap((track, i) => {
      if (!track.position) return [];
      const { riskUsd, ...held } = track.position;
      const { bid } = quoteOf(i);
      const unrealizedUsd = (bid - held.entryUsd) * held.qtyBase;
      return [{ ...held, nowUsd: bid, unrealizedUsd, rMultiple: unrealizedUsd / riskUsd }];
    });
    const openPnl = positions.reduce((sum, { unrealizedUsd }) => sum + unrealizedUsd, 0);
    const heldUsd = positions.reduce((sum, { nowUsd, qtyBase }) => sum + nowUsd * qtyBase, 0);
    const equityUsd = market.cashUsd() + heldUsd;
    const dayPnlUsd = equityUsd - START_USD;
    const peak = Math.max(equityUsd, ...market.curve.map(([, usd]) => usd));
    const drawdownRatio = 1 - equityUsd / peak;
    const step = Math.ceil(market.curve.length / 560);
    const limit = (rule: string, label: string, value: number, max: number, unit: string) => ({
      rule,
      label,
      value,
      limit: max,
      unit,
    });
    return {
      status: {
        ...{ mode: "sim", marketLabel: `SIM seed ${seed}`, simulated: true },
        tradingState: latches.length > 0 ? "halted" : "active",
        latches,
        ...{ nowMs: nowMs(), speed: 10, dataAgeMs: 240, candleMs: MINUTE_MS, catchingUp: null },
        standIns: ["simulated market: no feed set", "rule scorer: no Ollama found", "paper money: no venue keys"],
        ...{ version: "0.1.0", seed, ended: null },
      },
      equity: {
        ...{ startUsd: START_USD, equityUsd, cashUsd: market.cashUsd(), dayStartUsd: START_USD, dayPnlUsd },
        dayRealizedUsd: market.realizedUsd(),
        openPnlUsd: openPnl,
        dayFeesUsd: market.feesUsd(),
        drawdownRatio,
        exposureRatio: heldUsd / equityUsd,
        trades: market.trades().count,
        wins: market.trades().wins,
      },
      curve: {
        points: [...market.curve.filter((_, i) => i % step === 0), [nowMs(), equityUsd]],
        halts: [[DAY_START_MS + 190 * MINUTE_MS, DAY_START_MS + 222 * MINUTE_MS]],
      },
      limits: [
        limit("day_loss", "Day loss, marked", Math.max(0, -dayPnlUsd), 11.25, "usd"),
        limit("day_realized_loss", "Day loss, realised", Math.max(0, -market.realizedUsd()), 10, "usd"),
        limit("drawdown", "Drawdown", drawdownRatio, 0.1, "ratio"),
        limit("exposure", "Exposure", heldUsd / equityUsd, 0.6, "ratio"),
        limit("positions", "Positions", positions.length, 3, "count"),
        limit("losses_in_row", "Losses in a row", 1, 3, "count"),
      ],
      positions,
      orders: market.orders(),
      funnel: funnel(),
      actors: [
        ...["recorder", "broker", "feed", "scorer"].map((id) => actor(id)),
        ...symbols.map(({ symbol }) => actor(`symbol:${symbol}`)),
      ],
      symbols: market.tracks.map((track, i) => {
        const { bid, ask, mid } = quoteOf(i);
        const last = track.candles.at(-1);
        return {
          ...{ symbol: track.of.symbol, priceDecimals: track.of.priceDecimals, bidUsd: bid, askUsd: ask },
          spreadBps: ((ask - bid) / mid) * 10_000,
          quoteAtMs: nowMs() - 240,
          dayChangeRatio: mid / (track.candles[0]?.open ?? mid) - 1,
          regime: last?.regime ?? "none",
          regimeSinceMs: track.regimeSinceMs,
          warmUp: track.candles.length < 50 ? { have: track.candles.length, need: 50 } : null,
          paused: track.paused,
          lastReason: track.lastReason,
          features: track.decisions.at(-1)?.features ?? {},
        };
      }),
      recent: newestFirst().slice(0, 30).map(summary),
    };
  }

  function withScene(panels: Panels): Panels {
    const status = (change: Partial<Panels["status"]>): Panels => ({
      ...panels,
      status: { ...panels.status, ...change },
    });
    const actors = (change: Record<string, Partial<ActorRow>>): ActorRow[] =>
      panels.actors.map((row) => ({ ...row, ...change[row.id] }));
    switch (scene) {
      case "busy":
        return panels;
      case "empty":
        return {
          ...panels,
          ...{ positions: [], orders: [], recent: [], curve: { points: [[nowMs(), START_USD]], halts: [] } },
          equity: {
            ...panels.equity,
            ...{
              equityUsd: START_USD,
              cashUsd: START_USD,
              dayPnlUsd: 0,
              dayRealizedUsd: 0,
              openPnlUsd: 0,
              dayFeesUsd: 0,
            },
            ...{ drawdownRatio: 0, exposureRatio: 0, trades: 0, wins: 0 },
          },
          limits: panels.limits.map((row) => ({ ...row, value: 0 })),
          funnel: {
            ...panels.funnel,
            candles: 0,
            stages: panels.funnel.stages.map((row) => ({ ...row, reached: 0, ended: 0, reasons: [] })),
          },
          symbols: panels.symbols.map((row) => ({
            ...row,
            ...{ warmUp: { have: 37, need: 50 }, regime: "none", regimeSinceMs: null, lastReason: null, features: {} },
          })),
        };
      case "halted":
        return status({
          tradingState: "halted",
          latches: [{
            cause: "day_loss",
            sinceMs: nowMs() - 754_000,
            text: "day loss $11.52 > $11.25: no new entries until resumed",
          }],
        });
      case "brokerSilent":
        return { ...panels, actors: actors({ broker: { state: "silent", beatAgeMs: 14_200, mailbox: 12 } }) };
      case "recorderParked":
        return {
          ...panels,
          actors: actors({
            recorder: { state: "paused", beatAgeMs: null, restartsLastHour: 4, lastFault: "record.kv: disk is full" },
          }),
        };
      case "partial":
        return {
          ...panels,
          actors: actors({
            [`symbol:${symbols[1].symbol}`]: {
              state: "restarting",
              beatAgeMs: null,
              restartsLastHour: 2,
              lastFault: "heartbeat missed",
            },
          }),
        };
      case "catchingUp":
        return status({
          catchingUp: { fromMs: DAY_START_MS, atMs: nowMs(), toMs: nowMs() + 4 * 3_600_000 },
          speed: null,
        });
      case "ended":
        return status({ ended: "the recorded market has ended", marketLabel: "REPLAY BTCUSDT_1m_20210420-20210520" });
      case "unknown":
        return {
          ...panels,
          status: { ...panels.status, dataAgeMs: null, nowMs: nowMs(), seed: null },
          limits: panels.limits.map((row) => ({
            ...row,
            value: null,
            limit: row.rule === "drawdown" ? null : row.limit,
          })),
          positions: panels.positions.map((row) => ({
            ...row,
            ...{ nowUsd: null, unrealizedUsd: null, rMultiple: null, stopHeldBy: "nobody" },
          })),
          symbols: panels.symbols.map((row) => ({
            ...row,
            ...{
              bidUsd: null,
              askUsd: null,
              spreadBps: null,
              quoteAtMs: null,
              dayChangeRatio: null,
              priceDecimals: null,
            },
            features: Object.fromEntries(Object.keys(row.features).map((name) => [name, null])),
          })),
        };
      case "hostile":
        return {
          ...status({
            standIns: [HOSTILE],
            latches: [{ cause: "x", sinceMs: nowMs(), text: HOSTILE }],
            tradingState: "halted",
          }),
          recent: panels.recent.map((row) => ({ ...row, text: HOSTILE, strategy: HOSTILE, regime: HOSTILE })),
          actors: panels.actors.map((row) => ({ ...row, lastFault: HOSTILE })),
          limits: panels.limits.map((row) => ({ ...row, label: HOSTILE })),
          symbols: panels.symbols.map((row) => ({
            ...row,
            lastReason: HOSTILE,
            features: { ...row.features, [HOSTILE]: 1 },
          })),
          positions: panels.positions.map((row) => ({ ...row, strategy: HOSTILE })),
          funnel: {
            ...panels.funnel,
            stages: panels.funnel.stages.map((row) => ({
              ...row,
              reasons: [{ code: HOSTILE, count: 3, nearest: HOSTILE }],
            })),
          },
        };
      case "broken":
        // What a bug elsewhere could send: the shape is wrong, and one panel cannot be drawn.
        return { ...panels, positions: [null as unknown as Panels["positions"][number]] };
      case "paper":
        return status({
          mode: "paper",
          marketLabel: "PAPER Coinbase",
          simulated: false,
          speed: 1,
          seed: null,
          standIns: [],
        });
      case "live":
        return status({
          mode: "live",
          marketLabel: "LIVE Robinhood 4821",
          simulated: false,
          speed: 1,
          seed: null,
          standIns: [],
        });
    }
  }

  let panels = { ...withScene(ordinary()), ...overrides };
  const announce = (names: readonly (keyof Panels)[] = Object.keys(panels) as (keyof Panels)[]) => {
    panels = { ...withScene(ordinary()), ...overrides };
    for (const listener of listeners) listener(names);
  };
  const failing = (question: Question) => {
    const error = failures.get(question);
    if (error) throw error;
  };
  const seenBy = (decision: DecisionView): DecisionView =>
    scene !== "hostile" ? decision : {
      ...decision,
      ...{ text: HOSTILE, strategy: HOSTILE },
      verdict: {
        ...{
          direction: HOSTILE,
          probability: 0.6,
          abstain: HOSTILE,
          rationale: HOSTILE,
          provider: HOSTILE,
          model: HOSTILE,
        },
        ...{ queueMs: 1, modelMs: 2 },
      },
      checks: [{ rule: HOSTILE, value: 1, limit: 2, margin: 1, unit: HOSTILE, pass: true }],
    };

  function carryOut({ command }: ControlRequest): ControlResult {
    switch (command.type) {
      case "stop": {
        const entries = market.orders().filter(({ role }) => role === "entry").length;
        const held = market.tracks.filter(({ position }) => position).length;
        latches = [{ cause: "operator", sinceMs: nowMs(), text: "stopped in the dashboard" }];
        const did = `Stopped: ${entries} entry orders cancelled, ${held} positions keep their stops`;
        return { ok: true, did, tradingState: "halted" };
      }
      case "resume":
        latches = [];
        return { ok: true, did: "Resumed: new entries are allowed again", tradingState: "active" };
      case "pause":
      case "unpause": {
        const track = market.tracks.find(({ of }) => of.symbol === command.symbol)!;
        track.paused = command.type === "pause";
        return {
          ok: true,
          did: `${command.symbol} ${track.paused ? "paused" : "goes on"}`,
          tradingState: panels.status.tradingState,
        };
      }
    }
  }

  return {
    controls,
    get listeners() {
      return listeners.size;
    },
    panels: () => panels,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // deno-lint-ignore require-await
    async series(symbol, { limit, beforeMs = Infinity }): Promise<Series | null> {
      failing("series");
      const track = market.tracks.find(({ of }) => of.symbol === symbol);
      if (!track) return null;
      // A hole of seven minutes, as when a feed was away.
      const hole = (candle: { openedAtMs: number }) => {
        const minute = (candle.openedAtMs - DAY_START_MS) / MINUTE_MS;
        return minute >= 780 && minute < 787;
      };
      const all = track.candles.filter((candle) => candle.openedAtMs < beforeMs && !hole(candle)).slice(-limit);
      const from = all[0]?.openedAtMs ?? 0;
      const to = (all.at(-1)?.openedAtMs ?? 0) + MINUTE_MS;
      const column = <K extends keyof typeof all[number]>(name: K) => all.map((candle) => candle[name]);
      return {
        ...{ symbol, timeframeMs: MINUTE_MS, openedAtMs: column("openedAtMs"), openUsd: column("open") },
        ...{ highUsd: column("high"), lowUsd: column("low"), closeUsd: column("close"), volumeBase: column("volume") },
        ...{ vwapUsd: column("vwap"), ema9Usd: column("ema9"), ema20Usd: column("ema20"), regime: column("regime") },
        fills: track.fills.filter(({ atMs }) => atMs >= from && atMs <= to),
        bracket: track.position && {
          ...{
            entryUsd: track.position.entryUsd,
            stopUsd: track.position.stopUsd,
            targetUsd: track.position.targetUsd,
          },
        },
      };
    },
    // deno-lint-ignore require-await
    async decisions({ symbol, beforeMs = Infinity, limit }) {
      failing("decisions");
      return newestFirst()
        .filter((decision) => (!symbol || decision.symbol === symbol) && decision.closedAtMs < beforeMs)
        .slice(0, limit).map((decision) => summary(seenBy(decision)));
    },
    // deno-lint-ignore require-await
    async decision(decisionId) {
      failing("decision");
      const found = newestFirst().find((decision) => decision.decisionId === decisionId);
      return found ? seenBy(found) : null;
    },
    async control(request) {
      failing("control");
      controls.push(request);
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      let answer = answers.get(request.idempotencyKey);
      if (!answer) answers.set(request.idempotencyKey, answer = carryOut(request));
      announce(["status", "symbols"]);
      return answer;
    },
    health() {
      const why = panels.actors.filter(({ state }) => state !== "running").map(({ id, state }) => `${id} is ${state}`);
      return { live: true, ready: why.length === 0, why };
    },
    advance(ms) {
      inCandleMs += ms;
      let closed = false;
      while (inCandleMs >= MINUTE_MS) {
        inCandleMs -= MINUTE_MS;
        market.closeCandle();
        closed = true;
      }
      wiggle = closed
        ? wiggle.map(() => 0)
        : wiggle.map((w, i) => w * 0.98 + rng.normal() * symbols[i].volRatio * 0.12);
      const always: (keyof Panels)[] = ["status", "equity", "limits", "positions", "symbols", "actors", "curve"];
      announce(closed ? [...always, "orders", "funnel", "recent"] : always);
    },
    announce,
    scene(next) {
      scene = next;
      announce();
    },
    override(next, names) {
      overrides = next;
      announce(names);
    },
    fail(question, error) {
      if (error) failures.set(question, error);
      else failures.delete(question);
    },
    delayControl(ms) {
      delayMs = ms;
    },
  };
}
