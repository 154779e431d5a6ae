import { type Filter, filter } from "@beluga/core";
import { compileFilter } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { type ChromaWhere, chromaFilters, problemWithSize } from "./filter.js";

function whereOf(condition: Filter): unknown {
  const compiled = compileFilter(condition, chromaFilters, { op: "vector.search", provider: "chroma" });
  return compiled.matches === "some" ? compiled.condition : compiled.matches;
}

describe("in Chroma's language", () => {
  test.each<[string, Filter, unknown]>([
    ["eq of a text", filter.eq("lang", "en"), { lang: { $eq: "en" } }],
    ["eq of a truth value", filter.eq("draft", false), { draft: { $eq: false } }],
    ["eq of a whole number", filter.eq("year", 2026), { year: { $eq: 2026 } }],
    ["eq of a large number", filter.eq("n", 1e21), { n: { $eq: 1e21 } }],
    ["eq of a fraction", filter.eq("n", -1.5), { $and: [{ n: { $eq: -1.5 } }, { n: { $ne: -1 } }] }],
    ["ne", filter.ne("lang", "en"), { lang: { $ne: "en" } }],
    ["ne of a fraction", filter.ne("n", 1.5), { $or: [{ n: { $ne: 1.5 } }, { n: { $eq: 1 } }] }],
    ["gt", filter.gt("n", 2), { n: { $gt: 2 } }],
    ["gte", filter.gte("n", -2), { n: { $gte: -2 } }],
    ["lt", filter.lt("n", 0), { n: { $lt: 0 } }],
    ["lte", filter.lte("n", 1e21), { n: { $lte: 1e21 } }],
    ["gt of a fraction", filter.gt("n", 1.5), { $or: [{ n: { $gt: 1.5 } }, { n: { $gte: 2 } }] }],
    ["gte of a fraction", filter.gte("n", 1.5), { $and: [{ n: { $gte: 1.5 } }, { n: { $gt: 1 } }] }],
    ["lt of a fraction", filter.lt("n", -1.5), { $or: [{ n: { $lt: -1.5 } }, { n: { $lte: -2 } }] }],
    ["lte of a fraction", filter.lte("n", -1.5), { $and: [{ n: { $lte: -1.5 } }, { n: { $lt: -1 } }] }],
    ["in", filter.in("lang", ["en", "de"]), { lang: { $in: ["en", "de"] } }],
    ["nin", filter.nin("lang", ["en", "de"]), { lang: { $nin: ["en", "de"] } }],
    [
      "in of several types",
      filter.in("k", [true, "a", 1, 2.5, "b", 2]),
      {
        $or: [
          { k: { $in: ["a", "b"] } },
          { k: { $in: [1, 2] } },
          { k: { $in: [true] } },
          { $and: [{ k: { $eq: 2.5 } }, { k: { $ne: 2 } }] },
        ],
      },
    ],
    [
      "nin of several types",
      filter.nin("k", [0, 1e21, 0.5]),
      {
        $and: [{ k: { $nin: [0] } }, { k: { $ne: 1e21 } }, { $or: [{ k: { $ne: 0.5 } }, { k: { $eq: 0 } }] }],
      },
    ],
    [
      "and, or, not",
      filter.and(filter.eq("a", 1), filter.not(filter.and(filter.eq("b", 2), filter.eq("c", 3)))),
      { $and: [{ a: { $eq: 1 } }, { $or: [{ b: { $ne: 2 } }, { c: { $ne: 3 } }] }] },
    ],
    [
      "two bounds of one key",
      filter.and(filter.gt("n", 1), filter.lt("n", 3)),
      { $and: [{ n: { $gt: 1 } }, { n: { $lt: 3 } }] },
    ],
    ["hostile texts", filter.eq('"}, "$or": [{}]', "' OR 1=1"), { '"}, "$or": [{}]': { $eq: "' OR 1=1" } }],
    [
      "a key that is a member of every object",
      filter.eq("__proto__", "x"),
      JSON.parse('{"__proto__":{"$eq":"x"}}'),
    ],
    ["nothing", filter.in("k", []), "none"],
    ["everything", filter.and(), "all"],
  ])("%s", (_what, condition, expected) => {
    // As it is sent: JSON has no -0.
    expect(JSON.parse(JSON.stringify(whereOf(condition)))).toEqual(expected);
  });
});

