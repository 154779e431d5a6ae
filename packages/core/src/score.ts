/** How the nearness of two vectors is measured. */
export type Metric = "cosine" | "dot" | "euclidean";

/**
 * From the numbers that engines give to the one score of Beluga, where higher is always nearer: cosine similarity in [-1, 1], the dot
 * product, or `1 / (1 + euclidean distance)`.
 */
export const toScore = {
  /** Engines that give `1 - cosine similarity`, or `1 - dot product`. */
  fromOneMinus: (value: number): number => 1 - value,
  /** Engines that negate the dot product, so that lower is nearer. */
  fromNegative: (value: number): number => 0 - value, // not -value, which makes -0 of 0
  /** Engines that give a similarity s as `(1 + s) / 2`. */
  fromHalved: (value: number): number => 2 * value - 1,
  /** Engines that give the euclidean distance. */
  fromDistance: (distance: number): number => 1 / (1 + distance),
  /** Engines that give the square of the euclidean distance. Rounding may leave a tiny negative number for equal vectors. */
  fromSquaredDistance: (squared: number): number => 1 / (1 + Math.sqrt(Math.max(0, squared))),
} as const;

/** The score of two vectors of the same width, computed in double precision. The cosine with a zero vector is 0. */
export function similarity(metric: Metric, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  let squaredDistance = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
    squaredDistance += (x - y) * (x - y);
  }
  if (metric === "dot") return dot;
  if (metric === "euclidean") return toScore.fromSquaredDistance(squaredDistance);
  const norms = Math.sqrt(squareA) * Math.sqrt(squareB);
  return norms === 0 ? 0 : Math.max(-1, Math.min(1, dot / norms));
}
