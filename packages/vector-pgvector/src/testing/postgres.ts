import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** Postgres with pgvector, in this process. It takes some seconds to start, so tests of a file share one: every index is a table of its own. */
export async function startPostgres(): Promise<PGlite> {
  return PGlite.create({ extensions: { vector } });
}

/** A Postgres that speaks to drivers, of which one session at a time can be served. */
export interface PostgresServer extends AsyncDisposable {
  readonly connectionString: string;
  /** How many sessions there are. */
  sessions(): number;
}

export async function servePostgres(): Promise<PostgresServer> {
  const postgres = await startPostgres();
  // A session that was cut off may still be there when the next begins.
  const server = new PGLiteSocketServer({ db: postgres, port: 0, maxConnections: 10 });
  await server.start();
  return {
    connectionString: `postgres://postgres:not-asked-for@${server.getServerConn()}/postgres`,
    sessions: () => server.getStats().activeConnections,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await postgres.close();
    },
  };
}
