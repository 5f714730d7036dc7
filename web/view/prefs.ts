/** How the operator likes pages to look: one cookie, written by the page, read by the server so that no page flashes. */
import type { Zone } from "../format.ts";

export interface Prefs {
  readonly theme: "system" | "dark" | "light";
  readonly zone: Zone;
  /** Colours of gain and loss: blue and orange keep apart for every colour vision. */
  readonly colours: "blue" | "green";
  readonly keys: "on" | "off";
  /** The card with first steps. */
  readonly steps: "show" | "done";
}

const CHOICES: { readonly [K in keyof Prefs]: readonly Prefs[K][] } = {
  theme: ["system", "dark", "light"],
  zone: ["utc", "local"],
  colours: ["blue", "green"],
  keys: ["on", "off"],
  steps: ["show", "done"],
};
const COOKIE = "grodt_prefs";
const YEAR_S = 31_536_000;

/** The preferences in a `Cookie` header; what is absent or unknown has its first choice. */
export function readPrefs(cookies: string | null): Prefs {
  const own = (cookies ?? "").split(/;\s*/).find((part) => part.startsWith(`${COOKIE}=`));
  const given = new URLSearchParams(own?.slice(COOKIE.length + 1).replaceAll("_", "&").replaceAll(".", "="));
  const entries = Object.entries(CHOICES).map(([name, choices]) => {
    const value = given.get(name);
    return [name, (choices as readonly (string | null)[]).includes(value) ? value : choices[0]];
  });
  return Object.fromEntries(entries);
}

/** What to assign to `document.cookie`: `grodt_prefs=theme.dark_zone.utc…`, made of characters a cookie may hold. */
export function writePrefs(prefs: Prefs): string {
  const text = Object.entries(prefs).map(([name, value]) => `${name}.${value}`).join("_");
  return `${COOKIE}=${text}; Path=/; Max-Age=${YEAR_S}; SameSite=Strict`;
}
