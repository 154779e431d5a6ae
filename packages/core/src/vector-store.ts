import type { CallOptions } from "./common.js";
import type { Filter } from "./filter.js";

/** Keeps documents with their vectors, and finds the nearest. */
export interface VectorStore {
  readonly provider: string;
  /** `provider/index`. */
  readonly id: string;
  /**
   * Adds documents, any number of them; one with the id of another replaces it. All are checked before the first is written, and are not to
   * be changed until the promise resolves: many are written in several requests. Where one of those fails, what was written before stays.
   */
  add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void>;
  /** The documents nearest to a vector, by score, ties by id. */
  search(query: Float32Array | readonly number[], options?: SearchOptions): Promise<SearchHit[]>;
  /** Deletes by id (unknown ids are no error) or by filter, all that match. */
  delete(selection: { ids: readonly string[] } | { filter: Filter }, options?: CallOptions): Promise<void>;
  /** Frees what the store holds: connections, files. */
  close(): Promise<void>;
  /**
   * Creates the index where it is missing, by the store's config, and waits until it can be used. One that is there is left as it is.
   *
   * @throws BelugaError `invalid_input` where the config does not say the width that a new index needs, or the index that is there has another
   * width or metric.
   */
  ensureIndex?(options?: CallOptions): Promise<void>;
  /** Deletes the index with all that is in it. One that is missing is no error. */
  dropIndex?(options?: CallOptions): Promise<void>;
}

/** A store that can make its index, and remove it. All of Beluga's own can. */
export type ManagedVectorStore = VectorStore & Required<Pick<VectorStore, "ensureIndex" | "dropIndex">>;

export interface VectorDocument {
  id: string;
  content: string;
  metadata?: Record<string, MetadataValue>;
  embedding: Float32Array | readonly number[];
}

export type MetadataValue = string | number | boolean | readonly string[] | readonly number[];

export interface SearchOptions extends CallOptions {
  /** The most hits. Default: 10. */
  k?: number | undefined;
  filter?: Filter | undefined;
  /** The lowest score of a hit. */
  threshold?: number | undefined;
  /** Hits carry their vectors. Default: `false`. */
  includeEmbeddings?: boolean | undefined;
}

export interface SearchHit {
  id: string;
  content: string;
  metadata: Record<string, MetadataValue>;
  /**
   * Higher is nearer, in every store: cosine similarity in [-1, 1]; the dot product; for the euclidean metric `1 / (1 + distance)`.
   */
  score: number;
  embedding?: Float32Array;
}
