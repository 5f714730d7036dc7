/** One seed for every random test: fixed, or the one in SEED; printed by whoever fails. */
export const SEED = Number(Deno.env.get("SEED") ?? 20260105);

/** Options for `fc.assert`: the same cases each run; fast-check prints seed and path of a failing one. */
export const fixed = (numRuns: number): { seed: number; numRuns: number } => ({ seed: SEED, numRuns });
