/** Lists that do not move under the reader: while pointer or focus is inside, the list stands still and news is counted. */
import { useEffect, useState } from "preact/hooks";

export interface Held<Row> {
  readonly rows: readonly Row[];
  /** How many newer rows wait. */
  readonly news: number;
  readonly release: () => void;
  /** For the element around the list. */
  readonly reader: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocusIn: () => void;
    readonly onFocusOut: () => void;
  };
}

export function useHeld<Row>(newest: readonly Row[], keyOf: (row: Row) => string): Held<Row> {
  const [inside, setInside] = useState({ pointer: false, focus: false });
  const [shown, setShown] = useState(newest);
  const reading = inside.pointer || inside.focus;
  useEffect(() => {
    if (!reading) setShown(newest);
  }, [newest, reading]);
  const rows = reading ? shown : newest;
  const keys = new Set(rows.map(keyOf));
  return {
    rows,
    news: newest.filter((row) => !keys.has(keyOf(row))).length,
    release: () => setShown(newest),
    reader: {
      onPointerEnter: () => setInside((now) => ({ ...now, pointer: true })),
      onPointerLeave: () => setInside((now) => ({ ...now, pointer: false })),
      onFocusIn: () => setInside((now) => ({ ...now, focus: true })),
      onFocusOut: () => setInside((now) => ({ ...now, focus: false })),
    },
  };
}
