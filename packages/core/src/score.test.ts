import { describe, expect, it } from "vitest";
import { similarity, toScore } from "./score.js";

const half = Math.SQRT1_2;
const e1 = [1, 0];

describe("similarity", () => {
  it.each([
    [[1, 0], 1],
    [[-1, 0], -1],
    [[0, 1], 0],
    [[half, half], half],
  ])("of cosine, of e1 and %j, is %d", (vector, score) => {
    expect(similarity("cosine", e1, vector)).toBeCloseTo(score, 15);
  });

  it("of cosine does not depend on lengths, and stays within [-1, 1] in spite of rounding", () => {
    expect(similarity("cosine", [3, 4], [6, 8])).toBe(1);
    for (let i = 1; i < 200; i++) {
      const vector = Float32Array.from({ length: 7 }, (_, j) => Math.sin(i * 31 + j));
      const opposite = vector.map((x) => -3 * x);
      expect(similarity("cosine", vector, vector)).toBeLessThanOrEqual(1);
      expect(similarity("cosine", vector, opposite)).toBeGreaterThanOrEqual(-1);
    }
  });

  it("of cosine with a zero vector is 0, not NaN", () => {
    expect(similarity("cosine", [0, 0], e1)).toBe(0);
    expect(similarity("cosine", e1, [0, 0])).toBe(0);
    expect(similarity("cosine", [0, 0], [0, 0])).toBe(0);
  });

  it("of dot is the dot product, in double precision", () => {
    expect(similarity("dot", [1, 2, 3], [4, -5, 6])).toBe(12);
    expect(similarity("dot", [0, 0], e1)).toBe(0);
    expect(similarity("dot", new Float32Array([2 ** 30, 1]), new Float32Array([2 ** 10, 1]))).toBe(
      2 ** 40 + 1,
    );
  });

  it("of euclidean is 1 / (1 + distance)", () => {
    expect(similarity("euclidean", [0, 0], [3, 4])).toBe(1 / 6);
    expect(similarity("euclidean", e1, e1)).toBe(1);
  });
});

describe("toScore", () => {
  it("turns what engines give into the score that similarity computes", () => {
    const [a, b] = [
      [3, 4],
      [4, 3],
    ];
    const cosine = similarity("cosine", a, b);
    const dot = similarity("dot", a, b);
    const euclidean = similarity("euclidean", a, b);
    expect(toScore.fromOneMinus(1 - 0.96)).toBeCloseTo(cosine, 15);
    expect(toScore.fromHalved((1 + 0.96) / 2)).toBeCloseTo(cosine, 15);
    expect(toScore.fromOneMinus(1 - 24)).toBe(dot);
    expect(toScore.fromNegative(-24)).toBe(dot);
    expect(toScore.fromDistance(Math.SQRT2)).toBe(euclidean);
    expect(toScore.fromSquaredDistance(2)).toBe(euclidean);
  });

  it("gives a plain zero for zero", () => {
    expect(toScore.fromNegative(0)).toBe(0);
    expect(toScore.fromNegative(-0)).toBe(0);
    expect(toScore.fromOneMinus(1)).toBe(0);
  });

  it("takes a squared distance that rounding made negative as none", () => {
    expect(toScore.fromSquaredDistance(-1e-9)).toBe(1);
  });
});
