/**
 * Seeded random numbers (sfc32 by C. Doty-Humphrey, seeded through splitmix32). The state is four 32-bit words in plain
 * data, so that it can be stored, sent to a worker and resumed to the same sequence. Not for secrets.
 */
export interface RngState {
  readonly words: Uint32Array;
}

export interface Rng {
  /** Uniform in [0, 1), 53 random bits. */
  next(): number;
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
  /** Standard normal (Marsaglia polar method, one value a call so that the state stays four words). */
  normal(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** An independent generator for a named part, so that adding draws in one part leaves the others unchanged. */
  fork(name: string): Rng;
  state(): RngState;
}

export function createRng(seed: number | RngState): Rng {
  const w = typeof seed === "number" ? seedWords(seed) : seed.words.slice();
  const nextUint32 = (): number => {
    const t = (w[0] + w[1] + w[3]) >>> 0;
    w[3] = w[3] + 1;
    w[0] = w[1] ^ (w[1] >>> 9);
    w[1] = w[2] + (w[2] << 3);
    w[2] = ((w[2] << 21) | (w[2] >>> 11)) + t;
    return t;
  };
  const next = (): number => ((nextUint32() >>> 5) * 67_108_864 + (nextUint32() >>> 6)) / 9_007_199_254_740_992;
  const normal = (): number => {
    for (;;) {
      const u = next() * 2 - 1;
      const v = next() * 2 - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
  return {
    next,
    int: (bound) => Math.floor(next() * bound),
    normal,
    chance: (p) => next() < p,
    fork: (name) => createRng(hashText(name, w)),
    state: () => ({ words: w.slice() }),
  };
}

function seedWords(seed: number): Uint32Array {
  let a = (seed ^ Math.floor(seed / 4_294_967_296)) >>> 0;
  const splitmix = (): number => {
    a = (a + 0x9e3779b9) >>> 0;
    let t = a ^ (a >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  return Uint32Array.from([splitmix(), splitmix(), splitmix(), splitmix()]);
}

/** FNV-1a over the name, mixed with the parent's state without drawing from it. */
function hashText(name: string, parent: Uint32Array): number {
  let h = 0x811c9dc5 ^ parent[0];
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return (h ^ parent[1] ^ parent[2]) >>> 0;
}
