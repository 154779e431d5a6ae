import { filter } from "@beluga/core";
import { type SqliteStore, createSqliteStore } from "@beluga/vector-sqlite";
import type { FileState, IndexedFile, PassageIndex } from "./passage-index.js";

/**
 * An index in a SQLite file, which says itself what it holds: the first passage of each file carries the file's state. Each making has an
 * index of its own in the file, so that vectors of different embedders never mix.
 */
export class SqliteIndex implements PassageIndex {
  readonly store: SqliteStore;
  readonly #making: string;

  /** @throws BelugaError as `createSqliteStore` does. */
  constructor(path: string, making: string) {
    this.store = createSqliteStore({ path, index: making });
    this.#making = making;
  }

  async files(): Promise<Map<string, FileState>> {
    const files = new Map<string, FileState>();
    for await (const { metadata } of this.store.list({ filter: filter.exists("hash") })) {
      const { source, hash, size, modified } = metadata;
      files.set(String(source), {
        hash: String(hash),
        size: Number(size),
        modified: Number(modified),
        making: this.#making,
      });
    }
    return files;
  }

  async replace(files: readonly IndexedFile[]): Promise<void> {
    for (const { path, state, documents } of files) {
      const { hash, size, modified } = state;
      await this.store.replace({
        filter: filter.eq("source", path),
        documents: documents.map((document, at) =>
          at === 0 ? { ...document, metadata: { ...document.metadata, hash, size, modified } } : document,
        ),
      });
    }
  }

  async remove(path: string): Promise<void> {
    await this.store.delete({ filter: filter.eq("source", path) });
  }

  async clear(): Promise<void> {
    await this.store.delete({ filter: filter.and() });
  }

  /** What is in the index is all that there is. */
  knows(): boolean {
    return true;
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}
