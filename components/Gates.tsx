/** The way of a candle through the gates: passed, ended, not reached. */
import { plainWords } from "../web/view/words.ts";
import { Icon } from "./Icon.tsx";

export function Gates({ stages, stage }: { readonly stages: readonly string[]; readonly stage: string }) {
  const end = stages.indexOf(stage);
  return (
    <ol class="gates" aria-label="Gates">
      {stages.map((name, i) => {
        const isEnd = i === end;
        const state = stage === "traded" || i < end ? "passed" : isEnd ? "ended" : "open";
        return (
          <li key={name} class={`gate gate-${state}`} aria-current={isEnd ? "step" : undefined}>
            {state === "passed" && <Icon name="check" />}
            {state === "ended" && <Icon name="cross" />}
            <span>{plainWords(name)}</span>
            <span class="unseen">{state === "open" ? "not reached" : state === "ended" ? "ended here" : "passed"}</span>
          </li>
        );
      })}
    </ol>
  );
}
