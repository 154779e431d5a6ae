import assert from "node:assert/strict";
import type { SearchContender, SearchIndex } from "./contender.js";
import { type Corpus, makeCorpus, rowOf } from "./corpus.js";
import { flatLoop } from "./flat-loop.js";

/** One size of corpus. */
export interface SearchScenario {
  title: string;
  rows: number;
  /** Searches of one round. */
  queries: number;
  rounds: number;
}

const searchWidth = 768;
const nearest = 10;

export const searchScenarios: readonly SearchScenario[] = [
  { title: "10,000 vectors of 768", rows: 10_000, queries: 30, rounds: 7 },
  { title: "100,000 vectors of 768", rows: 100_000, queries: 8, rounds: 5 },
];

/** A rough figure in a few seconds. */
export const quickSearchScenario: SearchScenario = {
  title: "2,000 vectors of 768",
  rows: 2_000,
  queries: 20,
  rounds: 2,
};

/** What one round gives. */
export interface SearchMeasurement {
  /** Microseconds of all of the process's CPU, a search. */
  cpu: number;
  /** Microseconds, a search. */
  wall: number;
  /** The share of the nearest that was found. */
  recall: number;
}

/** One contender with its corpus, ready to search. */
export class SearchRun {
  readonly #index: SearchIndex;
  readonly #queries: readonly Float32Array[];
  readonly #expected: readonly (readonly number[])[];

  private constructor(index: SearchIndex, queries: Float32Array[], expected: (readonly number[])[]) {
    this.#index = index;
    this.#queries = queries;
    this.#expected = expected;
  }

  /** Builds the index, and finds out off the clock what has to be found. */
  static async prepare(contender: SearchContender, { rows, queries }: SearchScenario): Promise<SearchRun> {
    const corpus = makeCorpus(rows, searchWidth);
    const others = makeCorpus(queries, searchWidth, 2);
    const asked = Array.from({ length: queries }, (_, row) => rowOf(others, row));
    return new SearchRun(await contender.build(corpus), asked, await exactly(corpus, asked));
  }

  async measure(): Promise<SearchMeasurement> {
    const found: (readonly number[])[] = [];
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    for (const query of this.#queries) found.push(await this.#index.search(query, nearest));
    const wall = (performance.now() - start) * 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { length } = this.#queries;
    return { cpu: (user + system) / length, wall: wall / length, recall: this.#recallOf(found) };
  }

  async close(): Promise<void> {
    await this.#index.close?.();
  }

  #recallOf(found: readonly (readonly number[])[]): number {
    let hits = 0;
    for (const [at, expected] of this.#expected.entries()) {
      const rows = new Set(found[at]);
      assert.equal(rows.size, nearest, "hits");
      hits += expected.filter((row) => rows.has(row)).length;
    }
    return hits / (this.#expected.length * nearest);
  }
}

async function exactly(corpus: Corpus, queries: readonly Float32Array[]): Promise<(readonly number[])[]> {
  const index = await flatLoop.build(corpus);
  const found: (readonly number[])[] = [];
  for (const query of queries) found.push(await index.search(query, nearest));
  return found;
}
