import { type Segment, type SegmentShape, blockRows } from "./segment.js";

/** What `scan.wat` exports. Addresses are in bytes. */
interface ScanExports {
  estimateDots(queryEnd: number, from: number, to: number): void;
  estimateSquaredDistances(queryEnd: number, from: number, to: number): void;
  dots(queryEnd: number, upper: number, lower: number): void;
  squaredDistances(queryEnd: number, upper: number, lower: number): void;
}

/** How many vectors stand side by side, one to a lane. */
const groupRows = 8;

/** Where `scan.wat` expects the query, after the results of a block. */
const queryAt = 4096;

/**
 * Vectors in the memory of a WebAssembly instance, which SIMD reads.
 *
 * A search is bound by how fast memory is read. So the upper 16 bits of the numbers stand apart from the lower 16, and an estimate reads those
 * alone: the numbers rounded to 8 significant bits. The few rows that may be hits are measured with all bits. Eight rows stand
 * side by side, in a lane each, so that each is added up in the order of the dimensions: that makes the measure the number of a plain loop.
 *
 * A block of rows is: the upper halves of its groups, then their lower halves. A group is: eight halves of the first dimension, eight of
 * the second, and so on, to an even number of them.
 */
export class WasmSegment implements Segment {
  /** Up to here addresses of one block fit, and the error of an estimate is known. */
  static readonly maxDimensions = 2 ** 15;

  readonly rows: number;
  /** The width, made even. */
  readonly #stride: number;
  readonly #queryEnd: number;
  /** Where the first block begins, and how far behind an upper half its lower half stands: in halves. */
  readonly #blocksAt: number;
  readonly #lowerOffset: number;
  readonly #halves: Uint16Array;
  readonly #query: Float32Array;
  readonly #results: Float64Array;
  readonly #estimate: ScanExports["estimateDots"];
  readonly #measure: ScanExports["dots"];
  /** A vector on its way in or out, and its bits. */
  readonly #vector: Float32Array;
  readonly #bits: Int32Array;
  /** The group whose measures are in the results. */
  #measured = -1;

  /** @throws RangeError where there is no memory for it. */
  constructor(scan: WebAssembly.Module, { rows, dimensions, measure }: SegmentShape) {
    const blocks = Math.ceil(rows / blockRows);
    this.rows = blocks * blockRows;
    this.#stride = dimensions + (dimensions % 2);
    this.#queryEnd = queryAt + 4 * this.#stride;
    // At the beginning of a cache line.
    this.#blocksAt = Math.ceil(this.#queryEnd / 64) * 32;
    this.#lowerOffset = blockRows * this.#stride;
    const pages = Math.ceil((2 * this.#blocksAt + 4 * this.rows * this.#stride) / 65_536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#halves = new Uint16Array(memory.buffer);
    this.#query = new Float32Array(memory.buffer, queryAt, dimensions);
    this.#results = new Float64Array(memory.buffer, 0, blockRows);
    this.#vector = new Float32Array(dimensions);
    this.#bits = new Int32Array(this.#vector.buffer);
    const exports = new WebAssembly.Instance(scan, { scan: { memory } }).exports as unknown as ScanExports;
    const isDot = measure === "dot";
    this.#estimate = isDot ? exports.estimateDots : exports.estimateSquaredDistances;
    this.#measure = isDot ? exports.dots : exports.squaredDistances;
  }

  set(row: number, vector: Float32Array): void {
    this.#vector.set(vector);
    const [bits, halves] = [this.#bits, this.#halves];
    let upper = this.#upperOf(row);
    let lower = upper + this.#lowerOffset;
    for (let i = 0; i < bits.length; i++) {
      const number = bits[i] as number;
      // To the nearest: the lower 16 bits, read with a sign, are the rest.
      halves[upper] = (number + 0x8000) >>> 16;
      halves[lower] = number;
      upper += groupRows;
      lower += groupRows;
    }
  }

  get(row: number): Float32Array {
    const [bits, halves] = [this.#bits, this.#halves];
    let upper = this.#upperOf(row);
    let lower = upper + this.#lowerOffset;
    for (let i = 0; i < bits.length; i++) {
      const rest = ((halves[lower] as number) << 16) >> 16;
      bits[i] = ((halves[upper] as number) << 16) + rest;
      upper += groupRows;
      lower += groupRows;
    }
    return this.#vector.slice();
  }

  load(query: Float32Array): void {
    this.#query.set(query);
  }

  estimate(from: number, to: number): Float64Array {
    // In whole groups: the rows of the last that are not wanted, or not there, are estimated in vain.
    const groups = Math.ceil((to - from) / groupRows);
    const at = 2 * this.#upperOf(from);
    this.#estimate(this.#queryEnd, at, at + 2 * groups * groupRows * this.#stride);
    this.#measured = -1;
    return this.#results;
  }

  measure(row: number): number {
    const lane = row % groupRows;
    const group = row - lane;
    if (group !== this.#measured) {
      const upper = this.#upperOf(group);
      this.#measure(this.#queryEnd, 2 * upper, 2 * (upper + this.#lowerOffset));
      this.#measured = group;
    }
    return this.#results[lane] as number;
  }

  /** Where the upper half of a row's first number stands, in halves. */
  #upperOf(row: number): number {
    const lane = row % groupRows;
    const inBlock = row % blockRows;
    return this.#blocksAt + (2 * (row - inBlock) + inBlock - lane) * this.#stride + lane;
  }
}
