import { type ManagedVectorStore, filter } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type PgvectorConfig, createPgvectorStore } from "./index.js";
import { type Sent, recorder } from "./testing/recorder.js";

interface Answers {
  /** What the look at the table finds. Default: a table of width 2. */
  table?: { dimensions: number | null; comment: string | null; version: string } | "none";
  /** What a search finds. */
  rows?: object[];
  /** Of the extension, once it is there. */
  version?: string;
}

/** A store over a database that answers as told. `sent` has what it sent; of a call on the table, the first is the look at it. */
function storeOf(
  config: PgvectorConfig = {},
  answers: Answers = {},
): { store: ManagedVectorStore; sent: Sent[] } {
  const {
    table = { dimensions: 2, comment: null, version: "0.8.0" },
    rows = [],
    version = "0.8.0",
  } = answers;
  const sent: Sent[] = [];
  const client = recorder(sent, (text) => {
    if (text.includes("FROM pg_class")) return table === "none" ? [] : [table];
    if (text.startsWith("SELECT extversion")) return [{ version }];
    return text.startsWith("SELECT id") ? rows : [];
  });
  return { store: createPgvectorStore({ client, ...config }), sent };
}

const documents = [
  { id: "b", content: "two", metadata: { n: 2, tags: ["x"] }, embedding: [0, 1] },
  { id: "a", content: "one", embedding: [1, 0.1] },
];

test("the look at the table asks for its width, its comment and the version of pgvector, by bound names", async () => {
  const { store, sent } = storeOf({ schema: "notes", index: "whales" }, { table: "none" });
  await expect(store.search([1, 0])).rejects.toMatchObject({
    code: "not_found",
    message: 'pgvector vector.search: there is no index "whales": ensureIndex() creates it',
  });
  expect(sent).toEqual([
    [
      `SELECT a.atttypmod AS dimensions, obj_description(c.oid, 'pg_class') AS comment, (SELECT extversion AS version FROM pg_extension WHERE extname = 'vector') AS version
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'embedding' AND NOT a.attisdropped
WHERE n.nspname = $1 AND c.relname = $2`,
      "notes",
      "whales",
    ],
  ]);
});

describe("ensureIndex", () => {
  const table = `CREATE TABLE "public"."documents" (id text COLLATE "C" PRIMARY KEY, content text NOT NULL, metadata jsonb NOT NULL, embedding vector(3) NOT NULL)`;

  test("makes the extension and the table, which remembers the metric, in one transaction", async () => {
    const { store, sent } = storeOf({ dimensions: 3, metric: "dot" }, { table: "none" });
    await store.ensureIndex();
    expect(sent.slice(1)).toEqual([
      ["BEGIN"],
      ["SELECT pg_advisory_xact_lock(7233946012)"],
      ["CREATE EXTENSION IF NOT EXISTS vector"],
      ["SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'"],
      [table],
      [`COMMENT ON TABLE "public"."documents" IS 'A vector store of Beluga. Metric: dot'`],
      ["COMMIT"],
    ]);
  });

  test.each<[PgvectorConfig, string]>([
    [{ indexing: "hnsw" }, "hnsw (embedding vector_cosine_ops)"],
    [
      { indexing: "hnsw", metric: "dot", hnsw: { m: 8, efConstruction: 100, efSearch: 50 } },
      "hnsw (embedding vector_ip_ops) WITH (m = 8, ef_construction = 100)",
    ],
    [{ indexing: "ivfflat", metric: "euclidean" }, "ivfflat (embedding vector_l2_ops)"],
    [
      { indexing: "ivfflat", ivfflat: { lists: 10, probes: 3 } },
      "ivfflat (embedding vector_cosine_ops) WITH (lists = 10)",
    ],
  ])("with %j makes an index of the metric", async (config, index) => {
    const { store, sent } = storeOf({ ...config, dimensions: 3 }, { table: "none" });
    await store.ensureIndex();
    expect(sent.at(-2)).toEqual([`CREATE INDEX ON "public"."documents" USING ${index}`]);
  });

  test("leaves a table that is there as it is", async () => {
    const { store, sent } = storeOf();
    await store.ensureIndex();
    expect(sent).toHaveLength(1);
  });

  test("needs the width, and says so before anything is made", async () => {
    const { store, sent } = storeOf({}, { table: "none" });
    await expect(store.ensureIndex()).rejects.toMatchObject({
      code: "invalid_input",
      message: "pgvector vector.ensureIndex: dimensions: a new index needs the width of its vectors",
    });
    expect(sent.map(([text]) => text).filter((text) => text.startsWith("CREATE"))).toEqual([]);
  });
});

