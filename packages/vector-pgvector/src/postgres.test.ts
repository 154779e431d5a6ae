import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { type Filter, type ManagedVectorStore, type VectorDocument, filter } from "@beluga/core";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { quoteIdentifier } from "./identifier.js";
import { type PgvectorConfig, createPgvectorStore } from "./index.js";
import type { PostgresClient } from "./client.js";
import { startPostgres } from "./testing/postgres.js";
import { type Sent, watched } from "./testing/recorder.js";

// Postgres takes some seconds to start, and more on a machine that is busy.
vi.setConfig({ hookTimeout: 60_000, testTimeout: 60_000 });

let postgres: PGlite;
let tables = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());

/** A store over a new table. */
async function newStore(config: PgvectorConfig = {}): Promise<ManagedVectorStore> {
  const store = createPgvectorStore({ client: postgres, index: `t${tables++}`, dimensions: 2, ...config });
  await store.ensureIndex();
  return store;
}

/** The database, which also writes down what it is sent. */
function recorded(sent: Sent[]): PostgresClient {
  return watched(postgres, (...statement) => sent.push(statement));
}

function document(
  id: string,
  embedding: number[] = [1, 0],
  metadata: VectorDocument["metadata"] = {},
): VectorDocument {
  return { id, content: `content of ${id}`, embedding, metadata };
}

async function idsIn(store: ManagedVectorStore, condition?: Filter): Promise<string[]> {
  return (await store.search([1, 0], { k: 10_000, filter: condition })).map(({ id }) => id);
}

/** What has broken out of quotes, comments, casts and parameters. */
const payloads = [
  `"; DROP TABLE victims; --`,
  `'; DROP TABLE victims; --`,
  `"."victims`,
  `victims" CASCADE; --`,
  `\\'; DROP TABLE victims; --`,
  `E'\\''; DROP TABLE victims; --`,
  `$$; DROP TABLE victims; $$`,
  `/* */ ; DROP TABLE victims`,
  `$1`,
  `%I`,
  `?`,
  `a.b`,
  `"`,
  `""`,
  `'`,
  `\\`,
  `U&"\\0022"`,
  `{"a": 1}`,
  `$[*] ? (true)`,
  `::text`,
  `select`,
  ` `,
  `line\nline`,
  `🦊`,
  "ü".repeat(31),
];

async function victims(): Promise<unknown> {
  return (await postgres.query("SELECT n FROM victims")).rows;
}

describe("what would be SQL elsewhere", () => {
  beforeAll(() => postgres.query("CREATE TABLE victims AS SELECT 7 AS n"));

  test.each(payloads)("is a name like others in a schema and an index: %j", async (name) => {
    await postgres.query(`CREATE SCHEMA ${quoteIdentifier(name)}`);
    const store = await newStore({ schema: name, index: name });
    const { rows } = await postgres.query(
      "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'",
      [name],
    );
    expect(rows).toEqual([{ nspname: name, relname: name }]);
    await store.add([document("a"), document("b"), document("c")]);
    await store.delete({ ids: ["a"] });
    await store.delete({ filter: filter.eq("x", 1) });
    expect(await idsIn(store)).toEqual(["b", "c"]);
    await store.dropIndex();
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "not_found" });
    expect(await victims()).toEqual([{ n: 7 }]);
  });

  test("is refused as a name where Postgres would make another of it", () => {
    for (const name of ["", "a\0b", "a\uD800", "ü".repeat(32), "x".repeat(64)]) {
      for (const config of [{ index: name }, { schema: name }]) {
        expect(() => createPgvectorStore({ client: postgres, ...config })).toThrow(
          expect.objectContaining({ code: "invalid_input", op: "vector.create" }),
        );
      }
    }
  });

  test("never comes into a statement from an id, a content, a key or a value", async () => {
    const sent: Sent[] = [];
    const store = await newStore({ client: recorded(sent) });
    // Long enough that no statement has them by chance.
    for (const payload of payloads.filter(({ length }) => length > 8)) {
      await store.add([
        { id: payload, content: payload, metadata: { [payload]: [payload] }, embedding: [1, 0] },
      ]);
      for (const condition of [
        filter.eq(payload, payload),
        filter.nin(payload, ["x", 7, true]),
        filter.in(payload, [payload, ...Array.from({ length: 20 }, (_, n) => n)]),
        filter.lte(payload, payload),
        filter.not(filter.gt(payload, payload)),
        filter.exists(payload),
      ]) {
        expect(await idsIn(store, condition)).toContain(payload);
        await store.delete({ filter: filter.and(condition, filter.eq("no", payload)) });
      }
      await store.delete({ ids: [payload] });
      expect(await idsIn(store)).toEqual([]);
      expect(sent.filter(([text]) => text.includes(payload))).toEqual([]);
    }
    expect(await victims()).toEqual([{ n: 7 }]);
  });
});

