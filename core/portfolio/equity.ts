/**
 * Equity over time and what a day or a week has done to it. Equity is cash plus holdings at the bid; dust counts nothing.
 * A period starts at UTC midnight (the week on Monday) with the equity marked there; restarts never start one.
 */
import { addUsd, maxUsd, subUsd, type UsdMicros, ZERO_USD } from "../money.ts";
import { DAY_MS, utcDayStart, type UtcMs } from "../time.ts";

export interface EquityTrack {
  /** Newest mark. */
  usdMicros: UsdMicros;
  peakUsdMicros: UsdMicros;
  markedAtMs: UtcMs;
}

export interface Period {
  startedAtMs: UtcMs;
  startUsdMicros: UsdMicros;
  /** Profit taken, after all fees of the period, those of trades still open included. */
  realizedUsdMicros: UsdMicros;
  feesUsdMicros: UsdMicros;
}

export function startPeriod(startedAtMs: UtcMs, startUsdMicros: UsdMicros): Period {
  return { startedAtMs, startUsdMicros, realizedUsdMicros: ZERO_USD, feesUsdMicros: ZERO_USD };
}

/** Counts a booked fill in a period. */
export function addToPeriod(period: Period, realizedUsdMicros: UsdMicros, feeUsdMicros: UsdMicros): void {
  period.realizedUsdMicros = subUsd(addUsd(period.realizedUsdMicros, realizedUsdMicros), feeUsdMicros);
  period.feesUsdMicros = addUsd(period.feesUsdMicros, feeUsdMicros);
}

export function markEquity(track: EquityTrack, usdMicros: UsdMicros, atMs: UtcMs): void {
  track.usdMicros = usdMicros;
  track.peakUsdMicros = maxUsd(track.peakUsdMicros, usdMicros);
  track.markedAtMs = atMs;
}

/** Money the owner moves in or out is no profit and no loss: it shifts the marks that results are measured from. */
export function shiftEquity(track: EquityTrack, periods: readonly Period[], usdMicros: UsdMicros): void {
  track.usdMicros = addUsd(track.usdMicros, usdMicros);
  track.peakUsdMicros = addUsd(track.peakUsdMicros, usdMicros);
  for (const period of periods) period.startUsdMicros = addUsd(period.startUsdMicros, usdMicros);
}

/** Fall from the peak over the peak, 0..1; a peak of nothing has lost nothing. */
export function drawdownRatio(equityUsdMicros: UsdMicros, peakUsdMicros: UsdMicros): number {
  return peakUsdMicros > 0 ? Math.max(0, peakUsdMicros - equityUsdMicros) / peakUsdMicros : 0;
}

/** Monday 00:00 UTC of the week that holds `atMs`; the epoch was a Thursday. */
export function utcWeekStart(atMs: UtcMs): UtcMs {
  const day = utcDayStart(atMs);
  return day - ((day / DAY_MS + 3) % 7 + 7) % 7 * DAY_MS;
}
