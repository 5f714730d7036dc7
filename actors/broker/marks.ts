/**
 * The clockwork of the account: a mark every minute, the caps and goals that follow from it, the roll of the day. All by
 * market time, each at its own instant, so it makes no difference how time is cut.
 */
import { toUsd, type UsdMicros } from "../../core/money.ts";
import { drawdownRatio, utcWeekStart } from "../../core/portfolio/equity.ts";
import { dueLimits, type LimitValues } from "../../core/risk/limit_changes.ts";
import { LIMITS } from "../../core/risk/limits.ts";
import { dayLossCap, dayLossOf } from "../../core/risk/rules.ts";
import { DAY_MS, MINUTE_MS, type UtcMs } from "../../core/time.ts";
import type { SymbolMark } from "./events.ts";
import { tradingValue, worth } from "./money_view.ts";
import { BID, type BrokerState, HIGH_SEEN, latchOf, LIVE_STRIDE, LOW_SEEN } from "./state.ts";
import { emit, latch, type Turn, unlatch } from "./turn.ts";

const NO_MARKS: readonly SymbolMark[] = [];

/** First minute after the newest mark. */
export const nextMarkMs = ({ durable }: BrokerState): UtcMs =>
  (Math.floor(durable.equity.markedAtMs / MINUTE_MS) + 1) * MINUTE_MS;

export const nextDayMs = ({ durable }: BrokerState): UtcMs => durable.day.startedAtMs + DAY_MS;

/** Marks equity to the bid and journals the range that held symbols have seen. */
export function markEquity(turn: Turn): void {
  const { state } = turn;
  const now = worth(state);
  const marks = state.durable.positions.length === 0 ? NO_MARKS : seenRanges(state);
  emit(turn, { type: "equity.marked", equityUsdMicros: now?.equityUsdMicros ?? null, marks });
  loosenDueLimits(turn);
}

function seenRanges({ live, durable }: BrokerState): SymbolMark[] {
  const marks: SymbolMark[] = [];
  for (const { trade: { plan: { symbol } } } of durable.positions) {
    const at = live.symbolIndex[symbol] * LIVE_STRIDE;
    const { market } = live;
    if (Number.isNaN(market[at + LOW_SEEN])) continue;
    marks.push({ symbol, lowBidUsd: market[at + LOW_SEEN], highBidUsd: market[at + HIGH_SEEN] });
    market[at + LOW_SEEN] = market[at + HIGH_SEEN] = market[at + BID];
  }
  return marks;
}

/** Starts a UTC day with the equity of this instant; what counts by the day or the week begins anew. */
export function rollDay(turn: Turn, dayStartedAtMs: UtcMs): void {
  const { durable } = turn.state;
  const newWeek = utcWeekStart(dayStartedAtMs) !== durable.week.startedAtMs;
  // Without a price the newest mark stands: a gap while nobody looked then counts against the new day.
  const startUsdMicros = worth(turn.state)?.equityUsdMicros ?? durable.equity.usdMicros;
  emit(turn, { type: "day.rolled", dayStartedAtMs, startUsdMicros });
  for (const cause of ["DAY_LOSS", "DAY_REALIZED", "DAY_GOAL"] as const) unlatch(turn, cause, "clock", "a new UTC day");
  if (newWeek) unlatch(turn, "WEEK_GOAL", "clock", "a new week");
}

/** Latches what the account has reached: loss caps, drawdown, goals. Does nothing while a price is missing. */
export function checkCaps(turn: Turn): void {
  const { state } = turn;
  const { limits, day, week, equity } = state.durable;
  const now = worth(state);
  if (now === null) return;
  const value = (usdMicros: UsdMicros): UsdMicros => tradingValue(state, usdMicros);
  const account = { dayStartUsdMicros: value(day.startUsdMicros), netEquityUsdMicros: value(now.netUsdMicros) };
  const [lost, cap] = [dayLossOf(account)!, dayLossCap(account, limits)];
  if (cap !== null && lost >= cap) {
    latch(
      turn,
      "DAY_LOSS",
      `the day has lost ${usd(lost)}, its cap is ${usd(cap)}: positions are sold, entries wait for midnight UTC`,
    );
  }
  const taken = -day.realizedUsdMicros / account.dayStartUsdMicros;
  if (taken >= limits.dayRealizedLossMaxRatio) {
    latch(
      turn,
      "DAY_REALIZED",
      `closed trades and fees cost ${percent(taken)} of the day's first equity, the cap is ${
        percent(limits.dayRealizedLossMaxRatio)
      }`,
    );
  }
  const fall = drawdownRatio(value(now.equityUsdMicros), value(equity.peakUsdMicros));
  if (fall >= limits.drawdownMaxRatio) {
    latch(
      turn,
      "DRAWDOWN",
      `equity is ${percent(fall)} below its peak, ${
        percent(limits.drawdownMaxRatio)
      } are allowed; look before you reset`,
    );
  }
  const gain = (start: UsdMicros) => value(now.equityUsdMicros) / value(start) - 1;
  if (limits.dayGoalRatio !== null && gain(day.startUsdMicros) >= limits.dayGoalRatio) {
    latch(
      turn,
      "DAY_GOAL",
      `the day's goal of ${percent(limits.dayGoalRatio)} is reached: entries wait for midnight UTC`,
    );
  }
  if (limits.weekGoalRatio !== null && gain(week.startUsdMicros) >= limits.weekGoalRatio) {
    latch(
      turn,
      "WEEK_GOAL",
      `the week's goal of ${percent(limits.weekGoalRatio)} is reached: entries wait for Monday UTC`,
    );
  }
}

const usd = (usdMicros: UsdMicros): string => `${toUsd(usdMicros).toFixed(2)} USD`;
const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;

/** Account worth, after the cost of selling, at which the day has lost its cap, in USD; `-Infinity` once that is latched. */
export function netFloorUsd(state: BrokerState): number {
  const { limits, day } = state.durable;
  const cap = dayLossCap({ dayStartUsdMicros: tradingValue(state, day.startUsdMicros) }, limits);
  if (cap === null || latchOf(state, "DAY_LOSS")) return -Infinity;
  return toUsd(day.startUsdMicros) - toUsd(cap);
}

/** Looser limits whose wait is over, on a day that has not lost. */
function loosenDueLimits(turn: Turn): void {
  const { durable } = turn.state;
  if (durable.queuedLimits.length === 0) return;
  const now = worth(turn.state);
  const pnl = now && now.equityUsdMicros - durable.day.startUsdMicros;
  const due = dueLimits(durable.queuedLimits, pnl, turn.nowMs);
  if (due.length === 0) return;
  const values = Object.fromEntries(due.map(({ key, value }) => [key, value])) as LimitValues;
  const queue = durable.queuedLimits.filter((waiting) => !due.includes(waiting));
  emit(turn, {
    type: "limits.changed",
    values,
    queue,
    who: `queue: ${due.map(({ key }) => LIMITS[key].label).join(", ")}`,
  });
}