test("filters that are long, wide and deep are still SQL to Postgres", async () => {
  const store = await newStore();
  await store.add([document("a", [1, 0], { n: 7 })]);
  const numbers = Array.from({ length: 20_000 }, (_, n) => n);
  const nested = Array.from({ length: 90 }).reduce<Filter>(
    (inner, _, n) => (n % 2 ? filter.and(inner, filter.ne("n", -n)) : filter.or(inner, filter.eq("n", -n))),
    filter.eq("n", 7),
  );
  for (const condition of [
    filter.in("n", [...numbers, ...numbers.map((n) => `text ${n}`)]),
    filter.or(...numbers.slice(0, 3000).map((n) => filter.eq("n", n))),
    filter.and(...numbers.slice(0, 3000).map((n) => filter.ne("n", -n - 1))),
    nested,
  ]) {
    expect(await idsIn(store, condition)).toEqual(["a"]);
    expect(await idsIn(store, filter.not(condition))).toEqual([]);
  }
});

test("a table that something else made serves, its NULLs too, by the metric of the config", async () => {
  await postgres.query(
    "CREATE TABLE other (id varchar PRIMARY KEY, content varchar, metadata jsonb, embedding vector, more int DEFAULT 1)",
  );
  await postgres.query(`INSERT INTO other VALUES ('a', 'A', '{"n": 1}', '[3,4]'), ('b', 'B', NULL, '[0,1]')`);
  const store = createPgvectorStore({ client: postgres, index: "other", metric: "euclidean" });
  await store.ensureIndex();
  for (const condition of [
    filter.eq("n", 1),
    filter.gt("n", 0),
    filter.exists("n"),
    filter.in("n", [1, 2]),
  ]) {
    expect(await idsIn(store, condition)).toEqual(["a"]);
    expect(await idsIn(store, filter.not(condition))).toEqual(["b"]);
  }
  await store.add([document("c", [3, 3])]);
  expect((await store.search([3, 4], { k: 2 })).map(({ id, score }) => [id, score])).toEqual([
    ["a", 1],
    ["c", 0.5],
  ]);
});

test("two that make one index at the same time both have it, and one of another metric is told so", async () => {
  const config = { index: "contested" };
  const calls = await Promise.allSettled([
    newStore(config),
    newStore(config),
    newStore({ ...config, metric: "dot" }),
  ]);
  expect(
    calls.map((call) => (call.status === "fulfilled" ? "made" : (call.reason as { code: string }).code)),
  ).toEqual(["made", "made", "invalid_input"]);
});

describe("an add is written whole or not at all", () => {
  test("where Postgres refuses one of its statements", async () => {
    const store = await newStore();
    await store.add([document("before")]);
    // Random, so that it cannot be compressed to what an index takes.
    const tooLong = `z${randomBytes(5_000).toString("hex")}`;
    const documents = Array.from({ length: 1_200 }, (_, n) => document(`d${n}`));
    await expect(store.add([...documents, document(tooLong)])).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/^pgvector vector.add: index row .* \(SQLSTATE 54000\)$/),
    });
    expect(await idsIn(store)).toEqual(["before"]);
  });

  test.each([1_600, 1_000])(
    "where it is aborted with its second statement, of %i documents",
    async (length) => {
      const sent: Sent[] = [];
      const controller = new AbortController();
      const client = watched(postgres, (text) => {
        if (text.startsWith("INSERT") && sent.push([text]) === 2) controller.abort("enough");
      });
      const index = `t${tables}`;
      await newStore();
      const store = createPgvectorStore({ client, index });
      const documents = Array.from({ length }, (_, n) => document(`d${n}`));
      await expect(store.add(documents, { signal: controller.signal })).rejects.toBe("enough");
      expect(await idsIn(createPgvectorStore({ client: postgres, index }))).toEqual([]);
      expect(sent).toHaveLength(2);
    },
  );
});

async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await call.then(
    () => expect.unreachable("it resolved"),
    (error: unknown) => error,
  );
  // PGlite's errors have the statement and its values, and Postgres' detail has the row.
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("content of");
  const { code, message } = error as { code: string; message: string };
  return { code, message };
}

