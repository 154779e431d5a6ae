import {
  type Filter,
  type ManagedVectorStore,
  type VectorDocument,
  filter,
  importDocuments,
} from "@beluga/core";
import nock from "nock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QdrantConfig } from "./index.js";
import { type Sent, collection, sentBy } from "./testing/exchange.js";
import {
  createCollection,
  createFieldIndex,
  deletePoints,
  queryPoints,
  upsertPoints,
} from "./testing/schemas.js";

/** `3c0e...` is what Python's `uuid.uuid5` makes of "whale" and the namespace in the README. */
const whaleId = "3c0e78be-9540-5d20-9fab-2a6196757216";

const whale: VectorDocument = {
  id: "whale",
  content: "Belugas sing.",
  metadata: { lang: "en", year: 2026, tags: ["a", "b"], none: [], "a.b": true },
  embedding: [0.5, -0.25],
};

const schemas = {
  "PUT /collections/documents": createCollection,
  "PUT /collections/documents/index?wait=true": createFieldIndex,
  "PUT /collections/documents/points?wait=true": upsertPoints,
  "POST /collections/documents/points/query": queryPoints,
  "POST /collections/documents/points/delete?wait=true": deletePoints,
};

/** What a call sends, beside the look at the collection that comes first; all of it as the reference has it. */
async function bodiesOf(
  config: QdrantConfig,
  call: (store: ManagedVectorStore) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const { vectorName, metric = "cosine" } = config;
  const distance = { cosine: "Cosine", dot: "Dot", euclidean: "Euclid" }[metric];
  const vector = { size: config.dimensions ?? 2, distance };
  const answers = { GET: collection(vectorName === undefined ? vector : { [vectorName]: vector }) };
  const [first, ...others] = await sentBy(config, call, answers);
  expect(first?.request).toBe(`GET /collections/${config.index ?? "documents"}`);
  for (const { request, body } of others) {
    const schema = schemas[request as keyof typeof schemas];
    expect(schema?.safeParse(body).error).toBeUndefined();
  }
  return Object.fromEntries(others.map(({ request, body }) => [request, body]));
}

const deleting = (filter: Filter): Promise<Record<string, unknown>> =>
  bodiesOf({}, (store) => store.delete({ filter }));

const upsert = "PUT /collections/documents/points?wait=true";
const query = "POST /collections/documents/points/query";
const remove = "POST /collections/documents/points/delete?wait=true";

beforeAll(() => nock.disableNetConnect());
afterAll(() => {
  nock.restore();
});

describe("every request", () => {
  test("has the key in a header, and says who sends it", async () => {
    const sent = await sentBy({ apiKey: "key-1", headers: { "x-team": "sea" } }, (store) =>
      store.search([1, 0], { headers: { "x-call": "7" } }),
    );
    expect(sent.map(({ request }) => request)).toEqual(["GET /collections/documents", query]);
    for (const { headers } of sent) {
      expect(Object.fromEntries(headers)).toMatchObject({
        "api-key": "key-1",
        "user-agent": expect.stringMatching(/^beluga-vector-qdrant\/\d/),
        "x-team": "sea",
        "x-call": "7",
      });
    }
    expect(sent[1]?.headers.get("content-type")).toBe("application/json");
  });

  test("has no key where there is none", async () => {
    const [sent] = await sentBy({}, (store) => store.search([1, 0]));
    expect(sent?.headers.has("api-key")).toBe(false);
  });

  test("has the name of the collection as one part of its address", async () => {
    const index = "my docs & #1 50% ü..";
    const sent = await sentBy({ index, baseURL: "http://localhost:6333/behind/a/proxy/" }, (store) =>
      store.search([1, 0]),
    );
    const path = "/behind/a/proxy/collections/my%20docs%20%26%20%231%2050%25%20%C3%BC..";
    expect(sent.map(({ request }) => request)).toEqual([`GET ${path}`, `POST ${path}/points/query`]);
  });
});

