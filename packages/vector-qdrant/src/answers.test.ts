import { type ManagedVectorStore, type SearchHit, filter } from "@beluga/core";
import nock from "nock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QdrantConfig } from "./index.js";
import { collection, sentBy, success } from "./testing/exchange.js";

const query = "POST /collections/documents/points/query";

const point = {
  id: "3c0e78be-9540-5d20-9fab-2a6196757216",
  version: 7,
  score: 0.25,
  payload: { id: "whale", content: "Belugas sing.", metadata: { lang: "en", tags: ["a"], none: [null] } },
};

const hit = {
  id: "whale",
  content: "Belugas sing.",
  metadata: { lang: "en", tags: ["a"], none: [] },
  score: 0.25,
};

/** What a search makes of the points that Qdrant answers. */
async function hitsOf(
  points: unknown,
  config: QdrantConfig = {},
  options: { includeEmbeddings?: boolean } = {},
): Promise<readonly SearchHit[]> {
  const { vectorName, metric = "cosine" } = config;
  const vector = { size: 2, distance: { cosine: "Cosine", dot: "Dot", euclidean: "Euclid" }[metric] };
  const answers = {
    GET: collection(vectorName === undefined ? vector : { [vectorName]: vector }),
    [query]: success({ points }),
  };
  let hits: readonly SearchHit[] = [];
  await sentBy(
    { maxRetries: 0, ...config },
    async (store) => (hits = await store.search([1, 0], options)),
    answers,
  );
  return hits;
}

beforeAll(() => nock.disableNetConnect());
afterAll(() => {
  nock.restore();
});

describe("a point", () => {
  test("becomes the document that it was made of", async () => {
    expect(await hitsOf([point])).toEqual([hit]);
  });

  test("has its vector, as it is or by its name, where that was asked for", async () => {
    const options = { includeEmbeddings: true };
    const embedding = Float32Array.of(0.1, -2);
    expect(await hitsOf([{ ...point, vector: [0.1, -2] }], {}, options)).toEqual([{ ...hit, embedding }]);
    const named = { ...point, vector: { text: [0.1, -2], image: [1] } };
    expect(await hitsOf([named], { vectorName: "text" }, options)).toEqual([{ ...hit, embedding }]);
  });

  test("that others wrote has the fields that the config says, and its own id where there is none", async () => {
    const config = { contentField: "page_content", metadataField: "meta", idField: "doc_id" };
    const points = [
      {
        id: 42,
        version: 0,
        score: 1,
        payload: { page_content: "by LangChain", meta: { page: 3 }, more: {} },
      },
      { id: "7f", version: 0, score: 0.5, payload: { page_content: "by hand", doc_id: "x" } },
    ];
    expect(await hitsOf(points, config)).toEqual([
      { id: "42", content: "by LangChain", metadata: { page: 3 }, score: 1 },
      { id: "x", content: "by hand", metadata: {}, score: 0.5 },
    ]);
  });

  test.each<[QdrantConfig["metric"], number, number]>([
    ["cosine", 1.000_000_1, 1],
    ["cosine", -1.000_000_1, -1],
    ["dot", -37.5, -37.5],
    ["euclidean", 0, 1],
    ["euclidean", 3, 0.25],
  ])("of the metric %s with the score %d has the score %d", async (metric, score, expected) => {
    const [{ score: found } = {}] = await hitsOf([{ ...point, score }], { metric });
    expect(found).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ["no object", "x", 'the point undefined: its payload has no text as "content", the contentField'],
    ["no payload", { ...point, payload: null }, 'its payload has no text as "content", the contentField'],
    [
      "an id that is no text",
      { ...point, payload: { ...point.payload, id: 7 } },
      'its payload has no text as "id", the idField',
    ],
    [
      "metadata that is no object",
      { ...point, payload: { ...point.payload, metadata: [] } },
      'its payload has no object as "metadata", the metadataField',
    ],
    // What a score beyond single precision is written as.
    ["no score", { ...point, score: null }, "it has no score"],
    ["no vector", { ...point, vector: { other: [1, 0] } }, "it has no vector"],
    ["a null in its vector", { ...point, vector: [1, null] }, "it has no vector"],
  ])("with %s is an invalid response", async (_fault, broken, problem) => {
    await expect(hitsOf([broken], {}, { includeEmbeddings: true })).rejects.toMatchObject({
      code: "invalid_response",
      message: expect.stringContaining(problem),
    });
  });
});