describe("what Postgres says", () => {
  test("of a schema that is not there is not_found", async () => {
    expect(await refusal(newStore({ schema: "nowhere" }))).toEqual({
      code: "not_found",
      message: 'pgvector vector.ensureIndex: schema "nowhere" does not exist (SQLSTATE 3F000)',
    });
  });

  test("of a table that went away is not_found, and the store looks again", async () => {
    const store = await newStore({ index: "going" });
    await store.add([document("a")]);
    await postgres.query("DROP TABLE going");
    expect(await refusal(store.add([document("a")]))).toEqual({
      code: "not_found",
      message:
        'pgvector vector.add: relation "public.going" does not exist (SQLSTATE 42P01): ensureIndex() creates it',
    });
    await store.ensureIndex();
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual(["a"]);
  });

  test("of a constraint is invalid_input, without the row", async () => {
    const store = await newStore({ index: "constrained" });
    await postgres.query("ALTER TABLE constrained ADD CONSTRAINT short CHECK (length(content) < 3)");
    expect(await refusal(store.add([document("a")]))).toEqual({
      code: "invalid_input",
      message:
        'pgvector vector.add: new row for relation "constrained" violates check constraint "short" (SQLSTATE 23514)',
    });
  });

  test("of what this role may not do is permission_denied", async () => {
    const store = await newStore({ index: "guarded" });
    await store.add([document("a")]);
    await postgres.query("CREATE ROLE guest");
    await postgres.query("SET ROLE guest");
    try {
      expect(await refusal(store.search([1, 0]))).toEqual({
        code: "permission_denied",
        message: "pgvector vector.search: permission denied for table guarded (SQLSTATE 42501)",
      });
    } finally {
      await postgres.query("RESET ROLE");
    }
  });

  test("without pgvector is unsupported", async () => {
    await using plain = await PGlite.create();
    expect(await refusal(newStore({ client: plain }))).toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^pgvector vector.ensureIndex: extension "vector" is not available/),
    });
  });

  test("of a vector of another width than the column has by now is invalid_input, without the vector", async () => {
    const store = await newStore({ index: "widened" });
    await store.add([document("a")]);
    await postgres.query("ALTER TABLE widened ALTER embedding TYPE vector(3) USING '[1,2,3]'");
    expect(await refusal(store.add([document("b")]))).toEqual({
      code: "invalid_input",
      message: "pgvector vector.add: expected 3 dimensions, not 2 (SQLSTATE 22000)",
    });
  });
});

/** The plan of the last search that was sent. */
async function planOf(sent: readonly Sent[]): Promise<string> {
  const [text, ...values] = sent.findLast(([text]) => text.startsWith("SELECT id")) ?? [""];
  const { rows } = await postgres.query<{ "QUERY PLAN": string }>(`EXPLAIN ${text}`, values);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

describe("an index of pgvector", () => {
  const angles = Array.from({ length: 1_000 }, (_, n) => n / 1_000);
  const documents = angles.map((angle, n) =>
    document(`d${n}`, [Math.cos(angle), Math.sin(angle)], { far: n >= 990, even: n % 2 === 0 }),
  );

  test.each<PgvectorConfig>([
    { indexing: "hnsw", hnsw: { m: 8, efConstruction: 32, efSearch: 20 } },
    { indexing: "ivfflat", ivfflat: { lists: 4, probes: 2 } },
  ])("serves searches, of which a filter never leaves fewer than there are: %j", async (config) => {
    const sent: Sent[] = [];
    const index = `indexed_${config.indexing}`;
    const store = await newStore({ ...config, client: recorded(sent), index });
    await store.add(documents);
    await postgres.query(`REINDEX TABLE ${index}`);
    await postgres.query(`ANALYZE ${index}`);

    const near = await store.search([1, 0], { k: 5, filter: filter.eq("even", true) });
    expect(near.map(({ id }) => id)).toEqual(["d0", "d2", "d4", "d6", "d8"]);
    expect(await planOf(sent)).toContain(`Index Scan using ${index}_embedding_idx`);

    // All that match are far, and the index gives up before it comes to them.
    await postgres.exec("SET enable_seqscan = off; SET hnsw.max_scan_tuples = 1; SET ivfflat.max_probes = 1");
    sent.length = 0;
    const far = await store.search([1, 0], { k: 8, filter: filter.eq("far", true) });
    expect(far.map(({ id }) => id)).toEqual(documents.slice(990, 998).map(({ id }) => id));
    const plans = await Promise.all(
      sent.filter(([text]) => text.startsWith("SELECT id")).map((search) => planOf([search])),
    );
    expect(plans.map((plan) => plan.includes(`${index}_embedding_idx`))).toEqual([true, false]);
    await postgres.exec("RESET enable_seqscan; RESET hnsw.max_scan_tuples; RESET ivfflat.max_probes");

    // What was set was set for the searches alone.
    const { rows } = await postgres.query(
      "SELECT current_setting('hnsw.ef_search') ef, current_setting('ivfflat.probes') probes",
    );
    expect(rows).toEqual([{ ef: "40", probes: "1" }]);

    const exact = createPgvectorStore({ client: recorded(sent), index });
    await exact.search([1, 0], { k: 5 });
    expect(await planOf(sent)).not.toContain(`${index}_embedding_idx`);
  });
});

test("an index on the metadata serves filters for a value, and for one of a few", async () => {
  const sent: Sent[] = [];
  const store = await newStore({ client: recorded(sent), index: "tagged" });
  await store.add(Array.from({ length: 1_000 }, (_, n) => document(`d${n}`, [1, n], { tag: `tag ${n}` })));
  await postgres.query("CREATE INDEX tags ON tagged USING gin (metadata jsonb_path_ops)");
  await postgres.query("ANALYZE tagged");
  for (const condition of [filter.eq("tag", "tag 7"), filter.in("tag", ["tag 7", "tag 9999"])]) {
    expect(await idsIn(store, condition)).toEqual(["d7"]);
    expect(await planOf(sent)).toContain("Bitmap Index Scan on tags");
  }
});
