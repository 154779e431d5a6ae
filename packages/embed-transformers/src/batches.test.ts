import { expect, test } from "vitest";
import { batchesOf } from "./batches.js";

test.each<[rule: string, lengths: number[], limits: [texts: number, tokens: number], batches: number[][]]>([
  ["the longest first, like to like", [3, 9, 4, 8, 2], [2, 100], [[1, 3], [2, 0], [4]]],
  [
    "as many tokens as the limit, padding counted",
    [5, 2, 2, 2],
    [9, 10],
    [
      [0, 1],
      [2, 3],
    ],
  ],
  ["a text that is too long for the limit alone", [50, 5, 5], [9, 10], [[0], [1, 2]]],
  ["texts of the same length in their order", [2, 2, 2], [9, 100], [[0, 1, 2]]],
  ["no text", [], [9, 100], []],
])("%s", (_rule, lengths, [maxBatchSize, maxBatchTokens], batches) => {
  expect(batchesOf(lengths, { maxBatchSize, maxBatchTokens })).toEqual(batches);
});