const searchingIn = (vectors: object, config: QdrantConfig): Promise<unknown> =>
  sentBy(config, (store) => store.search([1, 0]), { GET: collection(vectors) });

describe("a collection", () => {
  const text = { size: 2, distance: "Cosine" };

  test.each<[string, object, QdrantConfig, string, string]>([
    [
      "without the named vector",
      { text, image: text },
      { vectorName: "txt" },
      "invalid_input",
      'vectorName: the collection "documents" has no vector "txt"; it has vector "text", vector "image"',
    ],
    [
      "with names where none was given",
      { text },
      {},
      "invalid_input",
      'vectorName: the collection "documents" has no vector without a name; it has vector "text"',
    ],
    [
      "without names where one was given",
      text,
      { vectorName: "text" },
      "invalid_input",
      'vectorName: the collection "documents" has no vector "text"; it has vector without a name',
    ],
    [
      "without dense vectors",
      {},
      {},
      "invalid_input",
      'vectorName: the collection "documents" has no vector without a name; it has no vectors',
    ],
    [
      "of a metric that Beluga does not have",
      { size: 2, distance: "Manhattan" },
      {},
      "unsupported",
      'the collection "documents" measures by Manhattan',
    ],
    [
      "of another metric",
      { size: 2, distance: "Dot" },
      {},
      "invalid_input",
      'metric: the index "documents" has dot, and the config says cosine',
    ],
    [
      "of another width",
      { size: 3, distance: "Cosine" },
      { dimensions: 2 },
      "invalid_input",
      'dimensions: the index "documents" has 3, and the config says 2',
    ],
    [
      "that does not say its width",
      { "": { distance: "Cosine" } },
      {},
      "invalid_response",
      "a collection that does not say what its vectors are like",
    ],
  ])("%s is an error", async (_fault, vectors, config, code, message) => {
    await expect(searchingIn(vectors, config)).rejects.toMatchObject({
      code,
      message: `qdrant vector.search: ${message}`,
    });
  });

  test("that is missing is not_found, and says how it is made", async () => {
    const answers = {
      GET: (): [number, object] => [
        404,
        { status: { error: "Not found: Collection `documents` doesn't exist!" } },
      ],
    };
    await expect(sentBy({}, (store) => store.search([1, 0]), answers)).rejects.toMatchObject({
      code: "not_found",
      message: 'qdrant vector.search: there is no index "documents": ensureIndex() creates it',
    });
  });
});

describe("a write", () => {
  const document = { id: "a", content: "", embedding: [1, 0] };
  const calls: Record<string, (store: ManagedVectorStore) => Promise<void>> = {
    add: (store) => store.add([document]),
    "delete by ids": (store) => store.delete({ ids: ["a"] }),
    "delete by filter": (store) => store.delete({ filter: filter.exists("a") }),
    ensureIndex: (store) => store.ensureIndex(),
  };

  test.each(Object.entries(calls))("%s that is not completed is an invalid response", async (_name, call) => {
    for (const status of ["acknowledged", "wait_timeout", undefined]) {
      const answer = success({ operation_id: 7, status });
      const answers = { PUT: answer, POST: answer };
      const config: QdrantConfig = { payloadIndexes: { lang: "keyword" } };
      await expect(sentBy(config, call, answers)).rejects.toMatchObject({
        code: "invalid_response",
        message: expect.stringContaining(`a write that is ${JSON.stringify(status)}, and not "completed"`),
      });
    }
  });
});

const failingWith = (status: number, body: object): Promise<unknown> =>
  sentBy({ maxRetries: 0 }, (store) => store.search([1, 0]), { [query]: () => [status, body] });

describe("an error", () => {
  test("is in Qdrant's words", async () => {
    const words =
      'Bad request: Index required but not found for "metadata.lang" of one of the following types: [keyword]. Help: Create an index for this key or use a different filter.';
    await expect(failingWith(400, { status: { error: words }, time: 0.1 })).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      message: `qdrant vector.search: 400: ${words}`,
    });
  });

  test("with status 200 is one all the same, as is a status that is not ok", async () => {
    await expect(failingWith(200, { status: { error: "no" }, time: 0.1 })).rejects.toMatchObject({
      code: "provider_unavailable",
      message: "qdrant vector.search: no",
    });
    await expect(failingWith(200, { status: "accepted", time: 0.1 })).rejects.toMatchObject({
      code: "invalid_response",
      message: 'qdrant vector.search: a response whose status is not "ok"',
    });
  });
});
