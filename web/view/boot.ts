/** What a page brings along for its islands; one object for all of them, so it is sent once. */
import type { Prefs } from "./prefs.ts";
import type { Panels } from "./types.ts";

export interface Boot {
  readonly panels: Panels;
  /** Number of the state above: the stream goes on from here. */
  readonly seq: number;
  readonly token: string;
  readonly prefs: Prefs;
  /** The symbol whose chart the stream should bring. */
  readonly symbol: string | null;
  /** What a form that was sent without script has done. */
  readonly did: { readonly ok: boolean; readonly text: string } | null;
  /** This page, for forms to come back to. */
  readonly path: string;
}
