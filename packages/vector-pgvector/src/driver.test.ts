import { type ManagedVectorStore, vectorStores } from "@beluga/core";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type PgvectorConfig, type PostgresPool, createPgvectorStore } from "./index.js";
import { type PostgresServer, servePostgres } from "./testing/postgres.js";

// Postgres takes some seconds to start, and more on a machine that is busy.
vi.setConfig({ hookTimeout: 60_000, testTimeout: 60_000 });

let server: PostgresServer;
let tables = 0;

beforeAll(async () => {
  server = await servePostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

async function newStore(config: PgvectorConfig): Promise<ManagedVectorStore> {
  const store = createPgvectorStore({ index: `t${tables++}`, dimensions: 2, ...config });
  onTestFinished(() => store.close());
  await store.ensureIndex();
  return store;
}

const documents = Array.from({ length: 1_200 }, (_, n) => ({
  id: `d${n}`,
  content: "",
  metadata: { n },
  embedding: [Math.cos(n / 1_200), Math.fround(Math.sin(n / 1_200))],
}));

async function count(store: ManagedVectorStore): Promise<number> {
  return (await store.search([1, 0], { k: 10_000 })).length;
}

test("a store with a connection string opens connections when it needs them, and ends them", async () => {
  const { connectionString } = server;
  const store = await newStore({ connectionString, poolSize: 1 });
  await store.add(documents);
  const [nearest] = await store.search([1, 0], { k: 1, includeEmbeddings: true });
  expect(nearest).toEqual({
    id: "d0",
    content: "",
    metadata: { n: 0 },
    score: 1,
    embedding: Float32Array.of(1, 0),
  });
  const [hit] = await store.search(documents[7]?.embedding ?? [], { k: 1, includeEmbeddings: true });
  expect(hit?.embedding).toEqual(Float32Array.from(documents[7]?.embedding ?? []));
  expect(server.sessions()).toBe(1);
  await store.close();
  await vi.waitFor(() => expect(server.sessions()).toBe(0));
});

test.each(["DATABASE_URL", "POSTGRES_URL"])("the connection string may be in %s", async (variable) => {
  vi.stubEnv("DATABASE_URL", "").stubEnv("POSTGRES_URL", "");
  vi.stubEnv(variable, server.connectionString);
  const store = vectorStores.createDynamic(`pgvector/from ${variable}`, { poolSize: 1, dimensions: 2 });
  await store.ensureIndex?.();
  await store.add(documents.slice(0, 3));
  expect(await store.search([1, 0])).toHaveLength(3);
  await store.close();
});

test("an add that is aborted in the middle is rolled back, and the pool goes on", async () => {
  const pool = new Pool({ connectionString: server.connectionString, max: 1 });
  onTestFinished(() => pool.end());
  const store = await newStore({ pool });
  await store.add(documents.slice(0, 1));

  const controller = new AbortController();
  const aborting: PostgresPool = {
    async connect() {
      const connection = await pool.connect();
      let inserts = 0;
      return {
        query(text, values) {
          const answer = connection.query(text, values);
          if (text.startsWith("INSERT") && ++inserts === 2) controller.abort("enough");
          return answer;
        },
        release: (close) => connection.release(close),
        on: (event, listener) => connection.on(event, listener),
        off: (event, listener) => connection.off(event, listener),
      };
    },
  };
  const cut = createPgvectorStore({ pool: aborting, index: `t${tables - 1}` });
  await expect(cut.add(documents, { signal: controller.signal })).rejects.toBe("enough");
  expect(await count(store)).toBe(1);
});

test("close leaves a pool open that was brought", async () => {
  const pool = new Pool({ connectionString: server.connectionString, max: 1 });
  onTestFinished(() => pool.end());
  const store = await newStore({ pool });
  await store.close();
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("a client of pg that is connected serves too, and stays connected", async () => {
  const client = new Client(server.connectionString);
  await client.connect();
  onTestFinished(() => client.end());
  const store = await newStore({ client, indexing: "hnsw" });
  await Promise.all([store.add(documents), store.add(documents.slice(0, 600)), store.search([1, 0])]);
  expect(await count(store)).toBe(1_200);
  await store.close();
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