describe("unsupported, with the reason in words, is", () => {
  test.each<[string, Filter, string]>([
    ["exists", filter.exists("k"), '"exists": Chroma cannot say whether a key is there'],
    ["exists not", filter.exists("k", false), '"exists": Chroma cannot say whether a key is there'],
    ["the complement of a bound", filter.not(filter.gt("n", 1)), 'there is no complement of "gt"'],
    ["a bound that is a text", filter.lt("k", "a"), '"lt" with a text: Chroma orders numbers only'],
    ["an empty key", filter.eq("", 1), 'the key "": Chroma has no empty key'],
    [
      "a key of operators",
      filter.ne("$or", 1),
      'the key "$or": Chroma has no keys that begin with "#", "$" or "chroma:"',
    ],
    [
      "the text of documents",
      filter.ne("#document", "x"),
      'the key "#document": Chroma has no keys that begin with "#", "$" or "chroma:"',
    ],
    [
      "a key of Chroma's own",
      filter.eq("chroma:document", "x"),
      'the key "chroma:document": Chroma has no keys that begin with "#", "$" or "chroma:"',
    ],
    [
      "a number of 17 digits",
      filter.gt("n", 0.1 + 0.2),
      "the number 0.30000000000000004 has more digits than Chroma keeps: round it to 15",
    ],
    [
      "such a number in a list",
      filter.nin("n", [1, 2 ** 63]),
      "the number 9223372036854776000 has more digits than Chroma keeps: round it to 15",
    ],
  ])("%s", (_what, condition, problem) => {
    const refused = { code: "unsupported", message: `chroma vector.search: filter: ${problem}` };
    expect(() => whereOf(condition)).toThrow(expect.objectContaining(refused));
    expect(() => whereOf(filter.or(filter.eq("a", 1), condition))).toThrow(expect.objectContaining(refused));
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function nested(depth: number): Filter {
  return numbers(depth).reduce<Filter>(
    (inner, n) => (n % 2 ? filter.and(inner, filter.ne("n", -n)) : filter.or(inner, filter.eq("n", -n))),
    filter.in("n", [1, 2]),
  );
}

function sizeProblem(condition: Filter): string | undefined {
  return problemWithSize(whereOf(condition) as ChromaWhere);
}

describe("the size", () => {
  test("of a conjunction is no chain of more than 100", () => {
    const widths = (where: unknown): number[] =>
      typeof where === "object" && where !== null
        ? [...(Array.isArray(where) ? [where.length] : []), ...Object.values(where).flatMap(widths)]
        : [];
    const wide = whereOf(filter.or(...numbers(10_050).map((n) => filter.eq("n", n))));
    expect(widths(wide)).toContain(50);
    expect(Math.max(...widths(wide))).toBe(100);
    expect(JSON.stringify(wide).match(/\$eq/g)).toHaveLength(10_050);
  });

  test("is refused where it is more than SQLite takes", () => {
    expect(sizeProblem(filter.in("n", numbers(15_999)))).toBeUndefined();
    expect(sizeProblem(filter.in("n", numbers(16_000)))).toBe("more keys and values than Chroma takes");
    const fractions = numbers(4_001).map((n) => n + 0.5);
    expect(sizeProblem(filter.in("n", fractions.slice(1)))).toBeUndefined();
    expect(sizeProblem(filter.in("n", fractions))).toBe("more keys and values than Chroma takes");
  });

  test("is refused where it is deeper than Chroma reads", () => {
    expect(sizeProblem(nested(61))).toBeUndefined();
    expect(sizeProblem(nested(62))).toBe("more filters inside of each other than Chroma reads");
  });
});
