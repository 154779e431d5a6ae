import type { Metric } from "@beluga/core";
import { toScore } from "@beluga/core/provider";
import { Bounds } from "./bounds.js";
import { createSegment } from "./create-segment.js";
import { type Candidate, Nearest } from "./nearest.js";
import { type Segment, blockRows } from "./segment.js";

/** What is searched for. */
export interface TableQuery {
  readonly vector: Float32Array;
  readonly k: number;
  /** The lowest score. */
  readonly threshold: number;
  /** How many rows there are: the first of the table. */
  readonly rows: number;
  /** Which of them count. Asked only about those that come near enough. */
  accepts(row: number): boolean;
  idOf(row: number): string;
}

export interface TableOptions {
  readonly createSegment?: typeof createSegment;
  /** The most that the vectors of a segment take. */
  readonly segmentBytes?: number;
}

/**
 * Vectors of one width, with their lengths, in segments: so that growing never copies them all, and none has to be larger than an array or a
 * memory can be. The first segment grows, by a copy, until it has the size of the others.
 */
export class VectorTable {
  readonly dimensions: number;
  readonly #metric: Metric;
  readonly #createSegment: typeof createSegment;
  readonly #segmentRows: number;
  readonly #segments: Segment[] = [];
  /** The euclidean length of each vector. */
  readonly #lengths: number[] = [];

  constructor(metric: Metric, dimensions: number, options: TableOptions = {}) {
    this.#metric = metric;
    this.dimensions = dimensions;
    this.#createSegment = options.createSegment ?? createSegment;
    const { segmentBytes = 2 ** 26 } = options;
    this.#segmentRows = Math.max(Math.floor(segmentBytes / (4 * dimensions * blockRows)), 1) * blockRows;
  }

  /** Makes room, with some to spare so that many small additions stay cheap. */
  reserve(rows: number): void {
    for (let at = 0; at * this.#segmentRows < rows; at++) {
      const there = this.#segments[at];
      const room = there?.rows ?? 0;
      const wanted = Math.min(rows - at * this.#segmentRows, this.#segmentRows);
      if (wanted <= room) continue;
      const withSpare = at === 0 ? Math.max(wanted, 2 * room, 16) : this.#segmentRows;
      const segment = this.#createSegment({
        rows: Math.min(withSpare, this.#segmentRows),
        dimensions: this.dimensions,
        measure: this.#metric === "euclidean" ? "squaredDistance" : "dot",
      });
      for (let row = 0; row < room; row++) segment.set(row, this.get(row));
      this.#segments[at] = segment;
    }
  }

  set(row: number, vector: Float32Array): void {
    this.#segmentOf(row).set(row % this.#segmentRows, vector);
    this.#lengths[row] = lengthOf(vector);
  }

  get(row: number): Float32Array {
    return this.#segmentOf(row).get(row % this.#segmentRows);
  }

  move(from: number, to: number): void {
    this.set(to, this.get(from));
  }

  /**
   * The nearest rows, by score, ties by id; exactly, in two passes: the first estimates all rows, the second measures those that may still be
   * among the nearest, given how far off an estimate may be.
   */
  search({ vector, k, threshold, rows, accepts, idOf }: TableQuery): Candidate[] {
    const length = lengthOf(vector);
    const bounds = new Bounds(this.#metric, this.dimensions, length);
    // By how near rows are at least. What is farther at most than all of these is no hit.
    const surest = new Nearest(k, bounds.reach(threshold), () => "");
    const candidates: { row: number; most: number; estimate: number }[] = [];
    for (const segment of this.#segments) segment.load(vector);
    for (let from = 0; from < rows; from += blockRows) {
      const to = Math.min(from + blockRows, rows);
      const within = from % this.#segmentRows;
      const estimates = this.#segmentOf(from).estimate(within, within + to - from);
      bounds.read(estimates, this.#lengths, from, to);
      for (let row = from; row < to; row++) {
        const most = bounds.most[row - from] as number;
        if (!surest.admits(most) || !accepts(row)) continue;
        surest.offer(row, bounds.least[row - from] as number);
        candidates.push({ row, most, estimate: estimates[row - from] as number });
      }
    }

    const nearest = new Nearest(k, threshold, idOf);
    for (const { row, most, estimate } of candidates) {
      if (!surest.admits(most)) continue;
      const measure = this.#segmentOf(row).measure(row % this.#segmentRows, estimate);
      const score = scoreOf(this.#metric, measure, length, this.#lengths[row] as number);
      if (nearest.admits(score)) nearest.offer(row, score);
    }
    return nearest.take();
  }

  #segmentOf(row: number): Segment {
    return this.#segments[Math.floor(row / this.#segmentRows)] as Segment;
  }
}

function scoreOf(metric: Metric, measure: number, queryLength: number, length: number): number {
  if (metric === "dot") return measure;
  if (metric === "euclidean") return toScore.fromSquaredDistance(measure);
  const lengths = queryLength * length;
  return lengths === 0 ? 0 : Math.max(-1, Math.min(1, measure / lengths));
}

function lengthOf(vector: Float32Array): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += (vector[i] as number) ** 2;
  return Math.sqrt(square);
}
