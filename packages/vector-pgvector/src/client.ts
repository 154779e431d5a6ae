/**
 * What a store needs of one connection to Postgres. A connected `Client` of pg has it, and a PGlite.
 *
 * Values are strings, numbers and arrays of strings. From a {@link PostgresPool} they are also bytes, which have to be sent as they are: as values
 * in Postgres' binary format.
 */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** A transaction that nothing else gets in between, where the client has such. PGlite has. */
  transaction?<T>(body: (transaction: Pick<PostgresClient, "query">) => Promise<T>): Promise<T>;
}

/** What a store needs of a pool of connections: that of pg has it. */
export interface PostgresPool {
  connect(): Promise<PooledClient>;
}

/** A connection that has been taken out of a pool. */
export interface PooledClient {
  /** The number of its session, by which another can cancel what it does. */
  readonly processID?: number | null | undefined;
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Puts it back, or closes it. */
  release(close?: boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}
