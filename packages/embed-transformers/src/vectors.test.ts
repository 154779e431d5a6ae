import { expect, test } from "vitest";
import { layerNorm, normalize } from "./vectors.js";

test("a vector is brought to the length 1, and one of zeros stays as it is", () => {
  const vectors = [Float32Array.of(3, 0, -4), new Float32Array(2)];
  for (const vector of vectors) normalize(vector);
  expect(vectors).toEqual([Float32Array.of(0.6, 0, -0.8), new Float32Array(2)]);
});

test("a vector is brought to mean 0 and variance 1, and one of equal numbers to zeros", () => {
  const vectors = [Float32Array.of(1, 3, 5, 7), new Float32Array(4).fill(7)];
  for (const vector of vectors) layerNorm(vector);
  expect(vectors.map((vector) => [...vector].map((value) => Number(value.toFixed(5))))).toEqual([
    [-1.34164, -0.44721, 0.44721, 1.34164],
    [0, 0, 0, 0],
  ]);
});
