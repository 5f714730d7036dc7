/**
 * What loosens a brake: hold for 1.5 s, or type the word and press Enter, as a timed key press is not for everybody.
 * Without script it is a form with the word alone.
 */
import { IS_BROWSER } from "fresh/runtime";
import { useRef, useState } from "preact/hooks";
import { command } from "../web/client/command.ts";
import { useHold } from "../web/client/hold.ts";
import type { Boot } from "../web/view/boot.ts";
import { Icon } from "./Icon.tsx";

interface HoldProps {
  readonly boot: Boot;
  /** `/api/control/resume` */
  readonly path: string;
  /** `RESUME` */
  readonly word: string;
  /** `Resume trading` */
  readonly label: string;
  /** `Resuming` */
  readonly what: string;
}

export function HoldButton({ boot, path, word, label, what }: HoldProps) {
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const send = () => void command(path, { token: boot.token, what, confirm: word }).then((ok) => ok && setTyped(""));
  const { holding, press } = useHold(send);
  const matches = typed.trim().toUpperCase() === word;
  return (
    <form
      class="hold"
      method="post"
      action={path}
      onSubmit={(event) => {
        event.preventDefault();
        if (matches) send();
        else input.current?.focus();
      }}
    >
      <input type="hidden" name="token" value={boot.token} />
      <input type="hidden" name="back" value={boot.path} />
      {IS_BROWSER && (
        <button
          type="button"
          class={`button hold-button ${holding ? "is-held" : ""}`}
          {...press}
          onContextMenu={(event) => event.preventDefault()}
          onClick={(event) => event.detail === 0 && input.current?.focus()}
        >
          <span class="hold-fill" aria-hidden="true" />
          <Icon name="play" />
          <span>{holding ? "Keep holding…" : `Hold to ${label}`}</span>
        </button>
      )}
      <label class="hold-word">
        <span>{IS_BROWSER ? "or type" : "type"} {word}</span>
        <input
          ref={input}
          name="confirm"
          size={word.length + 2}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={IS_BROWSER && !matches}>Confirm</button>
    </form>
  );
}
