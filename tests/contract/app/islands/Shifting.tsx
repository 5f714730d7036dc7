import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

const STEPS: ComponentChildren[] = [
  [<i key="a">a</i>, <i key="b">b</i>],
  null,
  [<i key="b">b</i>, <i key="a">a</i>, <i key="c">c</i>],
  "text",
  [<i key="0">0</i>, "text", <i key="c">c</i>],
  [<i key="c">c</i>],
];

/** What it shows are direct children of the page's element, among those of its neighbours. */
export default function Shifting({ start }: { start: number }) {
  const step = useSignal(start);
  const started = useSignal(false);
  useEffect(() => {
    started.value = true;
  }, []);
  return (
    <>
      {STEPS[step.value]}
      <button type="button" data-started={started} onClick={() => step.value = (step.value + 1) % STEPS.length}>
        {step.value}
      </button>
      {step.value % 2 === 1 && <b>odd</b>}
    </>
  );
}
