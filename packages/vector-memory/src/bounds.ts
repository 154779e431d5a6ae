import type { Metric } from "@beluga/core";
import { blockRows } from "./segment.js";

/**
 * How near rows are at least and at most, going by estimates of their measures. Nearness grows with the score: it is the cosine, the dot
 * product, or the negative euclidean distance.
 *
 * Why a row whose score makes it a hit is never below the bound. Let n be the width (made even, at most 2^15), q the query, v the row, and h its
 * upper halves.
 *
 * - h is v rounded to 8 significant bits: |v_i - h_i| <= 2^-8 |v_i|, or 2^-134 where v_i is that small. So |v - h| <= 2^-8 |v| + n 2^-134, by which
 *   a distance to h is off from that to v at most; a dot product with q, by |q| times as much.
 * - The estimate is a sum in single precision: each summand goes through at most n / 2 + 4 roundings, each of 2^-24 of it. Together
 *   they are off by less than (n + 8) 2^-24 of the sum of the summands' amounts, which is |q| |h| at most for a dot product, and the sum itself for
 *   squares. A product that is too small for single precision loses at most 2^-149.
 * - Where single precision overflows on the way, the estimate is infinite or no number, since no addition leads back. Such rows have no bounds.
 * - Beside these the errors of double precision are nothing: of the measures, of lengths, and where scores are equal though distances
 *   differ. Each bound is wider by more: (n + 8) 2^-23 in place of 2^-24, and for distances 2^-50.
 *
 * Estimates that are exact are within these bounds too.
 */
export class Bounds {
  readonly least = new Float64Array(blockRows);
  readonly most = new Float64Array(blockRows);
  readonly #metric: Metric;
  readonly #queryLength: number;
  /** Relative to the distance, or to the product of the lengths. */
  readonly #rounding: number;
  readonly #underflow: number;

  constructor(metric: Metric, dimensions: number, queryLength: number) {
    this.#metric = metric;
    this.#queryLength = queryLength;
    this.#rounding = (dimensions + 9) * 2 ** -23;
    this.#underflow =
      metric === "euclidean" ? 2 ** -50 : (dimensions + 1) * (queryLength * 2 ** -134 + 2 ** -149);
  }

  /** Reads the estimates of rows, and writes their bounds. */
  read(estimates: Float64Array, lengths: readonly number[], from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const estimate = estimates[row - from] as number;
      const length = lengths[row] as number;
      let nearness = estimate;
      let error = 0;
      if (this.#metric === "euclidean") {
        nearness = -Math.sqrt(estimate);
        error = 2 ** -8 * length - this.#rounding * nearness + this.#underflow;
      } else {
        const lengths = this.#queryLength * length;
        error = (2 ** -8 + this.#rounding) * lengths + this.#underflow;
        if (this.#metric === "cosine") {
          nearness /= lengths;
          error /= lengths;
        }
      }
      const isKnown = Number.isFinite(nearness);
      this.least[row - from] = isKnown ? nearness - error : -Infinity;
      this.most[row - from] = isKnown ? nearness + error : Infinity;
    }
  }

  /** The least nearness of rows that reach a score. */
  reach(score: number): number {
    if (this.#metric !== "euclidean") return score;
    return score > 0 ? 1 - 1 / score : -Infinity;
  }
}
