import { describe, expect, it } from "vitest";
import { filter } from "../filter.js";
import type { SearchOptions, VectorDocument } from "../vector-store.js";
import { checkDocuments, checkSearch, checkSelection, compareHits } from "./vector-input.js";

const document: VectorDocument = { id: "1", content: "", embedding: [0, 1] };

const wrong = (op: string, problem: string): unknown =>
  expect.objectContaining({ code: "invalid_input", op, provider: "acme", message: `acme ${op}: ${problem}` });

describe("checkDocuments", () => {
  it("gives the width, of the index or of the first document", () => {
    expect(checkDocuments("acme", [], undefined)).toBeUndefined();
    expect(checkDocuments("acme", [], 3)).toBe(3);
    expect(
      checkDocuments("acme", [document, { ...document, embedding: new Float32Array(2) }], undefined),
    ).toBe(2);
  });

  it("takes every kind of metadata that there is", () => {
    const metadata = {
      text: "",
      number: -0.5,
      flag: false,
      texts: ["a"],
      numbers: [1],
      none: [],
      ["__proto__"]: "own",
    };
    expect(checkDocuments("acme", [{ ...document, metadata }], 2)).toBe(2);
  });

  it.each<[unknown, string]>([
    ["text", "documents: expected an array"],
    [[document, null], "documents[1]: expected an object"],
    [["text"], "documents[0]: expected an object"],
    [[{ ...document, id: "" }], "documents[0].id: expected a string that is not empty"],
    [[{ ...document, id: 1 }], "documents[0].id: expected a string that is not empty"],
    [[{ ...document, content: undefined }], "documents[0].content: expected a string"],
    [
      [{ ...document, embedding: undefined }],
      "documents[0].embedding: expected a Float32Array or an array of numbers",
    ],
    [
      [{ ...document, embedding: "0,1" }],
      "documents[0].embedding: expected a Float32Array or an array of numbers",
    ],
    [[{ ...document, embedding: [] }], "documents[0].embedding: expected at least one number"],
    [[{ ...document, embedding: [0, NaN] }], "documents[0].embedding: expected a finite number at 1"],
    [[{ ...document, embedding: ["0", 1] }], "documents[0].embedding: expected a finite number at 0"],
    [
      [{ ...document, embedding: new Float32Array([0, Infinity]) }],
      "documents[0].embedding: expected a finite number at 1",
    ],
    [
      [document, { ...document, embedding: [1] }],
      "documents[1].embedding: expected 2 numbers, the width of this index, and got 1",
    ],
    [[{ ...document, metadata: "text" }], "documents[0].metadata: expected an object"],
    [[{ ...document, metadata: ["a"] }], "documents[0].metadata: expected an object"],
    ...[null, undefined, NaN, Infinity, { a: 1 }, [1, "a"], [true], [null], [NaN]].map(
      (value): [unknown, string] => [
        [{ ...document, metadata: { fine: 1, bad: value } }],
        "documents[0].metadata.bad: expected a string, a finite number, a boolean, or an array of strings or of numbers",
      ],
    ),
  ])("refuses %j", (documents, problem) => {
    expect(() => checkDocuments("acme", documents as VectorDocument[], undefined)).toThrow(
      wrong("vector.add", problem),
    );
  });
});

describe("checkSearch", () => {
  it("takes what is right", () => {
    expect(checkSearch("acme", [0, 1], {}, undefined)).toBeUndefined();
    expect(checkSearch("acme", new Float32Array(2), { k: 1, threshold: -1 }, 2)).toBeUndefined();
  });

  it.each<[unknown, SearchOptions, string]>([
    ["text", {}, "query: expected a Float32Array or an array of numbers"],
    [[], {}, "query: expected at least one number"],
    [[1], {}, "query: expected 2 numbers, the width of this index, and got 1"],
    [[1, -Infinity], {}, "query: expected a finite number at 1"],
    [[0, 1], { k: 0 }, "k: expected a positive integer"],
    [[0, 1], { k: 1.5 }, "k: expected a positive integer"],
    [[0, 1], { k: Infinity }, "k: expected a positive integer"],
    [[0, 1], { threshold: NaN }, "threshold: expected a number"],
  ])("refuses %j with %j", (query, options, problem) => {
    expect(() => checkSearch("acme", query as number[], options, 2)).toThrow(wrong("vector.search", problem));
  });
});

describe("compareHits", () => {
  it("puts the nearest first, and ties in the order of their ids by code point", () => {
    const hits = [
      { id: "b", score: 0 },
      { id: "😀", score: 1 },
      { id: "～", score: 1 },
      { id: "a", score: -1 },
      { id: "a", score: 0 },
    ];
    expect(hits.toSorted(compareHits).map(({ id, score }) => `${id} ${score}`)).toEqual([
      "～ 1",
      "😀 1",
      "a 0",
      "b 0",
      "a -1",
    ]);
  });
});

describe("checkSelection", () => {
  it("gives the ids or the filter of a delete", () => {
    expect(checkSelection("acme", { ids: ["a"] })).toEqual({ ids: ["a"] });
    expect(checkSelection("acme", { filter: filter.eq("a", 1) })).toEqual({ filter: filter.eq("a", 1) });
  });

  it.each([
    [undefined, "expected either ids or a filter"],
    [{}, "expected either ids or a filter"],
    [{ ids: [], filter: filter.eq("a", 1) }, "expected either ids or a filter"],
    [{ ids: "a" }, "ids: expected an array of strings"],
    [{ ids: [1] }, "ids: expected an array of strings"],
  ])("refuses %j", (selection, problem) => {
    expect(() => checkSelection("acme", selection)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: `acme vector.delete: ${problem}` }),
    );
  });
});
