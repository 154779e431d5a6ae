/** A part of a table: vectors in memory of their own, and the two passes of a search over them. */
export interface Segment {
  /** For how many vectors there is room. */
  readonly rows: number;
  set(row: number, vector: Float32Array): void;
  get(row: number): Float32Array;
  /** Begins a search. */
  load(query: Float32Array): void;
  /**
   * Estimates the measures of the rows from `from`, a multiple of `blockRows`, up to `to`, at most so many further on. `bounds.ts` says how far
   * off they may be. The array is valid until the next call.
   */
  estimate(from: number, to: number): Float64Array;
  /** The measure of a row that was estimated: the number that a plain loop in double precision gives, to the last bit. */
  measure(row: number, estimate: number): number;
}

export interface SegmentShape {
  readonly rows: number;
  /** The width of the vectors. */
  readonly dimensions: number;
  readonly measure: "dot" | "squaredDistance";
}

/** How many rows are estimated at a time: their estimates stay in the processor's cache. */
export const blockRows = 512;
