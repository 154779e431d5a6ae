import { type Metric, type SearchHit, BelugaError } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createChromaStore } from "./index.js";

const collection = {
  id: "88a28907-7f8e-4413-8f66-284267044bcf",
  dimension: 2,
  metadata: null,
  configuration_json: { hnsw: null },
};

const found = {
  ids: [["a", "b"]],
  documents: [["x", "y"]],
  metadatas: [[{ n: 1 }, null]],
  distances: [[0.5, 4]],
  embeddings: [
    [
      [1, 0],
      [0, 1],
    ],
  ],
};

/** A search that is answered with this. */
async function search(
  answer: object,
  { metric, collection: changes }: { metric?: Metric; collection?: object } = {},
): Promise<SearchHit[]> {
  const store = createChromaStore({
    metric,
    fetch: async (_, init) => Response.json(init?.method === "GET" ? { ...collection, ...changes } : answer),
  });
  return store.search([1, 0], { k: 2, includeEmbeddings: true });
}

describe("a score is", () => {
  test.each<[Metric, distances: number[], scores: number[]]>([
    ["cosine", [0.25, 1.75], [0.75, -0.75]],
    ["cosine", [-1.2e-7, 2.0000002], [1, -1]],
    ["dot", [-5, 3], [6, -2]],
    ["euclidean", [0, 9], [1, 0.25]],
  ])("%s of the distances %j: %j", async (metric, distances, scores) => {
    const hits = await search({ ...found, distances: [distances] }, { metric });
    expect(hits.map(({ score }) => score)).toEqual(scores);
  });
});

test("what other tools keep is read as far as Beluga has it", async () => {
  const metadata = {
    text: "x",
    yes: true,
    tags: ["a"],
    numbers: [1],
    none: null,
    truths: [true],
    sparse: { "#type": "sparse_vector" },
  };
  const answer = { ...found, documents: [[null, "y"]], metadatas: [[metadata, {}]] };
  expect(await search(answer)).toEqual([
    {
      id: "a",
      content: "",
      metadata: { text: "x", yes: true, tags: ["a"], numbers: [1] },
      score: 0.5,
      embedding: Float32Array.of(1, 0),
    },
    { id: "b", content: "y", metadata: {}, score: -1, embedding: Float32Array.of(0, 1) },
  ]);
});

/** A search in a collection that is like this. */
function queried(changes: object): Promise<SearchHit[]> {
  return search(found, { collection: changes });
}

describe("the index is read", () => {
  test("with the width that its first document set, or that of its metadata", async () => {
    const three = { metadata: { "beluga:dimensions": 3 } };
    await expect(queried({ dimension: null, ...three })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(queried({ dimension: 2, ...three })).resolves.toHaveLength(2);
    await expect(queried({ dimension: null })).resolves.toHaveLength(2);
  });

  test("with its metric, of whatever kind of index it is", async () => {
    for (const configuration of [{ hnsw: { space: "l2" } }, { hnsw: null, spann: { space: "ip" } }]) {
      await expect(queried({ configuration_json: configuration })).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining('metric: the index "documents" has '),
      });
    }
    await expect(queried({ configuration_json: { spann: { space: "cosine" } } })).resolves.toHaveLength(2);
  });

  test("and is no answer without an id", async () => {
    await expect(queried({ id: undefined })).rejects.toMatchObject({
      code: "invalid_response",
      message: "chroma vector.search: a collection without an id",
    });
  });
});

describe("an answer is invalid with", () => {
  test.each<[string, object, string]>([
    ["no ids", { ids: null }, "a response without a list of ids"],
    ["a list for no query", { ids: [] }, "a response without a list of ids"],
    ["ids that are no texts", { ids: [[1, 2]] }, "a response without a list of ids"],
    ["fewer documents than ids", { documents: [["x"]] }, "a response with 1 documents for 2 ids"],
    ["no metadata", { metadatas: null }, "a response with 0 metadatas for 2 ids"],
    ["fewer distances than ids", { distances: [[0.5]] }, "a response with 1 distances for 2 ids"],
    ["a distance that overflowed", { distances: [[0.5, null]] }, 'the record "b" has no distance'],
    ["no embeddings", { embeddings: null }, "a response with 0 embeddings for 2 ids"],
    [
      "an embedding that is not there",
      { embeddings: [[[1, 0], null]] },
      'the record "b" has no embedding of 2 numbers',
    ],
    [
      "an embedding of another width",
      { embeddings: [[[1, 0], [1]]] },
      'the record "b" has no embedding of 2 numbers',
    ],
    [
      "an embedding with a number that overflowed",
      {
        embeddings: [
          [
            [1, null],
            [1, 0],
          ],
        ],
      },
      'the record "a" has no embedding of 2 numbers',
    ],
  ])("%s", async (_fault, changes, problem) => {
    await expect(search({ ...found, ...changes })).rejects.toMatchObject({
      code: "invalid_response",
      message: `chroma vector.search: ${problem}`,
    });
  });
});

test("an error has Chroma's words, and not its name for the kind of error", async () => {
  const store = createChromaStore({
    fetch: async () =>
      Response.json({ error: "InvalidArgumentError", message: "Invalid where clause" }, { status: 400 }),
  });
  const error = await store.search([1, 0]).catch((error: unknown) => error);
  expect(BelugaError.is(error) && [error.code, error.message]).toEqual([
    "invalid_input",
    "chroma vector.search: 400: Invalid where clause",
  ]);
});
