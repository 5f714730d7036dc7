/**
 * All that pages, routes and streams may ask of the running system. The supervisor implements it; a fake implements it in
 * tests. Plain data only, so that nothing of the actors leaks into the web.
 */
import type { DecisionSummary, DecisionView, Panels, Series } from "./view/types.ts";

export type ControlCommand =
  | { readonly type: "stop" }
  | { readonly type: "resume" }
  | { readonly type: "pause"; readonly symbol: string }
  | { readonly type: "unpause"; readonly symbol: string };

export interface ControlRequest {
  readonly command: ControlCommand;
  readonly who: string;
  readonly why: string;
  /** Same key, same effect, once. */
  readonly idempotencyKey: string;
}

export interface ControlResult {
  readonly ok: boolean;
  /** What was done, or why not and what to do, in one sentence. */
  readonly did: string;
  readonly tradingState: Panels["status"]["tradingState"];
}

export interface SystemPort {
  /** The newest state of every panel. Cheap: it is kept, not computed. */
  panels(): Panels;
  /** Called with the names of the panels that changed, at most four times a second. Returns the way to stop listening. */
  onChange(listener: (changed: readonly (keyof Panels)[]) => void): () => void;
  /** Candles, lines, markers and bracket of one symbol; `null` for an unknown symbol. */
  series(symbol: string, options: { readonly limit: number; readonly beforeMs?: number }): Promise<Series | null>;
  decisions(
    query: { readonly symbol?: string; readonly beforeMs?: number; readonly limit: number },
  ): Promise<DecisionSummary[]>;
  decision(decisionId: string): Promise<DecisionView | null>;
  control(request: ControlRequest): Promise<ControlResult>;
  health(): { readonly live: boolean; readonly ready: boolean; readonly why: readonly string[] };
}
