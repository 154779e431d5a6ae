import {
  type Filter,
  type ManagedVectorStore,
  type MetadataValue,
  type Metric,
  type SearchHit,
  matchesFilter,
} from "@beluga/core";
import {
  type FilterDialect,
  type IndexDescription,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorQuery,
  createVectorStore,
  vectorInputError,
} from "@beluga/core/provider";
import type { MemorySettings } from "./config.js";
import { type TableOptions, VectorTable } from "./vector-table.js";

export function openMemoryStore(settings: MemorySettings, options?: TableOptions): ManagedVectorStore {
  return createVectorStore(new MemoryDriver(settings, options));
}

/** Filters stay as they are: core's `matchesFilter` looks at the metadata. */
const filters: FilterDialect<Filter> = {
  leaf: (leaf) => leaf,
  not: (filter) => ({ op: "not", filter }),
  and: (filters) => ({ op: "and", filters }),
  or: (filters) => ({ op: "or", filters }),
};

/** All of a document but its vector, which stands in the row of the same number in the table. */
type Row = Omit<StoredDocument, "embedding">;

/** Calls do their work in one go, so that no two of them mix. */
class MemoryDriver implements VectorDriver<Filter> {
  readonly provider = "memory";
  readonly index: string;
  readonly metric: Metric;
  readonly dimensions: number | undefined;
  readonly filters = filters;
  /** A call is one batch: all of it is written, or nothing. */
  readonly limits = { documents: Infinity, ids: Infinity };
  /** Half of a surrogate pair is kept as it is. */
  readonly refuses = { text: () => undefined };
  readonly #options: TableOptions | undefined;
  /** There once a document has set the width. */
  #table: VectorTable | undefined;
  readonly #rows: Row[] = [];
  readonly #rowOf = new Map<string, number>();

  constructor({ index, metric, dimensions }: MemorySettings, options?: TableOptions) {
    this.index = index;
    this.metric = metric;
    this.dimensions = dimensions;
    this.#options = options;
  }

  /** The index is always there. */
  async describe(): Promise<IndexDescription> {
    return { metric: this.metric, dimensions: this.#table?.dimensions ?? this.dimensions };
  }

  async create(): Promise<void> {}

  async drop(): Promise<void> {
    this.#table = undefined;
    this.#forgetRows();
  }

  async upsert(documents: readonly StoredDocument[], { op }: VectorCall): Promise<void> {
    const [first] = documents;
    if (!first) return;
    this.#checkWidth(op, first.embedding);
    const table = this.#table ?? new VectorTable(this.metric, first.embedding.length, this.#options);
    // The one step that can fail, for want of memory, comes before anything is changed.
    table.reserve(this.#rows.length + documents.length);
    this.#table = table;
    for (const { id, content, metadata, embedding } of documents) {
      const row = this.#rowOf.get(id) ?? this.#rows.length;
      this.#rows[row] = { id, content, metadata: copyMetadata(metadata) };
      this.#rowOf.set(id, row);
      table.set(row, embedding);
    }
  }

  async search(query: VectorQuery<Filter>, { op }: VectorCall): Promise<SearchHit[]> {
    const { vector, k, threshold, condition, includeEmbeddings } = query;
    this.#checkWidth(op, vector);
    const table = this.#table;
    if (!table) return [];
    const nearest = table.search({
      vector,
      k,
      threshold,
      rows: this.#rows.length,
      accepts: (row) => condition === undefined || matchesFilter(condition, this.#row(row).metadata),
      idOf: (row) => this.#row(row).id,
    });
    return nearest.map(({ row, score }) => {
      const { id, content, metadata } = this.#row(row);
      const hit: SearchHit = { id, content, metadata: copyMetadata(metadata), score };
      return includeEmbeddings ? { ...hit, embedding: table.get(row) } : hit;
    });
  }

  async deleteIds(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#remove(id);
  }

  async deleteWhere(condition: Filter | undefined): Promise<void> {
    if (condition === undefined) return this.#forgetRows();
    const matching = this.#rows.filter(({ metadata }) => matchesFilter(condition, metadata));
    for (const { id } of matching) this.#remove(id);
  }

  async close(): Promise<void> {
    await this.drop();
  }

  /** Of calls that were checked before the first document had set the width. */
  #checkWidth(op: string, { length }: Float32Array): void {
    const { dimensions = length } = this.#table ?? {};
    if (length === dimensions) return;
    const problem = `expected vectors of ${dimensions} numbers, the width of this index, and got ${length}`;
    throw vectorInputError(this.provider, op, problem);
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
      this.#table?.move(last, row);
    }
    this.#rows.length = last;
    this.#rowOf.delete(id);
  }

  #forgetRows(): void {
    this.#rows.length = 0;
    this.#rowOf.clear();
  }

  #row(row: number): Row {
    return this.#rows[row] as Row;
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
