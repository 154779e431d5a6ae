import { expect, test } from "vitest";
import { asArray, asCount, asRecord, asText, isRecord } from "./wire.js";

test.for([
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[1], false],
  [null, false],
  [undefined, false],
  ["{}", false],
] as const)("%j is a record: %s", ([value, expected]) => {
  expect(isRecord(value)).toBe(expected);
  expect(asRecord(value)).toEqual(expected ? value : {});
});

test("what is of another type counts as empty, and a count as not reported", () => {
  expect([asArray([1]), asArray({ length: 1 }), asArray(null)]).toEqual([[1], [], []]);
  expect([asText("a"), asText(1), asText(undefined)]).toEqual(["a", "", ""]);
  expect([asCount(0), asCount("1"), asCount(null), asCount(NaN)]).toEqual([
    0,
    undefined,
    undefined,
    undefined,
  ]);
});
