import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readEmbeddingList } from "./embedding-list.js";

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../testdata/embedding-list/${name}.json`, import.meta.url), "utf8"));
const invalid = (problem: string): never => {
  throw new Error(problem);
};

test("base64 is put in the order of the index", () => {
  expect(readEmbeddingList(load("base64-out-of-order"), 2, invalid)).toEqual({
    embeddings: [
      Float32Array.of(-0.0069292834, -0.0053364226, 0.015229187),
      Float32Array.of(0.25, -0.5, 0.125),
    ],
    usage: { inputTokens: 8, totalTokens: 8, raw: { prompt_tokens: 8, total_tokens: 8 } },
    model: "text-embedding-3-small",
  });
});

test("arrays of numbers are read as well", () => {
  expect(readEmbeddingList(load("numbers"), 1, invalid)).toEqual({
    embeddings: [Float32Array.of(0.0023064255, -0.009327292, -0.0028842222)],
    usage: { inputTokens: 8, totalTokens: 8, raw: { prompt_tokens: 8, total_tokens: 8 } },
    model: "text-embedding-ada-002",
  });
});

test("where only a total is reported, it is that of the input", () => {
  expect(readEmbeddingList(load("only-total-tokens"), 1, invalid).usage).toEqual({
    inputTokens: 7,
    totalTokens: 7,
    raw: { total_tokens: 7 },
  });
});

test("vectors are read by another reader, where one is given", () => {
  const data = [{ index: 0, embedding: "two" }];
  const { embeddings } = readEmbeddingList({ data }, 1, invalid, (embedding, path) =>
    Float32Array.of(String(embedding).length, path.length),
  );
  expect(embeddings).toEqual([Float32Array.of(3, 17)]);
});

test("what is not reported is not made up", () => {
  expect(readEmbeddingList(load("no-usage-no-model"), 1, invalid)).toEqual({
    embeddings: [Float32Array.of(1)],
    usage: {},
    model: undefined,
  });
});

test("a vector that is missing leaves a hole, which core finds", () => {
  expect(readEmbeddingList({ data: [{ index: 1, embedding: [1] }] }, 2, invalid).embeddings).toEqual([
    undefined,
    Float32Array.of(1),
  ]);
});

const vector = { index: 0, embedding: [1] };

test.each([
  ["no object", null, 'a response without an array "data"'],
  ["no data", { object: "list" }, 'a response without an array "data"'],
  ["data that is no array", { data: { 0: vector } }, 'a response without an array "data"'],
  ["no index", { data: [{ embedding: [1] }] }, "data[0] has no index from 0 to 1"],
  ["an index that is a text", { data: [{ ...vector, index: "0" }] }, "data[0] has no index from 0 to 1"],
  ["an index past the end", { data: [{ ...vector, index: 2 }] }, "data[0] has no index from 0 to 1"],
  ["the same index twice", { data: [vector, vector] }, "two vectors for index 0"],
  ["an item that is null", { data: [null] }, "data[0] has no index from 0 to 1"],
  [
    "no vector",
    { data: [{ index: 0 }] },
    "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats",
  ],
  [
    "base64 that is cut",
    { data: [{ index: 0, embedding: "AACAPwAAg" }] },
    "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats",
  ],
  [
    "a null among the numbers",
    { data: [{ index: 0, embedding: [1, null] }] },
    "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats",
  ],
  [
    "numbers as texts",
    { data: [{ index: 0, embedding: ["1"] }] },
    "data[0].embedding is neither an array of numbers nor base64 of 32-bit floats",
  ],
])("a response is invalid with %s", (_fault, response, problem) => {
  expect(() => readEmbeddingList(response, 2, invalid)).toThrow(problem);
});
