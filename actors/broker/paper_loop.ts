/**
 * The broker and the paper venue on one market clock. Always true:
 *  - everything happens in order of time; at one instant quotes come first, then what the venue says, then what is due;
 *  - a step is handed to the sink before its effects reach the venue, so the sink can make it durable first (or journal and
 *    venue of a whole frame in one commit, since both live in this process);
 *  - how rows are cut into frames changes nothing.
 */
import type { BrokerState } from "./state.ts";
import * as venueSide from "../../core/sim/paper_venue.ts";
import type { PaperVenue } from "../../core/sim/paper_venue.ts";
import type { UtcMs } from "../../core/time.ts";
import { type BrokerInput, nextDueMs, onQuote, step } from "./logic.ts";
import { BROKER_ROW_STRIDE } from "./protocol.ts";
import type { Step } from "./turn.ts";

export interface PaperRun {
  readonly broker: BrokerState;
  readonly venue: PaperVenue;
}

/** Gets every step in order, with its events and with those effects that are not for the venue still to be performed. */
export type Sink = (step: Step) => void;

/** Works through a frame: its rows, then everything that is due up to and including `toMs`. */
export function runFrame(run: PaperRun, rows: Float64Array, toMs: UtcMs, sink: Sink): void {
  const { broker, venue } = run;
  for (let offset = 0; offset < rows.length; offset += BROKER_ROW_STRIDE) {
    const atMs = rows[offset + 1];
    if (nextDueMs(broker) < atMs || venueSide.nextDueMs(venue) < atMs) catchUp(run, atMs, false, sink);
    venueSide.onQuote(venue, rows, offset);
    const done = onQuote(broker, rows, offset);
    if (done) perform(run, done, atMs, sink);
  }
  catchUp(run, toMs, true, sink);
  perform(run, step(broker, { type: "time.advanced" }, toMs), toMs, sink);
}

/** Gives the broker one input at an instant up to which frames were worked through. */
export function runInput(run: PaperRun, input: BrokerInput, nowMs: UtcMs, sink: Sink): void {
  perform(run, step(run.broker, input, nowMs), nowMs, sink);
}

/** Does what is due on either side, earliest first, the venue before the broker. */
function catchUp(run: PaperRun, untilMs: UtcMs, inclusive: boolean, sink: Sink): void {
  const { broker, venue } = run;
  for (;;) {
    const venueMs = venueSide.nextDueMs(venue);
    const dueMs = Math.min(venueMs, nextDueMs(broker));
    if (!(inclusive ? dueMs <= untilMs : dueMs < untilMs)) return;
    if (venueMs > dueMs) perform(run, step(broker, { type: "time.advanced" }, dueMs), dueMs, sink);
    else {
      for (const { atMs, event } of venueSide.advance(venue, venueMs)) {
        perform(run, step(broker, { type: "venue.event", event }, atMs), atMs, sink);
      }
    }
  }
}

function perform({ venue }: PaperRun, done: Step, nowMs: UtcMs, sink: Sink): void {
  if (done.events.length === 0 && done.effects.length === 0) return;
  sink(done);
  for (const effect of done.effects) {
    if (effect.type === "venue.submit") venueSide.submit(venue, effect.request, nowMs);
    else if (effect.type === "venue.cancel") venueSide.cancel(venue, effect.clientOrderId, nowMs);
    else if (effect.type === "venue.query") venueSide.query(venue, effect.clientOrderId, nowMs);
    else if (effect.type === "venue.snapshot") venueSide.requestSnapshot(venue, nowMs);
  }
}
