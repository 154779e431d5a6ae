import type { CallOptions, Filter, ManagedVectorStore, MetadataValue, VectorDocument } from "@beluga/core";

/** A vector store in a file, which can also say what it holds, and replace a part of it in one step. */
export interface SqliteStore extends ManagedVectorStore {
  /**
   * All documents, or those that match, without their contents and vectors, in no particular order; read a thousand at a time, so that a
   * large index needs no memory. What is written meanwhile may be among them or not.
   */
  list(options?: ListOptions): AsyncIterable<ListedDocument>;
  /**
   * Deletes what matches the filter and adds the documents, in one transaction: a reader, and a process that is killed, sees all of it or
   * nothing. For the chunks of a file that has changed.
   *
   * @throws BelugaError as `add` and `delete` do; nothing is changed then.
   */
  replace(replacement: Replacement, options?: CallOptions): Promise<void>;
}

/** Options of {@link SqliteStore.list}. */
export interface ListOptions extends CallOptions {
  filter?: Filter | undefined;
}

/** A document as {@link SqliteStore.list} gives it. */
export interface ListedDocument {
  id: string;
  metadata: Record<string, MetadataValue>;
}

/** What {@link SqliteStore.replace} does. */
export interface Replacement {
  /** Selects the documents that go. */
  filter: Filter;
  /** Those that come; one with the id of a document that stays replaces it, as with `add`. */
  documents: readonly VectorDocument[];
}
