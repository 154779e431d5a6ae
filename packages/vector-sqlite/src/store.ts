import { setTimeout as wait } from "node:timers/promises";
import type { BelugaError, CallOptions, Filter, MetadataValue, SearchHit } from "@beluga/core";
import {
  type FilterDialect,
  type IndexDescription,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorQuery,
  checkStorable,
  compileFilter,
  createVectorStore,
  loneSurrogate,
  stored,
  vectorInputError,
} from "@beluga/core/provider";
import type { SqliteSettings } from "./config.js";
import { Database } from "./database.js";
import { type DocumentRows, rowsOfDocuments } from "./documents.js";
import { isBusy, provider, sqliteError, storeError } from "./errors.js";
import { type SqlCondition, checkSize, sqlDialect } from "./filter.js";
import { type IndexTables, dropIndex, openIndex, reopenIndex, setWidth, widthOf } from "./schema.js";
import { type Candidate, findNearest } from "./search.js";
import type { ListOptions, ListedDocument, Replacement, SqliteStore } from "./types.js";
import { toFloats, toText } from "./values.js";

/** How long a call waits for another process's lock, unless its own `timeout.total` says otherwise, in milliseconds. */
const defaultTimeout = 30_000;

const listPage = 1000;

/** @throws BelugaError as `createSqliteStore` says. */
export function sqliteStore(settings: SqliteSettings): SqliteStore {
  const driver = new SqliteDriver(settings);
  return {
    ...createVectorStore(driver),
    list: (options) => driver.list(options),
    replace: (replacement, options) => driver.replace(replacement, options),
  };
}

/**
 * SQLite's calls are synchronous, so each call of the store does its work in one go and one transaction, and no two of them mix. Only the wait
 * for another process's lock lets the thread go on.
 */
class SqliteDriver implements VectorDriver<SqlCondition> {
  readonly provider = provider;
  readonly index: string;
  readonly filters: FilterDialect<SqlCondition> = sqlDialect(() => this.#tables.metadata);
  /** All of an `add` is one transaction. */
  readonly limits = { documents: Infinity, ids: Infinity };
  readonly #settings: SqliteSettings;
  readonly #database: Database;
  #tables: IndexTables;
  #closed = false;

  constructor(settings: SqliteSettings) {
    this.index = settings.index;
    this.#settings = settings;
    this.#database = Database.open(settings.path, settings.readOnly);
    try {
      this.#tables = openIndex(this.#database, settings);
      this.#database.stopWaiting();
    } catch (error) {
      this.#database.close();
      throw sqliteError("vector.create", error);
    }
  }

  get metric(): IndexTables["metric"] {
    return this.#tables.metric;
  }

  get dimensions(): number | undefined {
    return this.#settings.dimensions;
  }

  async describe(call: VectorCall): Promise<IndexDescription | undefined> {
    return this.#call(call, () => {
      // Another process may have removed the index, and made it again.
      const tables = reopenIndex(this.#database, this.#settings);
      if (tables) this.#tables = tables;
      return tables && { dimensions: tables.dimensions, metric: tables.metric };
    });
  }

  async create(_index: IndexDescription, call: VectorCall): Promise<void> {
    this.#checkWritable(call.op);
    this.#tables = await this.#call(call, () => openIndex(this.#database, this.#settings));
  }

  async drop(call: VectorCall): Promise<void> {
    await this.#write(call, () => dropIndex(this.#database, this.#settings));
  }

  async upsert(documents: readonly StoredDocument[], call: VectorCall): Promise<void> {
    const rows = rowsOfDocuments(documents);
    await this.#write(call, () => this.#insert(call.op, rows));
  }

