import { describe, expect, test } from "vitest";
import type { PineconeConfig } from "./index.js";
import { docs, scripted } from "./testing/scripted.js";

const match = { id: "a", score: 0.5, values: [0.5, 0.25], metadata: { content: "text", n: 1 } };

async function search(
  answer: object,
  config: Partial<PineconeConfig> = {},
  includeEmbeddings = false,
): Promise<unknown> {
  return scripted({ "/query": [answer] }, config).store.search([1, 0], { includeEmbeddings });
}

test("a hit is the record, its text apart from its metadata", async () => {
  expect(await search({ matches: [match] })).toEqual([
    { id: "a", content: "text", metadata: { n: 1 }, score: 0.5 },
  ]);
  expect(await search({ matches: [match] }, {}, true)).toEqual([
    { id: "a", content: "text", metadata: { n: 1 }, score: 0.5, embedding: Float32Array.of(0.5, 0.25) },
  ]);
});

test("records of others are read where contentKey says", async () => {
  const theirs = { ...match, metadata: { text: "theirs", content: 7 } };
  expect(await search({ matches: [theirs] }, { contentKey: "text" })).toMatchObject([
    { content: "theirs", metadata: { content: 7 } },
  ]);
});

test("ids are given back as they were, those of others as they are", async () => {
  const ids = ["plain", "utf8:%C3%84", "utf8:utf8%3Aa", "utf8:%", "utf8:plain", "utf8:%2F"];
  const matches = ids.map((id, at) => ({ ...match, id, score: -at / 10 }));
  expect(await search({ matches })).toMatchObject(
    ["plain", "Ä", "utf8:a", "utf8:%", "utf8:plain", "utf8:%2F"].map((id) => ({ id })),
  );
});

describe("the score", () => {
  test("of cosine stays within [-1, 1], which Pinecone's approximation leaves", async () => {
    const scores = [1.0011, 0.97, -1.002];
    const answer = { matches: scores.map((score, at) => ({ ...match, id: `${at}`, score })) };
    expect(await search(answer)).toMatchObject([{ score: 1 }, { score: 0.97 }, { score: -1 }]);
  });

  test("of euclidean is made of the square of the distance", async () => {
    const schema = { fields: { _values: { type: "dense_vector", dimension: 2, metric: "euclidean" } } };
    const script = {
      "/indexes/docs": [{ ...docs, schema }],
      "/query": [
        {
          matches: [
            { ...match, score: 4 },
            { ...match, id: "b", score: 0 },
          ],
        },
      ],
    };
    const { store } = scripted(script, { metric: "euclidean" });
    expect(await store.search([1, 0])).toMatchObject([
      { id: "b", score: 1 },
      { id: "a", score: 1 / 3 },
    ]);
  });

  test("of 0 is a score", async () => {
    expect(await search({ matches: [{ ...match, score: 0 }] })).toMatchObject([{ score: 0 }]);
  });
});

describe("an answer that cannot be trusted is an invalid_response:", () => {
  test.each<[string, object, string]>([
    ["an array", [], "an answer that is no object"],
    ["no matches", { results: [] }, 'an answer without an array "matches"'],
    ["null as match", { matches: [null] }, "matches[0]: no id or no score"],
    ["no id", { matches: [{ ...match, id: undefined }] }, "matches[0]: no id or no score"],
    [
      "a score that is a text",
      { matches: [match, { ...match, score: "1" }] },
      "matches[1]: no id or no score",
    ],
    [
      "no text",
      { matches: [{ ...match, metadata: { n: 1 } }] },
      'matches[0]: no text under "content": the option contentKey says where records have it',
    ],
    [
      "no metadata",
      { matches: [{ id: "a", score: 1 }] },
      'matches[0]: no text under "content": the option contentKey says where records have it',
    ],
  ])("%s", async (_, answer, problem) => {
    await expect(search(answer)).rejects.toMatchObject({
      code: "invalid_response",
      message: `pinecone vector.search: ${problem}`,
    });
  });

  test.each([
    ["no values", undefined],
    ["an empty list", []],
    ["values of another width", [1]],
    ["a null among them", [1, null]],
  ])("%s where vectors were asked for", async (_, values) => {
    await expect(search({ matches: [{ ...match, values }] }, {}, true)).rejects.toMatchObject({
      code: "invalid_response",
      message: "pinecone vector.search: matches[0]: not the vector's values",
    });
  });
});

test("what looks like an error is one, with status 200 too", async () => {
  const { store } = scripted({ "/vectors/upsert": [{ code: 8, message: "slow down", details: [] }] });
  await expect(store.add([{ id: "a", content: "", embedding: [1, 0] }])).rejects.toMatchObject({
    code: "rate_limit",
    message: "pinecone vector.add: slow down",
  });
});