describe("add", () => {
  test("writes points with the document in the payload, and waits for them", async () => {
    expect(await bodiesOf({ metric: "dot" }, (store) => store.add([whale]))).toEqual({
      [upsert]: {
        points: [
          {
            id: whaleId,
            vector: [0.5, -0.25],
            payload: {
              id: "whale",
              content: "Belugas sing.",
              metadata: { lang: "en", year: 2026, tags: ["a", "b"], none: [null], "a.b": true },
            },
          },
        ],
      },
    });
  });

  test("has the fields and the vector's name that the config says", async () => {
    const config: QdrantConfig = {
      metric: "euclidean",
      idField: "doc_id",
      contentField: "page_content",
      metadataField: "meta data",
      vectorName: "text",
    };
    expect(await bodiesOf(config, (store) => store.add([{ ...whale, metadata: {} }]))).toEqual({
      [upsert]: {
        points: [
          {
            id: whaleId,
            vector: { text: [0.5, -0.25] },
            payload: { doc_id: "whale", page_content: "Belugas sing.", "meta data": {} },
          },
        ],
      },
    });
  });

  test("brings vectors to the length of 1 for the cosine, tiny and huge ones too, and leaves zeros alone", async () => {
    const embeddings = [
      [3, 4],
      [3e-30, -4e-30],
      [3e38, 0],
      [0, 0],
    ];
    const documents = embeddings.map((embedding, n) => ({ id: `d${n}`, content: "", embedding }));
    const { [upsert]: body } = await bodiesOf({}, (store) => store.add(documents));
    expect((body as { points: { vector: number[] }[] }).points.map(({ vector }) => vector)).toEqual([
      [0.6, 0.8].map(Math.fround),
      [0.6, -0.8].map(Math.fround),
      [1, 0],
      [0, 0],
    ]);
  });

  test("splits many documents by number, and large ones by bytes under Qdrant's 32 MiB", async () => {
    const many = Array.from({ length: 25 }, (_, n) => ({ ...whale, id: `d${n}` }));
    const batches = await sentBy({ maxBatchSize: 10 }, (store) => store.add(many));
    expect(batches.slice(1).map(({ body }) => (body as { points: [] }).points.length)).toEqual([10, 10, 5]);

    const large = Array.from({ length: 5 }, (_, n) => ({
      ...whale,
      id: `d${n}`,
      content: "é".repeat(4 * 2 ** 20),
    }));
    const sent = await sentBy({}, (store) => store.add(large));
    expect(sent.slice(1).map(({ body }) => (body as { points: [] }).points.length)).toEqual([3, 2]);
    const sizes = sent.map(({ body }) => new TextEncoder().encode(JSON.stringify(body ?? "")).length);
    expect(Math.max(...sizes)).toBeLessThan(32 * 2 ** 20);
  });
});

describe("search", () => {
  test("asks for the nearest k, with their payloads", async () => {
    expect(await bodiesOf({ metric: "dot" }, (store) => store.search([0.5, 2], { k: 3 }))).toEqual({
      [query]: {
        query: [0.5, 2],
        params: { exact: false },
        limit: 3,
        with_payload: true,
        with_vector: false,
      },
    });
  });

  test("has the filter, the vectors and the parameters that were asked for", async () => {
    const config: QdrantConfig = { exact: true, hnswEf: 256 };
    const options = { filter: filter.eq("lang", "en"), includeEmbeddings: true, threshold: 0.5 };
    expect(await bodiesOf(config, (store) => store.search([0, 2], options))).toEqual({
      [query]: {
        query: [0, 1],
        filter: { must: [{ key: "metadata.lang", match: { value: "en" } }] },
        params: { exact: true, hnsw_ef: 256 },
        limit: 10,
        with_payload: true,
        with_vector: true,
      },
    });
  });

  test("names the vector that is meant, where vectors have names", async () => {
    const config: QdrantConfig = { metric: "dot", vectorName: "text" };
    const bodies = await bodiesOf(config, async (store) => {
      await store.search([1, 0], { includeEmbeddings: true });
    });
    expect(bodies).toEqual({
      [query]: {
        query: [1, 0],
        using: "text",
        params: { exact: false },
        limit: 10,
        with_payload: true,
        with_vector: ["text"],
      },
    });
  });

  test("sends nothing where no document can match", async () => {
    expect(await bodiesOf({}, (store) => store.search([1, 0], { filter: filter.in("a", []) }))).toEqual({});
  });
});

