import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Two of these with one signal count together. */
export default function Counter({ id, count }: { id: string; count: Signal<number> }) {
  const started = useSignal(false);
  useEffect(() => {
    started.value = true;
  }, []);
  return (
    <button type="button" id={id} data-started={started} onClick={() => count.value++}>
      {count}
    </button>
  );
}
