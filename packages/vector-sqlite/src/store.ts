import { setTimeout as wait } from "node:timers/promises";
import type {
  CallOptions,
  Filter,
  MetadataValue,
  SearchHit,
  SearchOptions,
  VectorDocument,
} from "@beluga/core";
import { checkDocuments, checkSearch, checkSelection, vectorInputError } from "@beluga/core/provider";
import type { SqliteSettings } from "./config.js";
import { Database } from "./database.js";
import { type DocumentRows, rowsOfDocuments } from "./documents.js";
import { isBusy, provider, sqliteError, storeError } from "./errors.js";
import { type SqlCondition, compileFilter, hasLoneSurrogate } from "./filter.js";
import { type IndexTables, openIndex, setWidth, widthOf } from "./schema.js";
import { type Candidate, findNearest } from "./search.js";
import type { ListOptions, ListedDocument, Replacement, SqliteStore } from "./types.js";
import { toFloats, toSinglePrecision, toText } from "./values.js";

/** How long a call waits for another process's lock, unless its own `timeout.total` says otherwise, in milliseconds. */
const defaultTimeout = 30_000;

const listPage = 1000;

/**
 * SQLite's calls are synchronous, so each call of the store does its work in one go and one transaction, and no two of them mix. Only the wait
 * for another process's lock lets the thread go on.
 */
export class SqliteFileStore implements SqliteStore {
  readonly provider = provider;
  readonly id: string;
  readonly #readOnly: boolean;
  readonly #database: Database;
  readonly #tables: IndexTables;
  /** Never changes once it is known. */
  #dimensions: number | undefined;
  #closed = false;

  constructor(settings: SqliteSettings) {
    this.id = `${provider}/${settings.index}`;
    this.#readOnly = settings.readOnly;
    this.#database = Database.open(settings.path, settings.readOnly);
    try {
      this.#tables = openIndex(this.#database, settings);
      this.#database.stopWaiting();
    } catch (error) {
      this.#database.close();
      throw sqliteError("vector.create", error);
    }
    this.#dimensions = this.#tables.dimensions ?? settings.dimensions;
  }

  async add(documents: readonly VectorDocument[], options: CallOptions = {}): Promise<void> {
    this.#begin("vector.add", options);
    const rows = this.#prepare(documents);
    if (rows.length > 0) await this.#write("vector.add", options, () => this.#insert("vector.add", rows));
  }

  async search(query: Float32Array | readonly number[], options: SearchOptions = {}): Promise<SearchHit[]> {
    this.#begin("vector.search", options);
    checkSearch(provider, query, options, this.#dimensions);
    const vector = toSinglePrecision(query, "vector.search", "query");
    const { k = 10, filter, threshold = -Infinity, includeEmbeddings = false } = options;
    const condition = compileFilter(filter, this.#tables, "vector.search");
    return this.#call("vector.search", options, () =>
      this.#database.read(() => {
        const width = this.#width();
        // No document yet; or the first has been added elsewhere, and the query has another width.
        if (width === undefined) return [];
        checkSearch(provider, query, options, width);
        const nearest = findNearest(this.#database, this.#tables, condition, vector, k, threshold);
        return nearest.map((candidate) => this.#hit(candidate, includeEmbeddings));
      }),
    );
  }

  async delete(
    selection: { ids: readonly string[] } | { filter: Filter },
    options: CallOptions = {},
  ): Promise<void> {
    this.#begin("vector.delete", options);
    const { ids, filter } = checkSelection(provider, selection);
    if (filter !== undefined) {
      const condition = compileFilter(filter, this.#tables, "vector.delete");
      return this.#write("vector.delete", options, () => this.#deleteWhere(condition));
    }
    // What SQLite would make of a lone surrogate may be the id of another document.
    const known = ids.filter((id) => !hasLoneSurrogate(id));
    return this.#write("vector.delete", options, () => {
      for (const id of known) this.#deleteId(id);
    });
  }

