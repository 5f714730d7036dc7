/** Instants are UTC milliseconds since the Unix epoch; durations are milliseconds. Names end in `AtMs` and `Ms`. */
export type UtcMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Start of the UTC day that holds `atMs`. The daily VWAP and the daily loss cap both restart here. */
export function utcDayStart(atMs: UtcMs): UtcMs {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** `2026-01-05T00:01:00Z`: an instant as people and logs read it, to the second, always UTC. */
export function isoSeconds(atMs: UtcMs): string {
  return new Date(atMs).toISOString().slice(0, 19) + "Z";
}
