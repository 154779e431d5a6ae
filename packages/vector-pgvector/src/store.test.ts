import { type VectorIndex, vectorStoreConformance } from "@beluga/conformance";
import type { PGlite } from "@electric-sql/pglite";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { type PgvectorConfig, createPgvectorStore } from "./index.js";
import { type PostgresServer, servePostgres, startPostgres } from "./testing/postgres.js";
import { watched } from "./testing/recorder.js";
import type { ManagedVectorStore } from "@beluga/core";

// Postgres takes some seconds to start, and more on a machine that is busy.
vi.setConfig({ hookTimeout: 60_000, testTimeout: 60_000 });

/** A new store over a table of its own. */
async function create(index: VectorIndex, config: PgvectorConfig): Promise<ManagedVectorStore> {
  const store = open(index, config);
  await store.ensureIndex();
  return store;
}

function open({ name, metric, dimensions }: VectorIndex, config: PgvectorConfig): ManagedVectorStore {
  return createPgvectorStore({ ...config, index: name, metric, dimensions });
}

const spec = {
  name: "pgvector",
  packageName: "@beluga/vector-pgvector",
  config: { connectionString: "postgres://127.0.0.1:1/nowhere" },
};

describe("with PGlite in process", () => {
  let client: PGlite;
  beforeAll(async () => {
    client = await startPostgres();
  });
  afterAll(() => client.close());
  const statements = new Map<string, number>();
  const config = ({ name }: VectorIndex): PgvectorConfig => ({
    client: watched(client, () => statements.set(name, (statements.get(name) ?? 0) + 1)),
  });
  vectorStoreConformance({
    ...spec,
    create: (index) => create(index, config(index)),
    reopen: (index) => open(index, config(index)),
    open: (index) => open(index, config(index)),
    requests: ({ name }) => statements.get(name) ?? 0,
    runs: 25,
  });
});

describe("with indexes of pgvector, which leave zeros out", () => {
  let client: PGlite;
  beforeAll(async () => {
    client = await startPostgres();
    // Of small tables Postgres would rather look at every row.
    await client.query("SET enable_seqscan = off");
  });
  afterAll(() => client.close());
  const config = (): PgvectorConfig => ({ client, indexing: "hnsw", hnsw: { efSearch: 200 } });
  vectorStoreConformance({
    ...spec,
    metrics: ["cosine"],
    supports: { zeroVectors: false },
    create: (index) => create(index, config()),
    reopen: (index) => open(index, config()),
    open: (index) => open(index, config()),
    runs: 5,
  });
});

describe("with pg, through a socket", () => {
  let server: PostgresServer;
  let pool: Pool;
  beforeAll(async () => {
    server = await servePostgres();
    // One session is all that can be served, so the stores share it.
    pool = new Pool({ connectionString: server.connectionString, max: 1 });
  });
  afterAll(async () => {
    await pool.end();
    await server[Symbol.asyncDispose]();
  });
  vectorStoreConformance({
    ...spec,
    create: (index) => create(index, { pool }),
    reopen: (index) => open(index, { pool }),
    open: (index) => open(index, { pool }),
    runs: 10,
  });
});

// The same against a server of one's own.
const live = [process.env["BELUGA_LIVE_PGVECTOR"]].filter(
  (connectionString) => connectionString !== undefined,
);

describe.each(live.map((connectionString) => ({ connectionString })))("with a real server", (config) => {
  const indexes: VectorIndex[] = [];
  afterAll(async () => {
    for (const index of indexes) {
      const store = open(index, config);
      await store.dropIndex();
      await store.close();
    }
  });
  vectorStoreConformance({
    ...spec,
    create(index) {
      indexes.push(index);
      return create(index, config);
    },
    reopen: (index) => open(index, config),
    open(index) {
      indexes.push(index);
      return open(index, config);
    },
  });
});
