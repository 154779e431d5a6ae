import {
  type CallOptions,
  type Filter,
  type MetadataValue,
  type SearchHit,
  type SearchOptions,
  type VectorDocument,
  type VectorStore,
  matchesFilter,
} from "@beluga/core";
import {
  checkDocuments,
  checkSearch,
  checkSelection,
  normalizeFilter,
  vectorInputError,
} from "@beluga/core/provider";
import type { MemorySettings } from "./config.js";
import { type TableOptions, VectorTable } from "./vector-table.js";

const provider = "memory";

/** All of a document but its vector, which stands in the row of the same number in the table. */
interface Row {
  readonly id: string;
  readonly content: string;
  readonly metadata: Record<string, MetadataValue>;
}

/** Calls do their work at once, before the promise is handed out, so that no two of them mix. */
export class MemoryStore implements VectorStore {
  readonly provider = provider;
  readonly id: string;
  readonly #settings: MemorySettings;
  readonly #tableOptions: TableOptions;
  #dimensions: number | undefined;
  /** There once the width is known. */
  #vectors: VectorTable | undefined;
  readonly #rows: Row[] = [];
  readonly #rowOf = new Map<string, number>();
  #closed = false;

  constructor(settings: MemorySettings, tableOptions: TableOptions = {}) {
    this.id = `${provider}/${settings.index}`;
    this.#settings = settings;
    this.#tableOptions = tableOptions;
    this.#dimensions = settings.dimensions;
  }

  async add(documents: readonly VectorDocument[], options: CallOptions = {}): Promise<void> {
    this.#begin("vector.add", options);
    const dimensions = checkDocuments(provider, documents, this.#dimensions);
    for (const [at, { embedding }] of documents.entries()) {
      checkPrecision("vector.add", `documents[${at}].embedding`, embedding);
    }
    if (dimensions === undefined || documents.length === 0) return;
    const vectors = (this.#vectors ??= new VectorTable(
      this.#settings.metric,
      dimensions,
      this.#tableOptions,
    ));
    // The one step that can fail, for want of memory, comes before the first document is changed.
    vectors.reserve(this.#rows.length + documents.length);
    this.#dimensions = dimensions;
    for (const { id, content, metadata = {}, embedding } of documents) {
      const row = this.#rowOf.get(id) ?? this.#rows.length;
      this.#rows[row] = { id, content, metadata: copyMetadata(metadata) };
      this.#rowOf.set(id, row);
      vectors.set(row, Float32Array.from(embedding));
    }
  }

  async search(query: Float32Array | readonly number[], options: SearchOptions = {}): Promise<SearchHit[]> {
    this.#begin("vector.search", options);
    checkSearch(provider, query, options, this.#dimensions);
    checkPrecision("vector.search", "query", query);
    const { k = 10, filter, threshold = -Infinity, includeEmbeddings = false } = options;
    if (filter !== undefined) normalizeFilter(filter, "vector.search", provider);
    const vectors = this.#vectors;
    if (!vectors) return [];

    const nearest = vectors.search({
      vector: Float32Array.from(query),
      k,
      threshold,
      rows: this.#rows.length,
      accepts: (row) => filter === undefined || matchesFilter(filter, this.#row(row).metadata),
      idOf: (row) => this.#row(row).id,
    });
    return nearest.map(({ row, score }) => {
      const { id, content, metadata } = this.#row(row);
      const hit: SearchHit = { id, content, metadata: copyMetadata(metadata), score };
      return includeEmbeddings ? { ...hit, embedding: vectors.get(row) } : hit;
    });
  }

  async delete(
    selection: { ids: readonly string[] } | { filter: Filter },
    options: CallOptions = {},
  ): Promise<void> {
    this.#begin("vector.delete", options);
    for (const id of this.#selected(selection)) this.#remove(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#vectors = undefined;
    this.#rows.length = 0;
    this.#rowOf.clear();
  }

  #begin(op: string, { signal }: CallOptions): void {
    if (this.#closed) throw vectorInputError(provider, op, "the store is closed");
    signal?.throwIfAborted();
  }

  #selected(selection: unknown): readonly string[] {
    const { ids, filter } = checkSelection(provider, selection);
    if (filter === undefined) return ids;
    normalizeFilter(filter, "vector.delete", provider);
    return this.#rows.filter(({ metadata }) => matchesFilter(filter, metadata)).map(({ id }) => id);
  }

  /** The last row moves into the gap. */
  #remove(id: string): void {
    const row = this.#rowOf.get(id);
    if (row === undefined) return;
    const last = this.#rows.length - 1;
    if (row !== last) {
      const moved = this.#row(last);
      this.#rows[row] = moved;
      this.#rowOf.set(moved.id, row);
      this.#vectors?.move(last, row);
    }
    this.#rows.length = last;
    this.#rowOf.delete(id);
  }

  #row(row: number): Row {
    return this.#rows[row] as Row;
  }
}

/** Vectors are kept in single precision, where a number beyond 3.4e38 would become infinite. */
function checkPrecision(op: string, path: string, vector: ArrayLike<number>): void {
  if (vector instanceof Float32Array) return;
  for (let i = 0; i < vector.length; i++) {
    if (!Number.isFinite(Math.fround(vector[i] as number))) {
      throw vectorInputError(provider, op, `${path}: a number at ${i} that single precision cannot hold`);
    }
  }
}

/** Spread, and not assigned key by key, so that a key `__proto__` stays a key. */
function copyMetadata(metadata: Readonly<Record<string, MetadataValue>>): Record<string, MetadataValue> {
  const copy = { ...metadata };
  for (const key of Object.keys(copy)) {
    const value = copy[key];
    if (typeof value === "object") copy[key] = [...value] as string[] | number[];
  }
  return copy;
}
