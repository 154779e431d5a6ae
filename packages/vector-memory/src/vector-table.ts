import type { Metric } from "@beluga/core";
import { toScore } from "@beluga/core/provider";
import { dotProducts, squaredDistances } from "./scan.js";

/** Writes the scores of the rows from `from` up to `to` to the beginning of `scores`. */
export type Scan = (from: number, to: number, scores: Float64Array) => void;

/** Vectors of one width, one after the other in one array, with their lengths. */
export class VectorTable {
  readonly #metric: Metric;
  readonly #dimensions: number;
  #values = new Float32Array(0);
  /** The euclidean length of each vector; what the cosine divides by. */
  #lengths = new Float64Array(0);

  constructor(metric: Metric, dimensions: number) {
    this.#metric = metric;
    this.#dimensions = dimensions;
  }

  /** Makes room, with some to spare so that many small additions stay cheap. */
  reserve(rows: number): void {
    const room = this.#lengths.length;
    if (rows <= room) return;
    const wanted = Math.max(rows, Math.ceil(room * 1.5), 16);
    const values = new Float32Array(wanted * this.#dimensions);
    const lengths = new Float64Array(wanted);
    values.set(this.#values);
    lengths.set(this.#lengths);
    this.#values = values;
    this.#lengths = lengths;
  }

  set(row: number, vector: ArrayLike<number>): void {
    const stored = this.#view(row);
    stored.set(vector);
    this.#lengths[row] = lengthOf(stored);
  }

  get(row: number): Float32Array {
    return this.#view(row).slice();
  }

  move(from: number, to: number): void {
    this.set(to, this.#view(from));
  }

  scan(vector: ArrayLike<number>): Scan {
    // Rounded as the stored vectors are, so that a vector equals itself; then in double precision, in which all is counted.
    const query = Float64Array.from(Float32Array.from(vector));
    const length = lengthOf(query);
    return (from, to, scores) => {
      const measure = this.#metric === "euclidean" ? squaredDistances : dotProducts;
      measure(query, this.#values, from, to, scores);
      if (this.#metric === "dot") return;
      for (let row = from; row < to; row++) {
        const measured = scores[row - from] as number;
        scores[row - from] =
          this.#metric === "euclidean"
            ? toScore.fromSquaredDistance(measured)
            : cosine(measured, length, this.#lengths[row] as number);
      }
    };
  }

  #view(row: number): Float32Array {
    return this.#values.subarray(row * this.#dimensions, (row + 1) * this.#dimensions);
  }
}

function cosine(dot: number, a: number, b: number): number {
  const lengths = a * b;
  return lengths === 0 ? 0 : Math.max(-1, Math.min(1, dot / lengths));
}

function lengthOf(vector: ArrayLike<number>): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += (vector[i] as number) * (vector[i] as number);
  return Math.sqrt(square);
}
