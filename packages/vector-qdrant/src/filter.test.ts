import { type Filter, type ManagedVectorStore, filter } from "@beluga/core";
import { compileFilter } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { type QdrantFilter, depthOf, qdrantFilters } from "./filter.js";
import { createQdrantStore } from "./index.js";
import { sentBy } from "./testing/exchange.js";

function compiled(condition: Filter, metadataField = "metadata"): QdrantFilter {
  const result = compileFilter(condition, qdrantFilters(metadataField), {
    op: "vector.search",
    provider: "qdrant",
  });
  if (result.matches !== "some") throw new Error(`the filter is a constant: ${result.matches}`);
  return result.condition;
}

const key = "metadata.k";

describe("one condition", () => {
  test.each<[Filter, QdrantFilter]>([
    [filter.eq("k", "a"), { must: [{ key, match: { value: "a" } }] }],
    [filter.eq("k", true), { must: [{ key, match: { value: true } }] }],
    [filter.eq("k", 7), { must: [{ key, range: { gte: 7, lte: 7 } }] }],
    [filter.eq("k", 1.5), { must: [{ key, range: { gte: 1.5, lte: 1.5 } }] }],
    [filter.ne("k", "a"), { must_not: [{ key, match: { value: "a" } }] }],
    [filter.ne("k", 7), { must_not: [{ key, range: { gte: 7, lte: 7 } }] }],
    [filter.gt("k", 7), { must: [{ key, range: { gt: 7 } }] }],
    [filter.gte("k", 7), { must: [{ key, range: { gte: 7 } }] }],
    [filter.lt("k", -0.5), { must: [{ key, range: { lt: -0.5 } }] }],
    [filter.lte("k", 1e300), { must: [{ key, range: { lte: 1e300 } }] }],
    [filter.not(filter.gt("k", 7)), { must_not: [{ key, range: { gt: 7 } }] }],
    [filter.in("k", ["a", "b"]), { must: [{ key, match: { any: ["a", "b"] } }] }],
    [
      filter.in("k", ["a", 1, true, "b"]),
      {
        should: [
          { key, match: { any: ["a", "b"] } },
          { key, range: { gte: 1, lte: 1 } },
          { key, match: { value: true } },
        ],
      },
    ],
    [filter.nin("k", ["a", "b"]), { must_not: [{ key, match: { any: ["a", "b"] } }] }],
    [
      filter.nin("k", ["a", 1]),
      {
        must_not: [
          { key, match: { value: "a" } },
          { key, range: { gte: 1, lte: 1 } },
        ],
      },
    ],
    [filter.exists("k"), { must_not: [{ is_empty: { key } }] }],
    [filter.exists("k", false), { must: [{ is_empty: { key } }] }],
  ])("%j", (condition, expected) => {
    expect(compiled(condition)).toEqual(expected);
  });
});

const [a, b, c, d, e] = Array.from("abcde", (name) => filter.eq(name, name)) as [
  Filter,
  Filter,
  Filter,
  Filter,
  Filter,
];
const [A, B, C, D, E] = Array.from("abcde", (name) => ({ key: `metadata.${name}`, match: { value: name } }));

describe("and, or and not together", () => {
  test.each<[string, Filter, unknown]>([
    [
      "parts of an and are one filter",
      filter.and(a, filter.not(b), filter.or(c, d)),
      { must: [A], must_not: [B], should: [C, D] },
    ],
    [
      "a second or has a filter of its own",
      filter.and(filter.or(a, b), filter.or(c, d)),
      { should: [A, B], must: [{ should: [C, D] }] },
    ],
    [
      "alternatives of one condition stand by themselves",
      filter.or(a, filter.in("b", ["b", 1])),
      {
        should: [A, B, { key: "metadata.b", range: { gte: 1, lte: 1 } }],
      },
    ],
    [
      "an alternative that is denied keeps its filter",
      filter.or(a, filter.not(b)),
      { should: [A, { must_not: [B] }] },
    ],
    [
      "and within or within and",
      filter.and(a, filter.or(b, filter.and(c, filter.or(d, e)))),
      {
        must: [A],
        should: [B, { must: [C], should: [D, E] }],
      },
    ],
    ["not of an and", filter.not(filter.and(a, b)), { should: [{ must_not: [A] }, { must_not: [B] }] }],
    ["not of an or", filter.not(filter.or(a, b)), { must_not: [A, B] }],
  ])("%s", (_rule, condition, expected) => {
    expect(compiled(condition)).toEqual(expected);
  });

  test("no list of alternatives is ever empty, since Qdrant takes that for everything", () => {
    const numbers = Array.from({ length: 50_000 }, (_, n) => n);
    const { should = [] } = compiled(filter.and(filter.in("k", numbers), filter.nin("k", numbers)));
    expect(should).toHaveLength(50_000);
    expect(JSON.stringify(compiled(filter.and(a, filter.or(b, filter.or()))))).not.toContain("[]");
  });
});