test("dropIndex drops the table, where it is there", async () => {
  const { store, sent } = storeOf({ schema: "notes" });
  await store.dropIndex();
  expect(sent).toEqual([["BEGIN"], ['DROP TABLE IF EXISTS "notes"."documents"'], ["COMMIT"]]);
});

describe("add", () => {
  test("writes all documents in one transaction, in the order of their ids", async () => {
    const { store, sent } = storeOf();
    await store.add(documents);
    expect(sent.slice(1)).toEqual([
      ["BEGIN"],
      [
        `INSERT INTO "public"."documents" (id, content, metadata, embedding) VALUES ($1, $2, $3::jsonb, $4::vector), ($5, $6, $7::jsonb, $8::vector)
ON CONFLICT (id) DO UPDATE SET content = excluded.content, metadata = excluded.metadata, embedding = excluded.embedding`,
        "a",
        "one",
        "{}",
        "[1.00000000,0.100000001]",
        "b",
        "two",
        '{"n":2,"tags":["x"]}',
        "[0.00000000,1.00000000]",
      ],
      ["COMMIT"],
    ]);
  });

  test("sends 500 documents in a statement, or 4 MB, or one that is larger", async () => {
    const { store, sent } = storeOf();
    const rows = async (contents: string[]): Promise<number[]> => {
      sent.length = 0;
      await store.add(contents.map((content, n) => ({ id: `${1e6 + n}`, content, embedding: [1, 0] })));
      return sent
        .filter(([text]) => text.startsWith("INSERT"))
        .map((statement) => (statement.length - 1) / 4);
    };
    expect(await rows(Array.from({ length: 1_001 }, () => ""))).toEqual([500, 500, 1]);
    const [large, huge] = ["x".repeat(1_900_000), "x".repeat(5_000_000)];
    expect(await rows(["", huge, "", large, large, large])).toEqual([1, 1, 3, 1]);
  });
});

