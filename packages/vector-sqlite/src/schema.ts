import type { Metric } from "@beluga/core";
import { vectorInputError } from "@beluga/core/provider";
import type { SqliteSettings } from "./config.js";
import type { Database } from "./database.js";
import { provider, storeError } from "./errors.js";

/** How the tables are built; another number is of another version of this package. */
const layout = 1;

/** The tables of one index, and what the file knows of it. */
export interface IndexTables {
  readonly number: number;
  readonly metric: Metric;
  /** `undefined` until the first document sets it. */
  readonly dimensions: number | undefined;
  /** `document`, its number in the other tables; `id`, `content`, and `metadata` as JSON. */
  readonly documents: string;
  /** Of each `document` its `embedding`, 32-bit floats in the machine's order, and their euclidean `norm`. Apart from the texts, which a scan need not read. */
  readonly vectors: string;
  /**
   * One row for each value of each `key` of a `document`, or for each element of a list: what filters look at. Numbers stand as REAL,
   * strings as TEXT, truth values as a BLOB of one byte, an empty list as the empty BLOB, so that `=` and `<` keep types apart by
   * themselves. A filter over the JSON would not do: SQLite's numbers from text are not always those of JavaScript.
   */
  readonly metadata: string;
}

/**
 * Finds the index in the file, or makes it.
 *
 * @throws BelugaError as `createSqliteStore` says.
 */
export function openIndex(database: Database, settings: SqliteSettings): IndexTables {
  const { encoding } = database.first("PRAGMA encoding") ?? {};
  if (encoding !== "UTF-8") {
    throw storeError(
      "vector.create",
      "unsupported",
      `the file keeps its texts as ${String(encoding)}, and not as UTF-8`,
    );
  }
  const present = findIndex(database, settings);
  if (present && (present.dimensions !== undefined || settings.dimensions === undefined || settings.readOnly))
    return present;
  if (settings.readOnly)
    throw storeError("vector.create", "not_found", `the file has no index "${settings.index}"`);
  // Another process may have made it since.
  return database.write(() => {
    const { number, dimensions } = findIndex(database, settings) ?? makeIndex(database, settings);
    if (dimensions === undefined && settings.dimensions !== undefined) {
      database.run("UPDATE beluga_indexes SET dimensions = ? WHERE number = ?", settings.dimensions, number);
    }
    return findIndex(database, settings) as IndexTables;
  });
}

/** The index as the file has it now, if it is there. @throws BelugaError `invalid_input` where it is another than the config says. */
export function reopenIndex(database: Database, settings: SqliteSettings): IndexTables | undefined {
  return database.read(() => findIndex(database, settings));
}

/** Removes the index with its tables, if it is there. */
export function dropIndex(database: Database, { index }: SqliteSettings): void {
  const found = findIndex(database, { index });
  if (!found) return;
  database.exec(`DROP TABLE ${found.metadata}; DROP TABLE ${found.vectors}; DROP TABLE ${found.documents}`);
  database.run("DELETE FROM beluga_indexes WHERE number = ?", found.number);
}

/**
 * The width as the file has it now: another process may have added the first document.
 *
 * @throws BelugaError `not_found` where another process has removed the index.
 */
export function widthOf(database: Database, { number }: IndexTables, op: string): number | undefined {
  const found = database.first("SELECT dimensions FROM beluga_indexes WHERE number = ?", number);
  if (!found) throw storeError(op, "not_found", "the index is gone");
  return typeof found["dimensions"] === "number" ? found["dimensions"] : undefined;
}

export function setWidth(database: Database, { number }: IndexTables, dimensions: number): void {
  database.run("UPDATE beluga_indexes SET dimensions = ? WHERE number = ?", dimensions, number);
}

function findIndex(
  database: Database,
  { index, metric, dimensions }: Pick<SqliteSettings, "index" | "metric" | "dimensions">,
): IndexTables | undefined {
  if (!database.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'beluga_indexes'"))
    return undefined;
  const found = database.first(
    "SELECT number, metric, dimensions, layout FROM beluga_indexes WHERE name = ?",
    index,
  ) as { number: number; metric: Metric; dimensions: number | null; layout: number } | undefined;
  if (!found) return undefined;
  if (found.layout !== layout) {
    const problem = `the index "${index}" has the layout ${found.layout} of another version of @beluga/vector-sqlite`;
    throw storeError("vector.create", "unsupported", problem);
  }
  const mismatch = (option: string, expected: string | number, given: string | number): unknown =>
    vectorInputError(
      provider,
      "vector.create",
      `${option}: the index "${index}" has ${expected}, and not ${given}`,
    );
  if (metric !== undefined && metric !== found.metric) throw mismatch("metric", found.metric, metric);
  if (dimensions !== undefined && found.dimensions !== null && dimensions !== found.dimensions) {
    throw mismatch("dimensions", found.dimensions, dimensions);
  }
  return {
    number: found.number,
    metric: found.metric,
    dimensions: found.dimensions ?? undefined,
    ...tableNames(found.number),
  };
}

function makeIndex(
  database: Database,
  { index, metric = "cosine" }: SqliteSettings,
): Pick<IndexTables, "number" | "dimensions"> {
  database.exec(
    `CREATE TABLE IF NOT EXISTS beluga_indexes (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      metric TEXT NOT NULL,
      dimensions INTEGER,
      layout INTEGER NOT NULL
    ) STRICT`,
  );
  const number = database.run(
    "INSERT INTO beluga_indexes (name, metric, layout) VALUES (?, ?, ?)",
    index,
    metric,
    layout,
  );
  const { documents, vectors, metadata } = tableNames(number);
  database.exec(
    `CREATE TABLE ${documents} (
      document INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      content TEXT NOT NULL,
      metadata TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ${vectors} (
      document INTEGER PRIMARY KEY REFERENCES ${documents} ON DELETE CASCADE,
      norm REAL NOT NULL,
      embedding BLOB NOT NULL
    ) STRICT;
    CREATE TABLE ${metadata} (
      document INTEGER NOT NULL REFERENCES ${documents} ON DELETE CASCADE,
      key TEXT NOT NULL,
      value ANY NOT NULL,
      PRIMARY KEY (document, key, value)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${metadata}_values ON ${metadata} (key, value)`,
  );
  return { number, dimensions: undefined };
}

/** Made of a number, so that no name of a user's becomes SQL. */
function tableNames(number: number): Pick<IndexTables, "documents" | "vectors" | "metadata"> {
  return {
    documents: `beluga_documents_${number}`,
    vectors: `beluga_vectors_${number}`,
    metadata: `beluga_metadata_${number}`,
  };
}
