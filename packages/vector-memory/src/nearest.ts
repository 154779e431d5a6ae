import { compareCodePoints } from "@beluga/core/provider";

/** A row of the table with its score. */
export interface Candidate {
  readonly row: number;
  readonly score: number;
}

/** The best `k` of many rows: a heap whose root is the worst of them, so that most rows cost one comparison. */
export class Nearest {
  readonly #k: number;
  readonly #idOf: (row: number) => string;
  readonly #heap: Candidate[] = [];
  #floor: number;

  constructor(k: number, threshold: number, idOf: (row: number) => string) {
    this.#k = k;
    this.#floor = threshold;
    this.#idOf = idOf;
  }

  /** Whether a row of this score may still be one of the best. */
  admits(score: number): boolean {
    return score >= this.#floor;
  }

  offer(row: number, score: number): void {
    const heap = this.#heap;
    const candidate = { row, score };
    if (heap.length < this.#k) {
      heap.push(candidate);
      this.#rise(heap.length - 1);
    } else if (this.#order(candidate, heap[0] as Candidate) < 0) {
      heap[0] = candidate;
      this.#sink(0);
    }
    if (heap.length === this.#k) this.#floor = Math.max(this.#floor, (heap[0] as Candidate).score);
  }

  /** The best, the nearest first. */
  take(): Candidate[] {
    return this.#heap.sort((a, b) => this.#order(a, b));
  }

  /** Negative where `a` is nearer than `b`: by score, ties by id. */
  #order(a: Candidate, b: Candidate): number {
    return b.score - a.score || compareCodePoints(this.#idOf(a.row), this.#idOf(b.row));
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const candidate = heap[from] as Candidate;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Candidate;
      if (this.#order(candidate, parent) <= 0) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = candidate;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const candidate = heap[from] as Candidate;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#order(heap[below + 1] as Candidate, heap[below] as Candidate) > 0)
        below++;
      if (this.#order(heap[below] as Candidate, candidate) <= 0) break;
      heap[at] = heap[below] as Candidate;
      at = below;
    }
    heap[at] = candidate;
  }
}