describe("search", () => {
  const row = { id: "a", content: "one", metadata: '{"__proto__":1}', score: 0.5, embedding: "[1,1e-05]" };

  test.each<["cosine" | "dot" | "euclidean", string]>([
    ["cosine", "1 - coalesce(nullif(embedding <=> $1::vector, 'NaN'), 1)"],
    ["dot", "0 - (embedding <#> $1::vector)"],
    ["euclidean", "1 / (1 + (embedding <-> $1::vector))"],
  ])("by %s is ordered by the score and the id, and cut behind the filter", async (metric, score) => {
    const { store, sent } = storeOf({ metric }, { rows: [row] });
    const hits = await store.search([1, 0], { k: 3, filter: filter.eq("lang", "en") });
    expect(sent.slice(1)).toEqual([
      [
        `SELECT id, content, metadata::text AS metadata, score
FROM (
  SELECT id, content, metadata, embedding, ${score} AS score
  FROM "public"."documents" WHERE metadata @> ANY ($3::jsonb[])
  ORDER BY score DESC, id COLLATE "C"
  LIMIT $2
) AS nearest`,
        "[1.00000000,0.00000000]",
        "3",
        ['{"lang":"en"}', '{"lang":["en"]}'],
      ],
    ]);
    expect(hits).toEqual([{ id: "a", content: "one", metadata: JSON.parse(row.metadata), score: 0.5 }]);
    expect(Object.keys(hits[0]?.metadata ?? {})).toEqual(["__proto__"]);
  });

  test("has vectors where they are asked for", async () => {
    const { store, sent } = storeOf({}, { rows: [row] });
    const [hit] = await store.search([1, 0], { includeEmbeddings: true });
    expect(sent.at(-1)?.[0]).toContain(
      "SELECT id, content, metadata::text AS metadata, score, embedding::text AS embedding\n",
    );
    expect(hit?.embedding).toEqual(Float32Array.of(1, 1e-5));
  });

  test("with an index sets what it is told for this search alone, and orders by the distance", async () => {
    const rows = Array.from({ length: 3 }, (_, n) => ({ ...row, id: `${n}` }));
    for (const [config, ...settings] of [
      [{ indexing: "hnsw" }, "SELECT set_config($1, $2, true)", "hnsw.iterative_scan", "strict_order"],
      [
        { indexing: "hnsw", hnsw: { efSearch: 100 } },
        "SELECT set_config($1, $2, true), set_config($3, $4, true)",
        "hnsw.iterative_scan",
        "strict_order",
        "hnsw.ef_search",
        "100",
      ],
      [
        { indexing: "ivfflat", ivfflat: { probes: 5 } },
        "SELECT set_config($1, $2, true), set_config($3, $4, true)",
        "ivfflat.iterative_scan",
        "relaxed_order",
        "ivfflat.probes",
        "5",
      ],
    ] as const) {
      const { store, sent } = storeOf(config, { rows });
      await store.search([1, 0], { k: 3 });
      const [, begin, set, search, commit] = sent;
      expect([begin, set, commit]).toEqual([["BEGIN"], settings, ["COMMIT"]]);
      expect(search?.[0]).toContain("\n  ORDER BY embedding <=> $1::vector\n  LIMIT $2\n");
    }
  });

  test("where an index gives fewer than k, looks at every document", async () => {
    const { store, sent } = storeOf({ indexing: "hnsw" }, { rows: [row] });
    expect(await store.search([1, 0], { k: 3 })).toHaveLength(1);
    const orders = sent
      .map(([text]) => /ORDER BY (.*)/.exec(text)?.[1])
      .filter((order) => order !== undefined);
    expect(orders).toEqual(["embedding <=> $1::vector", 'score DESC, id COLLATE "C"']);
  });

  test("for more than Postgres can count asks for as many as it can", async () => {
    const { store, sent } = storeOf();
    await store.search([1, 0], { k: 1e300 });
    expect(sent.at(-1)?.[2]).toBe("9007199254740991");
  });
});

test("delete has one statement, for ids, for a filter and for all", async () => {
  const { store, sent } = storeOf();
  await store.delete({ ids: ["a", "b", "a"] });
  await store.delete({ filter: filter.exists("old") });
  await store.delete({ filter: filter.and() });
  expect(sent.slice(1)).toEqual([
    ["BEGIN"],
    ['DELETE FROM "public"."documents" WHERE id = ANY ($1::text[])', ["a", "b"]],
    ["COMMIT"],
    ["BEGIN"],
    ['DELETE FROM "public"."documents" WHERE metadata ? $1', "old"],
    ["COMMIT"],
    ["BEGIN"],
    ['DELETE FROM "public"."documents"'],
    ["COMMIT"],
  ]);
});