  async search(query: VectorQuery<SqlCondition>, call: VectorCall): Promise<SearchHit[]> {
    const { vector, k, condition = everything, threshold, includeEmbeddings } = query;
    checkSize(condition, call.op);
    return this.#call(call, () =>
      this.#database.read(() => {
        const width = this.#width(call.op);
        // No document yet; or the first has been added elsewhere, and the query has another width.
        if (width === undefined) return [];
        if (vector.length !== width) throw wrongWidth(call.op, "query", width, vector.length);
        const nearest = findNearest(this.#database, this.#tables, condition, vector, k, threshold);
        return nearest.map((candidate) => this.#hit(candidate, includeEmbeddings));
      }),
    );
  }

  async deleteIds(ids: readonly string[], call: VectorCall): Promise<void> {
    await this.#write(call, () => {
      for (const id of ids) this.#deleteId(id);
    });
  }

  async deleteWhere(condition: SqlCondition = everything, call: VectorCall): Promise<void> {
    checkSize(condition, call.op);
    await this.#write(call, () => this.#deleteWhere(condition));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#database.close();
  }

  async replace(replacement: Replacement, options: CallOptions = {}): Promise<void> {
    const call = this.#begin("vector.replace", options);
    const { filter, documents } = replacement ?? {};
    if (filter === undefined) throw vectorInputError(provider, call.op, "expected a filter");
    const condition = this.#compile(filter, call.op);
    checkStorable(this, documents, this.#width(call.op));
    const rows = rowsOfDocuments(documents.map(stored));
    await this.#write(call, () => {
      if (condition) this.#deleteWhere(condition);
      this.#insert(call.op, rows);
    });
  }

  async *list(options: ListOptions = {}): AsyncGenerator<ListedDocument> {
    const condition = this.#compile(options.filter, "vector.list");
    if (!condition) return;
    for (let after = 0; ;) {
      const call = this.#begin("vector.list", options);
      const rows = await this.#call(call, () => {
        const sql = `SELECT document, CAST(id AS BLOB) AS id, metadata FROM ${this.#tables.documents}
          WHERE document > ? AND ${condition.sql} ORDER BY document LIMIT ${listPage}`;
        return this.#database.all(sql, after, ...condition.values);
      });
      for (const { id, metadata } of rows) yield { id: toText(id), metadata: parseMetadata(metadata) };
      if (rows.length < listPage) return;
      after = rows.at(-1)?.["document"] as number;
    }
  }

  #begin(op: string, { signal, timeout }: CallOptions): VectorCall {
    if (this.#closed) throw vectorInputError(provider, op, "the store is closed");
    signal?.throwIfAborted();
    return { op, signal, timeout, http: { op } };
  }

  /** `undefined` where nothing matches. */
  #compile(filter: Filter | undefined, op: string): SqlCondition | undefined {
    const compiled = compileFilter(filter, this.filters, { op, provider, textProblem: loneSurrogate });
    if (compiled.matches === "none") return undefined;
    const condition = compiled.matches === "all" ? everything : compiled.condition;
    checkSize(condition, op);
    return condition;
  }

  async #write(call: VectorCall, body: () => void): Promise<void> {
    this.#checkWritable(call.op);
    await this.#call(call, () => this.#database.write(body));
  }

  #checkWritable(op: string): void {
    if (this.#settings.readOnly)
      throw storeError(op, "permission_denied", "the store was opened to be read only");
  }

  /** Runs a transaction, again and again where another process holds the lock that it needs. */
  async #call<T>({ op, signal, timeout }: VectorCall, body: () => T): Promise<T> {
    const until = performance.now() + (timeout?.total ?? defaultTimeout);
    for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
      this.#begin(op, { signal });
      try {
        return body();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw sqliteError(op, error);
      }
      // Of random length, so that two processes do not keep meeting. When the signal ends it, what follows throws the signal's reason.
      await wait(pause * (0.5 + Math.random()), undefined, { ...(signal && { signal }) }).catch(
        () => undefined,
      );
    }
  }

  #insert(op: string, rows: readonly DocumentRows[]): void {
    const [first] = rows;
    if (!first) return;
    const { documents: table, vectors, metadata } = this.#tables;
    // All rows are of one width. The index may have got another since they were checked, from another process.
    const width = this.#width(op);
    const found = first.embedding.byteLength / 4;
    if (width === undefined) setWidth(this.#database, this.#tables, found);
    else if (width !== found) throw wrongWidth(op, "documents[0].embedding", width, found);
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

  #width(op: string): number | undefined {
    return widthOf(this.#database, this.#tables, op);
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

const everything: SqlCondition = { sql: "TRUE", values: [] };

function wrongWidth(op: string, path: string, width: number, found: number): BelugaError {
  return vectorInputError(
    provider,
    op,
    `${path}: expected ${width} numbers, the width of this index, and got ${found}`,
  );
}

function parseMetadata(json: unknown): Record<string, MetadataValue> {
  return JSON.parse(json as string) as Record<string, MetadataValue>;
}
