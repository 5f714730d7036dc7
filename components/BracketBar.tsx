/** Stop, entry, now and target of a position on one line, to scale. */
interface BracketProps {
  readonly stopUsd: number;
  readonly entryUsd: number;
  readonly targetUsd: number;
  readonly nowUsd: number | null;
  readonly label: string;
}

const WIDTH = 160;
const EDGE = 6;

export function BracketBar({ stopUsd, entryUsd, targetUsd, nowUsd, label }: BracketProps) {
  const known = [stopUsd, entryUsd, targetUsd, ...nowUsd === null ? [] : [nowUsd]];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (price: number) => EDGE + (high > low ? (price - low) / (high - low) : 0.5) * (WIDTH - 2 * EDGE);
  const [stop, entry, target] = [stopUsd, entryUsd, targetUsd].map(x);
  const now = nowUsd === null ? null : x(nowUsd);
  return (
    <svg class="bracket" viewBox={`0 0 ${WIDTH} 20`} width={WIDTH} height="20" role="img" aria-label={label}>
      <path class="bracket-line" d={`M${stop} 10H${target}`} />
      {now !== null && <path class={now >= entry ? "bracket-gain" : "bracket-loss"} d={`M${entry} 10H${now}`} />}
      <path class="bracket-stop" d={`M${stop} 4v12`} />
      <path class="bracket-target" d={`M${target} 4v12`} />
      <path class="bracket-entry" d={`M${entry} 6v8`} />
      {now !== null && <path class={now >= entry ? "bracket-up" : "bracket-down"} d={`M${now} 5l5 5-5 5-5-5z`} />}
    </svg>
  );
}
