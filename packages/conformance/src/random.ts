/** Random numbers that a seed repeats. */
export interface Random {
  readonly seed: number;
  /** From 0 to, but not including, 1. */
  (): number;
  /** A whole number from 0 to, but not including, `end`. */
  below(end: number): number;
}

/** Mulberry32: small, and good enough to place cuts. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, { seed, below: (end: number) => Math.floor(next() * end) });
}

/** A new seed, or the one in `CONFORMANCE_SEED`, to repeat a run that failed. */
export function newSeed(): number {
  const given = Number(process.env["CONFORMANCE_SEED"]);
  return Number.isInteger(given) && given > 0 ? given : Math.floor(Math.random() * 2 ** 31) + 1;
}

/** Some of a list, at random; all of it where it is not longer. */
export function sample<T>(list: readonly T[], most: number, random: Random): T[] {
  if (list.length <= most) return [...list];
  return list
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, item]) => item);
}
