import type { Corpus } from "./corpus.js";

/** One way to find the nearest vectors by cosine, the way its users would write it. */
export interface SearchContender {
  /** Puts all vectors of the corpus in. */
  build(corpus: Corpus): Promise<SearchIndex>;
}

export interface SearchIndex {
  /** The rows of the corpus that are nearest to a query, the nearest first. */
  search(query: Float32Array, k: number): Promise<readonly number[]>;
  /** Frees what is not the process's memory. */
  close?(): Promise<void>;
}

/** By name, the flat loop first: the others are compared with it. Loaded one at a time, so that no process holds two. */
export const searchContenders = {
  "flat loop": async () => (await import("./flat-loop.js")).flatLoop,
  "vector-memory": async () => (await import("./vector-memory.js")).vectorMemory,
  langchain: async () => (await import("./langchain.js")).langchain,
  llamaindex: async () => (await import("./llamaindex.js")).llamaIndex,
  usearch: async () => (await import("./usearch.js")).usearch,
  "vector-sqlite": async () => (await import("./vector-sqlite.js")).vectorSqlite,
  "sqlite-vec": async () => (await import("./sqlite-vec.js")).sqliteVec,
} as const satisfies Record<string, () => Promise<SearchContender>>;

export type SearchContenderName = keyof typeof searchContenders;

export const searchContenderNames = Object.keys(searchContenders) as SearchContenderName[];

/** What is installed for each. */
export const searchPackagesOf: Readonly<Record<SearchContenderName, readonly string[]>> = {
  "flat loop": [],
  "vector-memory": ["@beluga/vector-memory"],
  langchain: ["@langchain/classic"],
  llamaindex: ["llamaindex"],
  usearch: ["usearch"],
  "vector-sqlite": ["@beluga/vector-sqlite"],
  "sqlite-vec": ["sqlite-vec"],
};

/** Finds most of the nearest, and not all: its hits are counted, and not compared. */
export const approximate: ReadonlySet<SearchContenderName> = new Set(["usearch"]);
