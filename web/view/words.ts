/**
 * Reasons in words: what a candle's way ended at, with its numbers, so that "why nothing happened" reads like a sentence.
 * Codes that are not listed read as themselves; nothing is hidden.
 */
const MINUS = "−";

/** A number with its unit as the dashboard writes it; `null` is an em dash. */
export function quantity(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return "—";
  const signed = (text: string) => text.replace("-", MINUS);
  switch (unit) {
    case "bps":
      return `${signed(value.toFixed(1))} bps`;
    case "ratio":
      return `${signed((value * 100).toFixed(2))} %`;
    case "usd":
      return `$${signed(value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }))}`;
    case "usd_micros":
      return quantity(value / 1_000_000, "usd");
    case "ms":
      return `${Math.round(value).toLocaleString("en-US")} ms`;
    case "r":
      return `${signed(value.toFixed(2))}R`;
    case "z":
      return `${signed(value.toFixed(2))} σ`;
    default:
      return signed(value.toLocaleString("en-US", { maximumFractionDigits: 3 }));
  }
}

const WORDS: Readonly<Record<string, string>> = {
  WARMING_UP: "warming up",
  RECOVERED: "recomputed after a restart",
  POSITION_OPEN: "a position is open",
  ENTRY_WORKING: "an entry order is working",
  REGIME_NONE: "no regime allows a strategy",
  CANDLE_FORMING: "strategies wait for their candle to close, minutes",
  NO_STRATEGY: "no strategy is enabled",
  COST_ABOVE_MOVE: "expected move below cost",
  VERDICT_VETO: "verdict vetoes",
  VERDICT_TIMEOUT: "verdict came too late",
  SCORER_UNAVAILABLE: "scorer unavailable",
  CONFIDENCE_LOW: "confidence too low",
  BROKER_UNAVAILABLE: "broker did not answer",
  ENTERED: "entry order placed",
  EXITED: "exit asked for",
};

/** `expected move below cost: 18.0 bps against 26.4 bps`. */
export function reasonText(
  reason: {
    readonly code: string;
    readonly value: number | null;
    readonly limit: number | null;
    readonly unit: string;
  },
): string {
  const words = WORDS[reason.code] ?? reason.code.toLowerCase().replaceAll("_", " ");
  if (reason.value === null && reason.limit === null) return words;
  if (reason.limit === null) return `${words}: ${quantity(reason.value, reason.unit)}`;
  return `${words}: ${quantity(reason.value, reason.unit)} against ${quantity(reason.limit, reason.unit)}`;
}
