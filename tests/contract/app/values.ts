/** Props of every kind: those that both sides carry, those that only the stand-in does, those that it refuses. */
import { computed, signal } from "@preact/signals";

function cyclic(): unknown {
  const object: Record<string, unknown> = { name: "cycle" };
  object.self = object;
  return object;
}

const shared = { n: 1 };

export const CARRIED: Record<string, unknown> = {
  text: "text",
  markup: "</script><script>document.title='broken'</script><!-- ]]> &amp;",
  separators: "\u2028\u2029\\u003C\0",
  number: 1.5,
  nan: NaN,
  infinities: [Infinity, -Infinity],
  negativeZero: -0,
  booleans: [true, false],
  nothing: [null, undefined],
  bigint: 12345678901234567890n,
  sparse: [1, , 3], // deno-lint-ignore no-sparse-arrays
  object: { a: { b: [] } },
  date: new Date(Date.UTC(2026, 0, 2)),
  invalidDate: new Date(NaN),
  map: new Map<unknown, unknown>([["a", 1], [2, { b: 3 }]]),
  set: new Set([1, "2"]),
  regexp: /a<b\/c/gi,
  url: new URL("https://example.org/a?b#c"),
  bytes: new Uint8Array([0, 128, 255]),
  cycle: cyclic(),
  sharedTwice: [shared, shared],
  signal: signal(7),
  falseSignal: signal(false),
  deepSignal: { list: [signal({ a: 1 })] },
  signalOfSignal: signal(signal("inner")),
  computed: computed(() => 6 * 7),
  instant: Temporal.Instant.from("2026-01-02T03:04:05Z"),
  zoned: Temporal.ZonedDateTime.from("2026-01-02T03:04:05+01:00[Europe/Berlin]"),
  plainDate: Temporal.PlainDate.from("2026-01-02"),
  duration: Temporal.Duration.from("PT90M"),
};

export const CARRIED_BY_STAND_IN: Record<string, unknown> = {
  view: new Uint8Array([9, 9, 1, 2, 9]).subarray(2, 4),
  floats: new Float64Array([1.5, NaN]),
  floatView: new Float64Array([1, 2, 3]).subarray(1),
  buffer: new Uint8Array([1, 2]).buffer,
  search: new URLSearchParams("a=1&b=2"),
};

class Account {
  balance = 1;
}

export const REFUSED_BY_STAND_IN: Record<string, unknown> = {
  instance: new Account(),
  error: new Error("x"),
  promise: Promise.resolve(1),
  symbol: Symbol("x"),
  bare: Object.create(null),
  nestedJsx: { list: [{ type: "p", props: {}, constructor: undefined }] },
};
