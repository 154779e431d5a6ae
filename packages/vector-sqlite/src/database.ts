import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { getLoadablePath } from "sqlite-vec";
import { isBusy, sqliteError, storeError } from "./errors.js";

/** What is bound to a parameter. Node binds a number as a REAL, and SQLite compares those exactly. */
export type SqlValue = string | number | Uint8Array;

type SqlRow = Record<string, unknown>;

/** The most statements that are kept ready; those of filters differ from each other. */
const maxStatements = 100;

/** How long opening a file waits for another process, which may be making its tables, in milliseconds. */
const openTimeout = 2_000;

/** One connection to one file. All of it is synchronous. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** @throws BelugaError as `createSqliteStore` says. */
  static open(path: string, readOnly: boolean): Database {
    const giveUpAt = performance.now() + openTimeout;
    for (;;) {
      try {
        return Database.#open(path, readOnly);
      } catch (error) {
        // Two that make one new file wait for each other over its journal mode, so SQLite fails one of them at once, whatever its busy timeout.
        if (!isBusy(error) || performance.now() >= giveUpAt) throw sqliteError("vector.create", error);
        sleep(5 + Math.random() * 20);
      }
    }
  }

  static #open(path: string, readOnly: boolean): Database {
    const Connection = connectionClass();
    const extension = extensionPath();
    let connection: DatabaseSync | undefined;
    try {
      // An absolute path, so that none is taken for a `file:` URI.
      const location = path === ":memory:" ? path : resolve(path);
      if (readOnly && !existsSync(location))
        throw storeError("vector.create", "not_found", `no file ${location}`);
      connection = new Connection(location, { readOnly, allowExtension: true });
      connection.loadExtension(extension);
      connection.enableLoadExtension(false);
      connection.exec(`PRAGMA busy_timeout = ${openTimeout}; PRAGMA foreign_keys = ON`);
      // Pages that hold whole vectors make a scan a third faster. Only a new file takes this.
      const settings = "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
      if (!readOnly) connection.exec(settings);
      return new Database(connection);
    } catch (error) {
      connection?.close();
      throw error;
    }
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#statement(sql).all(...values);
  }

  first(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Rows one by one; read to the end, or left with `break`. */
  each(sql: string, ...values: SqlValue[]): Iterable<SqlRow> {
    return this.#statement(sql).iterate(...values) as Iterable<SqlRow>;
  }

  /** Runs a statement. Returns the row number of what it inserted. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  /** Runs statements that hold no value. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** From now on a lock of others fails at once: who calls waits without blocking the thread. */
  stopWaiting(): void {
    this.#connection.exec("PRAGMA busy_timeout = 0");
  }

  /** All of what `body` writes, or nothing. The lock is taken at once: to take it in the middle may fail where others write. */
  write<T>(body: () => T): T {
    return this.#transaction("BEGIN IMMEDIATE", body);
  }

  /** All that `body` reads is of one moment. */
  read<T>(body: () => T): T {
    return this.#transaction("BEGIN", body);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #transaction<T>(begin: string, body: () => T): T {
    this.#connection.exec(begin);
    try {
      const result = body();
      this.#connection.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#connection.exec("ROLLBACK");
    } catch {
      // After a full disk and its like SQLite has rolled back by itself. What led here is what the caller is told.
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= maxStatements) this.#statements.clear();
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Opening is synchronous, as all of SQLite is here. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Looked up when a store is opened, and not when this package is imported. */
function connectionClass(): typeof DatabaseSync {
  const sqlite = withoutWarning(() => globalThis.process?.getBuiltinModule?.("node:sqlite"));
  if (sqlite && "loadExtension" in sqlite.DatabaseSync.prototype) return sqlite.DatabaseSync;
  throw storeError(
    "vector.create",
    "unsupported",
    "this needs Node 22.13 or newer, with its module node:sqlite",
  );
}

/**
 * Node 22 prints that its SQLite is experimental when the module is loaded. That is said to who writes against it: to this package, which
 * is tested on those releases, and not to who uses it. Other warnings pass.
 */
function withoutWarning<T>(load: () => T): T {
  const { process } = globalThis;
  if (!process?.versions?.node?.startsWith("22.")) return load();
  const { emitWarning } = process;
  process.emitWarning = (...args: unknown[]) => {
    if (!String(args[0]).startsWith("SQLite is an experimental")) Reflect.apply(emitWarning, process, args);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function extensionPath(): string {
  try {
    return getLoadablePath();
  } catch (error) {
    const machine = `${process.platform}-${process.arch}`;
    throw storeError(
      "vector.create",
      "unsupported",
      `sqlite-vec is not installed for ${machine}: it comes as the optional dependency sqlite-vec-<system>-<processor>`,
      error,
    );
  }
}