  async replace(replacement: Replacement, options: CallOptions = {}): Promise<void> {
    this.#begin("vector.replace", options);
    const { filter, documents } = replacement ?? {};
    if (filter === undefined) throw vectorInputError(provider, "vector.replace", "expected a filter");
    const condition = compileFilter(filter, this.#tables, "vector.replace");
    const rows = this.#prepare(documents);
    await this.#write("vector.replace", options, () => {
      this.#deleteWhere(condition);
      this.#insert("vector.replace", rows);
    });
  }

  async *list(options: ListOptions = {}): AsyncGenerator<ListedDocument> {
    const condition = compileFilter(options.filter, this.#tables, "vector.list");
    const sql = `SELECT document, CAST(id AS BLOB) AS id, metadata FROM ${this.#tables.documents}
      WHERE document > ? AND ${condition.sql} ORDER BY document LIMIT ${listPage}`;
    for (let after = 0; ;) {
      this.#begin("vector.list", options);
      const rows = await this.#call("vector.list", options, () =>
        this.#database.all(sql, after, ...condition.values),
      );
      for (const { id, metadata } of rows) yield { id: toText(id), metadata: parseMetadata(metadata) };
      if (rows.length < listPage) return;
      after = rows.at(-1)?.["document"] as number;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #begin(op: string, { signal }: CallOptions): void {
    if (this.#closed) throw vectorInputError(provider, op, "the store is closed");
    signal?.throwIfAborted();
  }

  async #write(op: string, options: CallOptions, body: () => void): Promise<void> {
    if (this.#readOnly) throw storeError(op, "permission_denied", "the store was opened to be read only");
    await this.#call(op, options, () => this.#database.write(body));
  }

  /** Runs a transaction, again and again where another process holds the lock that it needs. */
  async #call<T>(op: string, options: CallOptions, body: () => T): Promise<T> {
    const { signal, timeout } = options;
    const until = performance.now() + (timeout?.total ?? defaultTimeout);
    for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
      try {
        return body();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw sqliteError(op, error);
      }
      // Of random length, so that two processes do not keep meeting. When the signal ends it, what follows throws the signal's reason.
      await wait(pause * (0.5 + Math.random()), undefined, { ...(signal && { signal }) }).catch(
        () => undefined,
      );
      this.#begin(op, options);
    }
  }

  /** All that is to be written, checked and copied, so that what the caller changes later changes nothing. */
  #prepare(documents: readonly VectorDocument[]): DocumentRows[] {
    checkDocuments(provider, documents, this.#dimensions);
    return rowsOfDocuments(documents);
  }

  #insert(op: string, rows: readonly DocumentRows[]): void {
    const [first] = rows;
    if (!first) return;
    const { documents: table, vectors, metadata } = this.#tables;
    // All rows are of one width. The index may have got another since they were checked, from another process.
    const width = this.#width();
    const found = first.embedding.byteLength / 4;
    if (width === undefined) setWidth(this.#database, this.#tables, found);
    else if (width !== found) {
      const problem = `expected ${width} numbers, the width of this index, and got ${found}`;
      throw vectorInputError(provider, op, `documents[0].embedding: ${problem}`);
    }
    for (const { id, content, json, values, norm, embedding } of rows) {
      this.#deleteId(id);
      const number = this.#database.run(
        `INSERT INTO ${table} (id, content, metadata) VALUES (?, ?, ?)`,
        id,
        content,
        json,
      );
      this.#database.run(
        `INSERT INTO ${vectors} (document, norm, embedding) VALUES (?, ?, ?)`,
        number,
        norm,
        embedding,
      );
      for (const [key, value] of values) {
        this.#database.run(
          `INSERT OR IGNORE INTO ${metadata} (document, key, value) VALUES (?, ?, ?)`,
          number,
          key,
          value,
        );
      }
    }
  }

  #width(): number | undefined {
    return (this.#dimensions ??= widthOf(this.#database, this.#tables));
  }

  /** Its vector and its metadata go with it: they refer to it. */
  #deleteId(id: string): void {
    this.#database.run(`DELETE FROM ${this.#tables.documents} WHERE id = ?`, id);
  }

  #deleteWhere({ sql, values }: SqlCondition): void {
    this.#database.run(`DELETE FROM ${this.#tables.documents} WHERE ${sql}`, ...values);
  }

  #hit({ document, id, score }: Candidate, includeEmbedding: boolean): SearchHit {
    const { documents, vectors } = this.#tables;
    const texts = `SELECT CAST(content AS BLOB) AS content, metadata FROM ${documents} WHERE document = ?`;
    const { content, metadata } = this.#database.first(texts, document) ?? {};
    const hit: SearchHit = { id, content: toText(content), metadata: parseMetadata(metadata), score };
    if (!includeEmbedding) return hit;
    const { embedding } =
      this.#database.first(`SELECT embedding FROM ${vectors} WHERE document = ?`, document) ?? {};
    return { ...hit, embedding: toFloats(embedding) };
  }
}

function parseMetadata(json: unknown): Record<string, MetadataValue> {
  return JSON.parse(json as string) as Record<string, MetadataValue>;
}
