/** A list that does not move under the reader: while pointer or focus is inside it stands still, and news waits in a pill. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

interface HeldProps<Row> {
  readonly newest: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly children: (rows: readonly Row[]) => ComponentChildren;
}

export function HeldList<Row>({ newest, keyOf, children }: HeldProps<Row>) {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [shown, setShown] = useState(newest);
  const reading = pointer || focus;
  useEffect(() => {
    if (!reading) setShown(newest);
  }, [newest, reading]);
  const rows = reading ? shown : newest;
  const keys = new Set(rows.map(keyOf));
  const news = newest.filter((row) => !keys.has(keyOf(row))).length;
  const release = () => {
    setShown(newest);
    setFocus(false); // the pill goes with its focus, and says nothing of it
  };
  return (
    <div
      onPointerEnter={() => setPointer(true)}
      onPointerLeave={() => setPointer(false)}
      onFocusIn={() => setFocus(true)}
      onFocusOut={() => setFocus(false)}
    >
      {news > 0 && (
        <div class="pill-place">
          <button type="button" class="pill" onClick={release}>{news} new</button>
        </div>
      )}
      {children(rows)}
    </div>
  );
}
