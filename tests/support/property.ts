/**
 * Properties as tests. The seed is fixed, so a run is repeatable; fast-check prints it with the shrunk counterexample, and
 * `SEED=` replays another. `GRODT_PROPERTY_RUNS` sets how many cases a property of weight 1 draws (default 300).
 */
import fc from "fast-check";
import { envInt } from "./env.ts";

const SEED = envInt("SEED", 42);
const RUNS = envInt("GRODT_PROPERTY_RUNS", 300);

/** Registers one property. `weight` below 1 draws fewer cases where one case is a whole simulated session. */
export function property<Ts extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  holds: (...values: Ts) => void,
  { weight = 1 }: { weight?: number } = {},
): void {
  const numRuns = Math.max(1, Math.round(RUNS * weight));
  Deno.test(`${name} (${numRuns} cases)`, () => {
    // As one tuple, since TypeScript cannot spread a mapped tuple into fast-check's own.
    fc.assert(fc.property(fc.tuple<Ts>(...arbitraries), (values) => holds(...values)), { seed: SEED, numRuns });
  });
}

export { fc };
