/** A press that counts only when it is held: for what loosens a brake. */
import { useEffect, useRef, useState } from "preact/hooks";

export const HOLD_MS = 1_500;

export interface Hold {
  readonly holding: boolean;
  /** For the button. */
  readonly press: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerLeave: () => void;
    readonly onPointerCancel: () => void;
  };
}

/** Calls `done` once the primary button was down for `HOLD_MS` without leaving. */
export function useHold(done: () => void): Hold {
  const [holding, setHolding] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const release = () => {
    clearTimeout(timer.current);
    setHolding(false);
  };
  useEffect(() => release, []);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    setHolding(true);
    timer.current = setTimeout(() => {
      release();
      done();
    }, HOLD_MS);
  };
  return {
    holding,
    press: { onPointerDown, onPointerUp: release, onPointerLeave: release, onPointerCancel: release },
  };
}
