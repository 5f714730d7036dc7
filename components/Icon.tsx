/** Icons as strokes in the colour of the text; decoration, so a word always stands beside them or in a label. */
const PATHS = {
  overview: "M3 13h6V3H3zM11 17h6V8h-6zM3 17h6v-2H3zM11 6h6V3h-6z",
  symbols: "M5 4v12M3 7h4v6H3zM15 3v14M13 6h4v5h-4zM10 6v9",
  decisions: "M4 4h12M4 8h12M4 12h7M13 14l2 2 3-4",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  stop: "M6 6h8v8H6z",
  play: "M6 4l10 6-10 6z",
  pause: "M7 4v12M13 4v12",
  check: "M4 10.5l4 4 8-9",
  cross: "M5 5l10 10M15 5L5 15",
  warn: "M10 3l8 14H2zM10 8v4M10 14.5v.01",
  up: "M10 16V4M5 9l5-5 5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  freeze: "M10 2v16M3 6l14 8M17 6L3 14",
  clock: "M10 3a7 7 0 100 14 7 7 0 000-14zM10 6v4l3 2",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  left: "M12 4l-6 6 6 6",
  right: "M8 4l6 6-6 6",
  latest: "M5 4l6 6-6 6M15 4v12",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
  signal: "M4 15v-3M8 15V9M12 15V6M16 15V3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
