/** Ticks of a linear axis in milliseconds: round instants, as many as there is room for. */
import { instant, type Zone } from "../../format.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// deno-fmt-ignore
const STEPS_MS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160, 43_200, 86_400, 172_800].map((minutes) => minutes * MINUTE_MS);

/** Instants that are multiples of a round step, at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const longest = STEPS_MS.at(-1)!;
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= most) ??
    Math.ceil((toMs - fromMs) / most / longest) * longest;
  const ticks: number[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) ticks.push(ms);
  return ticks;
}

/** The hour, or the day where one begins or days are all there is. */
export function tickText(atMs: number, spanMs: number, zone: Zone): string {
  const isMidnight = atMs % DAY_MS === 0;
  if (isMidnight || spanMs > 5 * DAY_MS) return instant(atMs, "date", zone).slice(5);
  return instant(atMs, "minute", zone).slice(0, 5);
}