describe("delete", () => {
  test("is by the ids of points", async () => {
    expect(await bodiesOf({}, (store) => store.delete({ ids: ["whale", "a/b"] }))).toEqual({
      [remove]: { points: [whaleId, "2b58ee1b-ebe5-544f-8636-913d4378e208"] },
    });
  });

  test("is by a filter in one request, and by an empty one of all that there is", async () => {
    expect(await deleting(filter.ne("lang", "en"))).toEqual({
      [remove]: { filter: { must_not: [{ key: "metadata.lang", match: { value: "en" } }] } },
    });
    expect(await deleting(filter.and())).toEqual({ [remove]: { filter: {} } });
    expect(await sentBy({}, (store) => store.delete({ filter: filter.or() }))).toEqual([]);
  });
});

const missing = (): [number, object] => [
  404,
  { status: { error: "Not found: Collection `documents` doesn't exist!" }, time: 0.1 },
];

const creating = (config: QdrantConfig): Promise<Sent[]> =>
  sentBy(config, (store) => store.ensureIndex(), { GET: missing });

describe("ensureIndex", () => {
  test("creates a collection that is missing, with what the config says of it", async () => {
    const [, ...sent] = await creating({
      dimensions: 384,
      metric: "euclidean",
      vectorOptions: { on_disk: true },
      collectionOptions: { shard_number: 2 },
      payloadIndexes: { lang: "keyword", "a.b": { type: "keyword", is_tenant: true }, year: "float" },
    });
    expect(sent.map(({ request, body }) => [request, body])).toEqual([
      [
        "PUT /collections/documents",
        { vectors: { size: 384, distance: "Euclid", on_disk: true }, shard_number: 2 },
      ],
      [
        "PUT /collections/documents/index?wait=true",
        { field_name: "metadata.lang", field_schema: "keyword" },
      ],
      [
        "PUT /collections/documents/index?wait=true",
        { field_name: 'metadata."a.b"', field_schema: { type: "keyword", is_tenant: true } },
      ],
      ["PUT /collections/documents/index?wait=true", { field_name: "metadata.year", field_schema: "float" }],
    ]);
  });

  test("gives the vector its name, where vectors have names", async () => {
    const [, created] = await creating({ dimensions: 3, vectorName: "text", metric: "dot" });
    expect(created?.body).toEqual({ vectors: { text: { size: 3, distance: "Dot" } } });
  });

  test("of a collection that is there makes only the payload indexes", async () => {
    const bodies = await bodiesOf({ payloadIndexes: { done: "bool" } }, (store) => store.ensureIndex());
    expect(bodies).toEqual({
      "PUT /collections/documents/index?wait=true": { field_name: "metadata.done", field_schema: "bool" },
    });
  });

  test("without dimensions is invalid_input where the collection is missing", async () => {
    await expect(creating({})).rejects.toMatchObject({
      code: "invalid_input",
      message: "qdrant vector.ensureIndex: dimensions: a new collection needs the width of its vectors",
    });
  });
});

test("dropIndex deletes the collection", async () => {
  const [sent, ...others] = await sentBy({}, (store) => store.dropIndex());
  expect({ ...sent, headers: undefined, others }).toEqual({
    request: "DELETE /collections/documents",
    body: undefined,
    headers: undefined,
    others: [],
  });
});

function* imported(): Generator<VectorDocument> {
  for (let n = 0; n < 3_500; n++) yield { id: `d${n}`, content: `text ${n}`, embedding: [n, 1] };
}

test("many documents are imported in batches, and each of them once", async () => {
  const [, ...sent] = await sentBy({}, async (store) => {
    expect(await importDocuments(store, imported())).toBe(3_500);
  });
  const points = sent.map(({ body }) => (body as { points: { payload: { id: string } }[] }).points);
  expect(points.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 500]);
  expect(points.flat().map(({ payload }) => payload.id)).toEqual([...imported()].map(({ id }) => id));
});
