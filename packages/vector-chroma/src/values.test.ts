import { expect, test } from "vitest";
import { problemWithLength, problemWithMetadata, problemWithNumber, unitOf } from "./values.js";

test.each([
  0,
  1,
  -1,
  0.1,
  19.99,
  -273.15,
  1e-7,
  1e21,
  1.5e22,
  123456789.012345,
  2 ** 53,
  -(2 ** 62),
  2 ** 63 - 1024,
])("the number %s is kept", (number) => {
  expect(problemWithNumber(number)).toBeUndefined();
});

test.each([
  0.1 + 0.2,
  100 / 3,
  0.9999999999999999,
  2 ** 63,
  -(2 ** 63),
  5e20,
  1.5e30,
  1e-23,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
])("the number %s has more digits than Chroma keeps", (number) => {
  expect(problemWithNumber(number)).toBe(
    `the number ${number} has more digits than Chroma keeps: round it to 15`,
  );
});

test("a number that is rounded to 15 digits, as the error says, is kept", () => {
  for (const number of [0.1 + 0.2, 100 / 3, -0.9999999999999999, 12345.678901234567])
    expect(problemWithNumber(Number(number.toPrecision(15)))).toBeUndefined();
});

test("lists, and keys that are Chroma's own, cannot be kept", () => {
  const reserved = 'Chroma has no keys that begin with "#", "$" or "chroma:"';
  expect(problemWithMetadata("tags", ["a"])).toBe("a list, which not every server of Chroma's has");
  expect(problemWithMetadata("tags", [])).toBe("a list, which not every server of Chroma's has");
  expect(problemWithMetadata("", 1)).toBe("Chroma has no empty key");
  for (const key of ["#id", "$eq", "chroma:document", "chroma:"])
    expect(problemWithMetadata(key, 1)).toBe(reserved);
  for (const key of ["a#", "a$", "chroma", "Chroma:x", " $"])
    expect(problemWithMetadata(key, 1)).toBeUndefined();
});

test("vectors that single precision cannot count with are too long, and by cosine too short", () => {
  expect(problemWithLength([6e18, 8e18], "dot")).toMatch(
    /^a vector of length 1\d{19}: single precision takes up to 9000000000000000000$/,
  );
  expect(problemWithLength(Float32Array.of(3e38, 3e38), "cosine")).toMatch(
    /^a vector of length 4\.2\d*e\+38: /,
  );
  expect(problemWithLength([1e-19, 0], "cosine")).toBe(
    "a vector of length 1e-19: single precision takes down to 1e-18",
  );
  expect(problemWithLength([1e-19, 0], "euclidean")).toBeUndefined();
  for (const metric of ["cosine", "dot", "euclidean"] as const) {
    expect(problemWithLength([0, 0], metric)).toBeUndefined();
    expect(problemWithLength([1e-17, 0], metric)).toBeUndefined();
    expect(problemWithLength([8e18, 0], metric)).toBeUndefined();
  }
});

test("a unit vector keeps its direction, and zeros stay", () => {
  expect(unitOf(Float32Array.of(3e38, -4e38 + 1e38))).toEqual(Float32Array.of(Math.SQRT1_2, -Math.SQRT1_2));
  expect(unitOf(Float32Array.of(3e-40, 0))).toEqual(Float32Array.of(1, 0));
  expect(unitOf(Float32Array.of(0, 0))).toEqual(Float32Array.of(0, 0));
});
