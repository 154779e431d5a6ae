import { compareCodePoints } from "@beluga/core/provider";
import { expect, test } from "vitest";
import { Nearest } from "./nearest.js";

const idOf = (row: number): string => `r${row}`;

test("it keeps the best k of any scores, as a full sort would", () => {
  let state = 7;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  for (let round = 0; round < 300; round++) {
    // Few different scores, so that many are equal.
    const scores = Array.from({ length: next() % 40 }, () => (next() % 7) / 3 - 1);
    const k = 1 + (next() % 12);
    const threshold = round % 3 === 0 ? -Infinity : (next() % 5) / 3 - 1;
    const nearest = new Nearest(k, threshold, idOf);
    for (const [row, score] of scores.entries()) if (nearest.admits(score)) nearest.offer(row, score);
    const expected = scores
      .map((score, row) => ({ row, score }))
      .filter(({ score }) => score >= threshold)
      .sort((a, b) => b.score - a.score || compareCodePoints(idOf(a.row), idOf(b.row)))
      .slice(0, k);
    expect(nearest.take()).toEqual(expected);
  }
});

test("it admits no more what is worse than the worst of k", () => {
  const nearest = new Nearest(2, -Infinity, idOf);
  for (const [row, score] of [0.1, 0.9, 0.5].entries()) nearest.offer(row, score);
  expect([0.1, 0.4, 0.5, 0.6].map((score) => nearest.admits(score))).toEqual([false, false, true, true]);
});