describe("the table says", () => {
  const there = { dimensions: 2, comment: null, version: "0.8.0" };

  test("its metric and its width, and others in the config are refused", async () => {
    const comment = "A vector store of Beluga. Metric: dot";
    const refused = storeOf({ metric: "cosine" }, { table: { ...there, comment } });
    await expect(refused.store.search([1, 0])).rejects.toMatchObject({
      code: "invalid_input",
      message: 'pgvector vector.search: metric: the index "documents" has dot, and the config says cosine',
    });
    await expect(
      storeOf({ metric: "dot" }, { table: { ...there, comment } }).store.search([1, 0]),
    ).resolves.toEqual([]);
    await expect(storeOf({ dimensions: 3 }).store.search([1, 0, 0])).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("nothing of a metric where something else made it, and the config's is taken", async () => {
    for (const comment of [null, "Our notes", "A vector store of Beluga. Metric: toString"]) {
      const { store } = storeOf({ metric: "euclidean" }, { table: { ...there, comment } });
      await expect(store.search([1, 0])).resolves.toEqual([]);
    }
  });

  test("no width where its column takes any", async () => {
    const { store } = storeOf({}, { table: { ...there, dimensions: -1 } });
    await store.search([1, 0, 0]);
    await store.search([1]);
  });

  test("that it has no vectors, which is invalid_input", async () => {
    const { store } = storeOf({}, { table: { ...there, dimensions: null } });
    await expect(store.search([1, 0])).rejects.toMatchObject({
      code: "invalid_input",
      message: 'pgvector vector.search: the table "documents" has no column "embedding"',
    });
  });
});

describe("a pgvector that is too old is unsupported", () => {
  test.each<[string, PgvectorConfig, boolean]>([
    ["0.4.4", {}, false],
    ["0.5.0", {}, true],
    ["0.7.4", { indexing: "hnsw" }, false],
    ["0.8.0", { indexing: "hnsw" }, true],
    ["0.10.0", { indexing: "ivfflat" }, true],
    ["1.0.0", { indexing: "hnsw" }, true],
  ])("%s with %j: %s", async (version, config, isEnough) => {
    const there = storeOf(config, { table: { dimensions: 2, comment: null, version } });
    const fresh = storeOf({ ...config, dimensions: 2 }, { table: "none", version });
    const outcomes = [there.store.search([1, 0]), fresh.store.ensureIndex()].map((call) =>
      call.then(
        () => "fine",
        (error: { code: string }) => error.code,
      ),
    );
    expect(await Promise.all(outcomes)).toEqual(isEnough ? ["fine", "fine"] : ["unsupported", "unsupported"]);
  });
});

/** What a call is refused with, of which nothing may be sent. */
async function refused(
  call: (store: ManagedVectorStore) => Promise<unknown>,
  config?: PgvectorConfig,
): Promise<string> {
  const { store, sent } = storeOf(config);
  await store.search([1, 0]);
  sent.length = 0;
  const { code, message } = await call(store).then(
    () => ({ code: "nothing", message: "was refused" }),
    (error: { code: string; message: string }) => error,
  );
  expect(sent).toEqual([]);
  return `${code}: ${message}`;
}

function addVector(embedding: number[]): Promise<string> {
  return refused((store) => store.add([{ id: "a", content: "", embedding }]));
}

function searchVector(query: number[], config?: PgvectorConfig): Promise<string> {
  return refused((store) => store.search(query), config);
}

describe("before anything is sent", () => {
  test("a NUL and half of a surrogate pair are invalid_input, in documents and filters", async () => {
    const document = { id: "a", content: "", metadata: { a: "b\0" }, embedding: [1, 0] };
    expect(await refused((store) => store.add([document]))).toBe(
      "invalid_input: pgvector vector.add: documents[0].metadata.a: a NUL, which Postgres does not keep in a text",
    );
    expect(await refused((store) => store.search([1, 0], { filter: filter.eq("a", "\uD800") }))).toBe(
      "invalid_input: pgvector vector.search: filter: half of a surrogate pair, which is no character",
    );
  });

  test("vectors that single precision cannot count with are invalid_input", async () => {
    const long = "a vector that is longer than pgvector can count with, 9e18";
    const short = "a vector that is shorter than pgvector can count with, 1e-18";
    expect([await addVector([7e18, 7e18]), await searchVector([7e18, 7e18], { metric: "dot" })]).toEqual([
      `invalid_input: pgvector vector.add: documents[0]: ${long}`,
      `invalid_input: pgvector vector.search: query: ${long}`,
    ]);
    expect([await addVector([9e-19, 0]), await searchVector([9e-19, 0])]).toEqual([
      `invalid_input: pgvector vector.add: documents[0]: ${short}`,
      `invalid_input: pgvector vector.search: query: ${short}`,
    ]);
  });

  test("a vector of zeros is invalid_input where the index would leave it out, and nowhere else", async () => {
    const zeros = { id: "a", content: "", embedding: [0, 0] };
    expect(await refused((store) => store.add([zeros]), { indexing: "hnsw" })).toBe(
      "invalid_input: pgvector vector.add: documents[0].embedding: a vector of zeros",
    );
    await storeOf({ indexing: "hnsw", metric: "dot" }).store.add([zeros]);
    await storeOf().store.add([zeros]);
  });
});
