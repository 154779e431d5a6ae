import { type ManagedVectorStore, type VectorStore, vectorStores } from "@beluga/core";
import type { PGlite } from "@electric-sql/pglite";
import type { Client, Pool } from "pg";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { type PgvectorConfig, type PostgresClient, type PostgresPool, createPgvectorStore } from "./index.js";

const connectionString = "postgres://someone:secret-1@127.0.0.1:1/nowhere";

function problemWith(config: unknown): unknown {
  try {
    createPgvectorStore(config as PgvectorConfig);
  } catch (error) {
    return error;
  }
  return undefined;
}

const client: PostgresClient = { query: async () => ({ rows: [] }) };
const pool: PostgresPool = { connect: () => Promise.reject(new Error("not here")) };

describe("a config is invalid_input", () => {
  test.each<[string, unknown]>([
    ["connectionString", { connectionString: "mysql://someone:secret-1@127.0.0.1/nowhere" }],
    ["connectionString", { connectionString: "secret-1" }],
    ["connectionString", { connectionString: "postgres://some one:secret-1#x@host/nowhere" }],
    ["connectionString", { connectionString: "" }],
    ["poolSize", { poolSize: 0 }],
    ["pool", { pool: {} }],
    ["client", { client: { query: "secret-1" } }],
    ["client", { client, pool }],
    ["index", { index: "x".repeat(64) }],
    ["schema", { schema: "" }],
    ["metric", { metric: "nearness" }],
    ["dimensions", { dimensions: 16_001 }],
    ["dimensions", { dimensions: 2_001, indexing: "hnsw" }],
    ["indexing", { indexing: "flat" }],
    ["hnsw.m", { hnsw: { m: 1 } }],
    ["hnsw.efConstruction", { hnsw: { m: 16, efConstruction: 31 } }],
    ["hnsw.efConstruction", { hnsw: { m: 33 } }],
    ["hnsw", { hnsw: { "m = 8) --": 1 } }],
    ["ivfflat.lists", { ivfflat: { lists: 0.5 } }],
  ])("with a wrong %s, which is named: %j", (path, config) => {
    const error = problemWith({ connectionString, ...(config as object) });
    expect(error).toMatchObject({ code: "invalid_input", op: "vector.create", provider: "pgvector" });
    expect(String(error)).toContain(path);
    expect(String(error)).not.toContain("secret-1");
  });
});

test.each<PgvectorConfig>([
  { connectionString },
  { connectionString: "postgresql://host" },
  { connectionString: "postgres:///nowhere?host=/var/run/postgresql" },
  { connectionString: "postgres://someone:secret@/nowhere?host=/var/run/postgresql" },
  { connectionString: "/var/run/postgresql nowhere" },
  { dimensions: 16_000 },
  { dimensions: 2_000, indexing: "ivfflat" },
  { client, connectionString: "mysql://somewhere else" },
  {},
])("a config is taken: %j", (config) => {
  expect(problemWith(config)).toBeUndefined();
});

test("a client or a pool goes before the environment, which may name another database", () => {
  vi.stubEnv("DATABASE_URL", "mysql://someone@127.0.0.1/nowhere");
  expect(problemWith({ client })).toBeUndefined();
  expect(problemWith({ pool })).toBeUndefined();
  expect(problemWith({})).toMatchObject({ code: "invalid_input" });
});

test("the registry knows the provider and the type of its config", () => {
  const store = vectorStores.create("pgvector", { connectionString, index: "whales" });
  expectTypeOf(store).toEqualTypeOf<VectorStore>();
  expect([store.provider, store.id]).toEqual(["pgvector", "pgvector/whales"]);
  expect(createPgvectorStore().id).toBe("pgvector/documents");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => vectorStores.create("pgvector", { indx: "whales" })).toThrow(/indx/);
});

test("the drivers have what a client and a pool need", () => {
  expectTypeOf<Pool>().toExtend<PostgresPool>();
  expectTypeOf<Client>().toExtend<PostgresClient>();
  expectTypeOf<PGlite>().toExtend<PostgresClient>();
  expectTypeOf(createPgvectorStore).returns.toEqualTypeOf<ManagedVectorStore>();
});
