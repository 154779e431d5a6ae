import { BelugaError } from "@beluga/core";
import type { VectorCall } from "@beluga/core/provider";
import type { PostgresClient, PostgresPool } from "./client.js";
import type { PgvectorSettings } from "./config.js";
import { withDeadline } from "./deadline.js";
import { databaseError } from "./errors.js";
import { OwnPool } from "./own-pool.js";

/** Sends one statement, and gives its rows. */
export type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Runs the statements of a call on one connection, until it ends, is aborted, or its time limit passes. */
type Run = <T>(call: VectorCall, body: (query: Query) => Promise<T>) => Promise<T>;

/** Where statements are sent. */
export interface Database {
  /** Whether vectors can be sent as bytes, which is several times as quick. */
  readonly takesBytes: boolean;
  /** Statements that each stand for themselves. */
  run: Run;
  /** Statements of which all take effect, or none. */
  transaction: Run;
  /** Ends the connections, where they are the store's own. */
  close?(): Promise<void>;
}

export function openDatabase(settings: PgvectorSettings): Database {
  const { client, pool } = settings;
  if (client) return databaseOf(hasTransactions(client) ? transacting(client) : queueing(client));
  if (pool) return databaseOf(pooling(pool));
  const own = new OwnPool(settings);
  return { ...databaseOf(pooling(own)), close: () => own.close() };
}

type Connection = Pick<PostgresClient, "query">;

/** A call, with the signal of its own end. */
interface Turn {
  readonly op: string;
  readonly signal: AbortSignal;
}

type Lend = <T>(turn: Turn, body: (connection: Connection) => Promise<T>) => Promise<T>;

/** How a call comes by a connection, to use until `body` ends. */
interface Connections {
  readonly takesBytes: boolean;
  readonly lend: Lend;
  /** The same in a transaction, which is committed where `body` resolves, and is rolled back otherwise. */
  readonly transaction: Lend;
}

function databaseOf({ takesBytes, lend, transaction }: Connections): Database {
  return { takesBytes, run: running(lend), transaction: running(transaction) };
}

function running(lend: Lend): Run {
  return (call, body) =>
    withDeadline(call, (signal) => {
      const turn = { op: call.op, signal };
      return lend(turn, (connection) => body((text, values) => ask(turn, connection, text, values)));
    });
}

async function ask(
  { op, signal }: Turn,
  connection: Connection,
  text: string,
  values?: unknown[],
): Promise<Record<string, unknown>[]> {
  signal.throwIfAborted();
  const { rows } = await mapped(op, () => connection.query(text, values));
  return rows as Record<string, unknown>[];
}

/** What the driver throws, as an error of Beluga's. */
async function mapped<T>(op: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw databaseError(op, error);
  }
}

/**
 * Each call has a connection of its own. When the call is aborted the connection is closed, so that nothing is committed; and since Postgres does
 * not notice that before its statement is done, it is told.
 */
function pooling(pool: PostgresPool): Connections {
  const lend: Lend = async ({ op, signal }, body) => {
    const connection = await mapped(op, async () => pool.connect());
    let isLent = true;
    const giveBack = (close: boolean): void => {
      if (!isLent) return;
      isLent = false;
      connection.off("error", nothing);
      connection.release(close);
    };
    const leave = (): void => {
      giveBack(true);
      if (connection.processID) cancel(pool, connection.processID).catch(nothing);
    };
    // A connection that is lost fails the query that is under way as well.
    connection.on("error", nothing);
    signal.addEventListener("abort", leave);
    try {
      signal.throwIfAborted();
      const result = await body(connection);
      giveBack(false);
      return result;
    } catch (error) {
      // Where the server has ended the session, the connection is of no use any more.
      giveBack(BelugaError.is(error) && error.code === "provider_unavailable");
      throw error;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  };
  return { takesBytes: true, lend, transaction: inTransaction(lend) };
}

/** {@link https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL}: a role may do this to its own sessions. */
async function cancel(pool: PostgresPool, processID: number): Promise<void> {
  const connection = await pool.connect();
  connection.on("error", nothing);
  try {
    await connection.query("SELECT pg_cancel_backend($1)", [processID]);
  } finally {
    connection.off("error", nothing);
    connection.release();
  }
}

/** A client whose transactions keep others out: a PGlite. What is under way when the call is aborted goes on to its end, and is rolled back. */
function transacting(client: Required<PostgresClient>): Connections {
  return {
    takesBytes: false,
    lend: (_turn, body) => body(client),
    transaction: ({ op, signal }, body) =>
      mapped(op, () =>
        client.transaction(async (connection) => {
          const result = await body(connection);
          signal.throwIfAborted();
          return result;
        }),
      ),
  };
}

function hasTransactions(client: PostgresClient): client is Required<PostgresClient> {
  return client.transaction !== undefined;
}

/** A client that takes one statement after the other, from anyone: so calls wait for each other. */
function queueing(client: PostgresClient): Connections {
  const lend: Lend = (_turn, body) => {
    const turn = (lastTurns.get(client) ?? Promise.resolve()).then(() => body(client));
    lastTurns.set(client, turn.then(nothing, nothing));
    return turn;
  };
  return { takesBytes: false, lend, transaction: inTransaction(lend) };
}

/** Of all stores on a client: their statements must not get into each other's transactions. */
const lastTurns = new WeakMap<PostgresClient, Promise<void>>();

function inTransaction(lend: Lend): Lend {
  return (turn, body) =>
    lend(turn, async (connection) => {
      await ask(turn, connection, "BEGIN");
      try {
        const result = await body(connection);
        await ask(turn, connection, "COMMIT");
        return result;
      } catch (error) {
        // Where the connection is lost, Postgres has rolled back by itself. What led here is what the caller is told.
        await connection.query("ROLLBACK").catch(nothing);
        throw error;
      }
    });
}

function nothing(): void {}