describe("keys", () => {
  test.each([
    ["plain", "metadata.plain"],
    ["snake_case-9", "metadata.snake_case-9"],
    ["a.b", 'metadata."a.b"'],
    ["a[0]", 'metadata."a[0]"'],
    ["a[]", 'metadata."a[]"'],
    ["", 'metadata.""'],
    ["with space", 'metadata."with space"'],
    ["'; DROP TABLE documents; --", 'metadata."\'; DROP TABLE documents; --"'],
    ["ümlaut", 'metadata."ümlaut"'],
    ["🦊\n", 'metadata."🦊\n"'],
    ["__proto__", "metadata.__proto__"],
  ])("%j has the path %j", (name, path) => {
    expect(compiled(filter.exists(name, false))).toEqual({ must: [{ is_empty: { key: path } }] });
  });

  test("the field of the metadata is quoted as well", () => {
    expect(compiled(filter.exists("k", false), "meta.data")).toEqual({
      must: [{ is_empty: { key: '"meta.data".k' } }],
    });
  });
});

describe("what cannot be said is unsupported, before anything is sent", () => {
  const store = createQdrantStore({
    fetch: () => {
      throw new Error("it was sent");
    },
  });

  test.each<[Filter, string]>([
    [filter.gt("k", "a"), '"gt" with a text: Qdrant has ranges of numbers and of dates only'],
    [filter.not(filter.lte("k", "a")), '"lte" with a text: Qdrant has ranges of numbers and of dates only'],
    [filter.eq('a"b', 1), 'the key "a\\"b": Qdrant\'s paths have no place for " and \\'],
    [filter.and(a, filter.exists("a\\b")), 'the key "a\\\\b": Qdrant\'s paths have no place for " and \\'],
  ])("%j", async (condition, problem) => {
    for (const [op, call] of [
      ["vector.search", () => store.search([1], { filter: condition })],
      ["vector.delete", () => store.delete({ filter: condition })],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        code: "unsupported",
        message: `qdrant ${op}: filter: ${problem}`,
      });
    }
  });
});

test("and and or in turn need one level of Qdrant's filters for two of Beluga's", () => {
  const nested = Array.from({ length: 90 }).reduce<Filter>(
    (inner, _, n) => (n % 2 ? filter.and(inner, filter.ne("n", n)) : filter.or(inner, filter.eq("n", n))),
    filter.exists("k"),
  );
  expect(depthOf({ filter: compiled(nested) })).toBeLessThan(100);
});

test("a filter deeper than Qdrant reads JSON is unsupported, and is not sent", async () => {
  const deep = Array.from({ length: 45 }).reduce<Filter>(
    (inner) => filter.and(filter.or(a, b), filter.or(c, inner)),
    d,
  );
  const calls: Record<string, (store: ManagedVectorStore) => Promise<unknown>> = {
    "vector.search": (store) => store.search([1, 0], { filter: deep }),
    "vector.delete": (store) => store.delete({ filter: deep }),
  };
  for (const [op, call] of Object.entries(calls)) {
    const sent = await sentBy({}, async (store) => {
      await expect(call(store)).rejects.toMatchObject({
        code: "unsupported",
        message: `qdrant ${op}: filter: deeper than Qdrant reads JSON, which is 127 levels`,
      });
    });
    expect(sent.map(({ request }) => request)).toEqual(["GET /collections/documents"]);
  }
});
