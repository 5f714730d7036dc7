/** Query parameters, checked at the border: a value out of range is refused by name, not bent into shape. */
import { HttpError } from "fresh";

/** A whole number within bounds, `fallback` when it is absent; HTTP 400 names what is wrong with it. */
export function wholeNumber<Fallback extends number | undefined>(
  query: URLSearchParams,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: Fallback },
): number | Fallback {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new HttpError(400, `${name}: ${text.slice(0, 40)} is not a whole number from ${min} to ${max}`);
  }
  return value;
}

/** The parameter of a dynamic route, wholly decoded (the router leaves reserved characters escaped). */
export function segment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, "The address has a broken percent escape");
  }
}

export const LATEST_MS = 8_640_000_000_000_000;
