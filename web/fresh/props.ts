/**
 * Props of islands on their way to the browser. Always true: signals stay signals, one signal given to two islands
 * stays one, computed signals become fixed values, and what cannot arrive whole is refused here with the name of its
 * island.
 */
import { computed, Signal, signal } from "@preact/signals";
import { parse, stringify } from "devalue";
import { isValidElement } from "preact";

type Props = Record<string, unknown>;

/** The props of all islands of a page as text; throws when a value would not arrive as it was sent. */
export function writeProps(islands: readonly { readonly island: string; readonly props: Props }[]): string {
  try {
    return stringify(islands.map(({ props }) => props), writers);
  } catch (error) {
    const culprit = islands.find(({ props }) => !canWrite(props))?.island;
    const { message, path } = error as { message: string; path?: string };
    const where = path ? ` (at ${path})` : "";
    throw new Error(`Cannot send the props of island ${culprit} to the browser: ${message}${where}`, { cause: error });
  }
}

/** The inverse, in the browser. */
export function readProps(text: string): Props[] {
  return parse(text, readers);
}

function canWrite(props: Props): boolean {
  try {
    stringify(props, writers);
    return true;
  } catch {
    return false;
  }
}

// The order counts: a signal passes for JSX. Results are wrapped because devalue takes a falsy one for "not mine".
const writers: Record<string, (value: unknown) => unknown> = {
  Computed: (value) => value instanceof Signal && Object.getPrototypeOf(value) !== Signal.prototype && [value.peek()],
  Signal: (value) => value instanceof Signal && [value.peek()],
  View: (value) => ArrayBuffer.isView(value) && value.byteLength < value.buffer.byteLength && copyOf(value),
  Refused(value) {
    if (isValidElement(value)) {
      throw new Error("JSX and objects without a prototype are not supported, pass plain data");
    }
  },
};

const readers = {
  Computed: ([value]: [unknown]) => computed(() => value),
  Signal: ([value]: [unknown]) => signal(value),
  View: (value: ArrayBufferView) => value,
};

/** A view that owns its buffer: otherwise all of the buffer would be sent, and with it what the view hides. */
function copyOf(view: ArrayBufferView): ArrayBufferView {
  return new (view.constructor as new (view: ArrayBufferView) => ArrayBufferView)(view);
}
