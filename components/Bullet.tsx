/** A bullet meter: how much of a limit is used. Drawn in a box of 100, so no style attribute is needed. */
interface BulletProps {
  readonly label: string;
  /** Used share of the limit; `null` is unknown and draws as a hatch, never as empty. */
  readonly used: number | null;
  /** Value and limit in words, for those who do not see the bar. */
  readonly text: string;
}

export const NEAR = 0.8;

export function Bullet({ label, used, text }: BulletProps) {
  const share = used === null ? 0 : Math.min(1, Math.max(0, used));
  const level = used === null ? "unknown" : used >= 1 ? "over" : used >= NEAR ? "near" : "calm";
  return (
    <svg
      class={`bullet bullet-${level}`}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${text}`}
    >
      <rect class="bullet-track" width="100" height="8" />
      {used === null
        ? Array.from({ length: 24 }, (_, i) => <path key={i} class="bullet-hatch" d={`M${i * 5 - 12} 8l8-8`} />)
        : <rect class="bullet-fill" y="1.5" width={share * 100} height="5" />}
      <path class="bullet-mark" d={`M${NEAR * 100} 0v8`} />
    </svg>
  );
}
