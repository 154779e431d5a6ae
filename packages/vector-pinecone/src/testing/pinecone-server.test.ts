import { startServer } from "@beluga/conformance";
import { afterAll, expect, test } from "vitest";
import { pineconeServer } from "./pinecone-server.js";

// Requests, answers and refusals as they stand in the reference.
const server = await startServer();
afterAll(() => server.close());
const { url, apiKey } = pineconeServer(server, { lag: 1 });

interface Answer {
  status: number;
  body: unknown;
  lsn: Record<string, string>;
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { "api-key": apiKey, "x-pinecone-api-version": "2026-07", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJSON = response.headers.get("content-type") === "application/json";
  const lsn = Object.fromEntries([...response.headers].filter(([name]) => name.endsWith("-lsn")));
  return { status: response.status, body: isJSON ? JSON.parse(text) : text, lsn };
}

const schema = { fields: { _values: { type: "dense_vector", dimension: 3, metric: "cosine" } } };
const created = await ask("POST", "/indexes", { name: "movies", schema });
const post = (path: string, body: unknown): Promise<Answer> => ask("POST", `/hosts/movies${path}`, body);
const vectors = [
  { id: "a", values: [1, 0, 0], metadata: { genre: ["comedy", "documentary"], year: 2019 } },
  { id: "b", values: [0, 1, 0], metadata: { genre: "drama" } },
];
const written = await post("/vectors/upsert", { vectors, namespace: "example" });

test("an index is created, described and found by its name", async () => {
  expect(created).toMatchObject({ status: 201, body: { status: { ready: true, state: "Ready" } } });
  expect((await ask("GET", "/indexes/movies")).body).toMatchObject({
    host: `${url}/hosts/movies`,
    schema: { fields: { ...schema.fields, _sparse_values: { type: "sparse_vector" } } },
  });
  expect(await ask("POST", "/indexes", { name: "movies", schema })).toMatchObject({
    status: 409,
    body: { error: { code: "ALREADY_EXISTS", message: "Resource already exists." }, status: 409 },
  });
  expect(await ask("GET", "/indexes/example-index")).toMatchObject({
    status: 404,
    body: { error: { code: "NOT_FOUND", message: "Index example-index not found." }, status: 404 },
  });
});

test("a request without the key or the version is refused with a text", async () => {
  expect(await ask("GET", "/indexes/movies", undefined, { "api-key": "other" })).toMatchObject({
    status: 401,
    body: "Invalid API key",
  });
  expect(
    await ask("GET", "/indexes/movies", undefined, { "x-pinecone-api-version": "2024-07" }),
  ).toMatchObject({
    status: 400,
  });
});

test("a write has a log sequence number, and a query says which it saw", async () => {
  expect(written).toEqual({
    status: 200,
    body: { upsertedCount: 2 },
    lsn: { "x-pinecone-request-lsn": "1" },
  });
  const query = { vector: [1, 0, 0], topK: 2, namespace: "example", includeMetadata: true };
  const early = await post("/query", query);
  expect(early).toMatchObject({ body: { matches: [] }, lsn: { "x-pinecone-max-indexed-lsn": "0" } });
  const later = await post("/query", query);
  expect(later).toEqual({
    status: 200,
    body: {
      matches: [
        { id: "a", score: 1, values: [], metadata: vectors[0]?.metadata },
        { id: "b", score: 0, values: [], metadata: vectors[1]?.metadata },
      ],
      namespace: "example",
      usage: { readUnits: 1 },
    },
    lsn: { "x-pinecone-max-indexed-lsn": "1" },
  });
});

test.each<[unknown, string[]]>([
  [{ genre: "comedy" }, ["a"]],
  [{ genre: { $in: ["documentary", "action"] } }, ["a"]],
  [{ $and: [{ genre: "comedy" }, { genre: "documentary" }] }, ["a"]],
  [{ $and: [{ genre: "comedy" }, { genre: "drama" }] }, []],
  [{ genre: { $ne: "comedy" } }, ["b"]],
  [{ year: { $gte: 2019 } }, ["a"]],
  [{ year: { $exists: false } }, ["b"]],
  [{ $or: [{ genre: { $eq: "drama" } }, { year: { $gte: 2020 } }] }, ["b"]],
  [{ genre: { $not: { $eq: "drama" } } }, ["a"]],
])("the filter %j", async (filter, ids) => {
  const { body } = await post("/query", { vector: [1, 0, 0], topK: 2, namespace: "example", filter });
  expect((body as { matches: { id: string }[] }).matches.map(({ id }) => id)).toEqual(ids);
});

test.each<[string, string, unknown, number]>([
  ["a list in place of a value", "/query", { filter: { genre: ["comedy", "documentary"] } }, 3],
  ["a list for $eq", "/query", { filter: { genre: { $eq: ["comedy"] } } }, 3],
  ["an operator at the top level", "/query", { filter: { $gt: 1 } }, 3],
  ["a text for $gt", "/query", { filter: { genre: { $gt: "a" } } }, 3],
  ["an unknown operator", "/query", { filter: { genre: { $like: "a" } } }, 3],
  ["truth values for $in", "/query", { filter: { genre: { $in: [true] } } }, 3],
  ["an empty $or", "/query", { filter: { $or: [] } }, 3],
  ["topK over 10,000", "/query", { topK: 10_001 }, 3],
  ["another width", "/query", { vector: [1] }, 3],
  ["an unknown field", "/query", { top_k: 1 }, 3],
  ["no vectors", "/vectors/upsert", { vectors: [] }, 3],
  [
    "1,001 vectors",
    "/vectors/upsert",
    { vectors: Array.from({ length: 1_001 }, (_, n) => ({ ...vectors[0], id: `${n}` })) },
    3,
  ],
  ["an id that is not ASCII", "/vectors/upsert", { vectors: [{ ...vectors[0], id: "ä" }] }, 3],
  [
    "a list of numbers",
    "/vectors/upsert",
    { vectors: [{ ...vectors[0], metadata: { scores: [85, 92] } }] },
    3,
  ],
  ["null", "/vectors/upsert", { vectors: [{ ...vectors[0], metadata: { chunk: null } }] }, 3],
  [
    "a key that begins with $",
    "/vectors/upsert",
    { vectors: [{ ...vectors[0], metadata: { $chunk: 1 } }] },
    3,
  ],
  ["zeros", "/vectors/upsert", { vectors: [{ id: "z", values: [0, 0, 0] }] }, 3],
  [
    "40 KB of metadata",
    "/vectors/upsert",
    { vectors: [{ ...vectors[0], metadata: { a: "x".repeat(40_960) } }] },
    3,
  ],
  [
    "2 MB",
    "/vectors/upsert",
    {
      vectors: Array.from({ length: 100 }, (_, n) => ({
        id: `${n}`,
        values: [1, 0, 0],
        metadata: { a: "x".repeat(20_000) },
      })),
    },
    11,
  ],
  ["ids and a filter", "/vectors/delete", { ids: ["a"], filter: { year: 1 } }, 3],
  ["1,001 ids", "/vectors/delete", { ids: Array.from({ length: 1_001 }, (_, n) => `${n}`) }, 3],
])("it refuses %s", async (_, path, part, code) => {
  const request = path === "/query" ? { vector: [1, 0, 0], topK: 1, ...(part as object) } : part;
  expect(await post(path, request)).toMatchObject({ status: 400, body: { code, details: [] } });
});

test("a delete in a namespace that is not there is refused, and a query finds nothing", async () => {
  expect(await post("/vectors/delete", { ids: ["a"], namespace: "other" })).toMatchObject({
    status: 404,
    body: { code: 5, message: "Namespace not found", details: [] },
  });
  expect(await post("/query", { vector: [1, 0, 0], topK: 1, namespace: "other" })).toMatchObject({
    status: 200,
    body: { matches: [] },
  });
});
