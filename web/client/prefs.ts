/** The operator's preferences in the browser; a change shows at once and is kept in the cookie. */
import { signal } from "@preact/signals";
import { IS_BROWSER } from "fresh/runtime";
import { type Prefs, readPrefs, writePrefs } from "../view/prefs.ts";

export const prefs = signal<Prefs>(readPrefs(IS_BROWSER ? document.cookie : null));

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  prefs.value = { ...prefs.peek(), [name]: value };
  document.cookie = writePrefs(prefs.peek());
  document.documentElement.dataset.theme = prefs.peek().theme;
  document.documentElement.dataset.colours = prefs.peek().colours;
}
