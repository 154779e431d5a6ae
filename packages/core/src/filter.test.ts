import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type Filter, compareCodePoints, filter, matchesFilter, normalizeFilter } from "./filter.js";
import type { MetadataValue } from "./vector-store.js";

const document = { lang: "en", year: 2024, draft: false, tags: ["a", "b"], sizes: [1, 5], none: [] };

describe("matchesFilter", () => {
  it.each<[Filter, boolean]>([
    [filter.eq("lang", "en"), true],
    [filter.eq("lang", "de"), false],
    [filter.eq("draft", false), true],
    [filter.eq("missing", "en"), false],
    [filter.ne("lang", "en"), false],
    [filter.ne("lang", "de"), true],
    [filter.gt("year", 2023), true],
    [filter.gt("year", 2024), false],
    [filter.gte("year", 2024), true],
    [filter.gte("year", 2025), false],
    [filter.lt("year", 2025), true],
    [filter.lt("year", 2024), false],
    [filter.lte("year", 2024), true],
    [filter.lte("year", 2023), false],
    [filter.gt("lang", "de"), true],
    [filter.lt("lang", "de"), false],
    [filter.in("lang", ["de", "en"]), true],
    [filter.in("lang", ["de", "fr"]), false],
    [filter.in("missing", ["de"]), false],
    [filter.nin("lang", ["de", "fr"]), true],
    [filter.nin("lang", ["de", "en"]), false],
    [filter.exists("lang"), true],
    [filter.exists("missing"), false],
    [filter.exists("missing", false), true],
    [filter.exists("lang", false), false],
    [filter.and(filter.eq("lang", "en"), filter.gt("year", 2000)), true],
    [filter.and(filter.eq("lang", "en"), filter.gt("year", 3000)), false],
    [filter.or(filter.eq("lang", "de"), filter.gt("year", 2000)), true],
    [filter.or(filter.eq("lang", "de"), filter.gt("year", 3000)), false],
    [filter.not(filter.eq("lang", "de")), true],
    [filter.not(filter.not(filter.eq("lang", "de"))), false],
    [filter.match({ lang: "en", year: 2024 }), true],
    [filter.match({ lang: "en", year: 2025 }), false],
  ])("of %j is %s", (condition, expected) => {
    expect(matchesFilter(condition, document)).toBe(expected);
  });

  it("is two-valued: ne, nin and not match documents that lack the key, comparisons do not", () => {
    expect(matchesFilter(filter.ne("missing", 1), document)).toBe(true);
    expect(matchesFilter(filter.nin("missing", [1, 2]), document)).toBe(true);
    for (const op of ["eq", "gt", "gte", "lt", "lte"] as const) {
      expect(matchesFilter(filter[op]("missing", 1), document)).toBe(false);
      expect(matchesFilter(filter.not(filter[op]("missing", 1)), document)).toBe(true);
    }
  });

  it.each<[Filter, boolean]>([
    [filter.eq("tags", "b"), true],
    [filter.eq("tags", "c"), false],
    [filter.ne("tags", "b"), false],
    [filter.ne("tags", "c"), true],
    [filter.in("tags", ["c", "a"]), true],
    [filter.nin("tags", ["c", "a"]), false],
    [filter.nin("tags", ["c", "d"]), true],
    [filter.gt("sizes", 4), true],
    [filter.and(filter.gt("sizes", 4), filter.lt("sizes", 2)), true],
    [filter.gt("sizes", 5), false],
    [filter.eq("none", "a"), false],
    [filter.ne("none", "a"), true],
    [filter.exists("none"), true],
  ])("of an array holds when it holds for one of its elements: %j is %s", (condition, expected) => {
    expect(matchesFilter(condition, document)).toBe(expected);
  });

  it.each<[Filter, Record<string, MetadataValue>]>([
    [filter.eq("x", "1"), { x: 1 }],
    [filter.eq("x", 1), { x: "1" }],
    [filter.eq("x", true), { x: "true" }],
    [filter.eq("x", 1), { x: true }],
    [filter.eq("x", 0), { x: false }],
    [filter.in("x", ["1", true]), { x: 1 }],
    [filter.gt("x", 0), { x: "1" }],
    [filter.gt("x", "0"), { x: 1 }],
    [filter.lte("x", 1), { x: true }],
    [filter.gte("x", ""), { x: false }],
    [filter.gt("x", 0), { x: ["1", "2"] }],
  ])("keeps types: %j does not match %j", (condition, metadata) => {
    expect(matchesFilter(condition, metadata)).toBe(false);
    expect(matchesFilter(filter.not(condition), metadata)).toBe(true);
  });

  it("compares strings by code point, as databases do", () => {
    const emoji = "😀"; // U+1F600, in UTF-16 d83d de00
    const tilde = "～"; // U+FF5E, which JavaScript's own < puts after the emoji
    expect(tilde > emoji).toBe(true);
    expect(matchesFilter(filter.gt("x", tilde), { x: emoji })).toBe(true);
    expect(matchesFilter(filter.lt("x", emoji), { x: tilde })).toBe(true);
  });

  it("of empty lists: in matches nothing, nin everything; and holds, or does not", () => {
    for (const metadata of [document, {}, undefined]) {
      expect(matchesFilter(filter.in("lang", []), metadata)).toBe(false);
      expect(matchesFilter(filter.nin("lang", []), metadata)).toBe(true);
      expect(matchesFilter(filter.and(), metadata)).toBe(true);
      expect(matchesFilter(filter.or(), metadata)).toBe(false);
      expect(matchesFilter(filter.match({}), metadata)).toBe(true);
    }
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "finds the key %s only where the metadata has it itself",
    (key) => {
      expect(matchesFilter(filter.exists(key), {})).toBe(false);
      expect(
        matchesFilter(filter.exists(key), Object.create({ [key]: "inherited" }) as typeof document),
      ).toBe(false);
      expect(matchesFilter(filter.ne(key, "x"), {})).toBe(true);
      const own = JSON.parse(`{${JSON.stringify(key)}: "x"}`) as Record<string, MetadataValue>;
      expect(matchesFilter(filter.exists(key), own)).toBe(true);
      expect(matchesFilter(filter.eq(key, "x"), own)).toBe(true);
      expect(matchesFilter(filter.match(own as Record<string, string>), own)).toBe(true);
      expect(matchesFilter(filter.match(own as Record<string, string>), {})).toBe(false);
    },
  );

  it("takes a key whose value is undefined as absent", () => {
    const metadata = { lang: undefined } as unknown as Record<string, MetadataValue>;
    expect(matchesFilter(filter.exists("lang"), metadata)).toBe(false);
    expect(matchesFilter(filter.ne("lang", "en"), metadata)).toBe(true);
  });

  it("refuses an operator that it does not know, instead of taking it for another", () => {
    const unknown = { op: "contains", key: "lang", value: "en" } as unknown as Filter;
    expect(() => matchesFilter(filter.not(unknown), document)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: 'vector.filter: filter: unknown operator "contains"',
      }),
    );
  });
});

describe("the builders", () => {
  it("build what the type says", () => {
    expect([
      filter.eq("k", 1),
      filter.ne("k", "a"),
      filter.gt("k", 1),
      filter.gte("k", 1),
      filter.lt("k", "z"),
      filter.lte("k", 1),
      filter.in("k", [1, "a", true]),
      filter.nin("k", []),
      filter.exists("k"),
      filter.exists("k", false),
      filter.not(filter.eq("k", 1)),
      filter.and(),
      filter.or(filter.eq("k", 1)),
      filter.match({ a: 1, b: "x" }),
    ]).toEqual([
      { op: "eq", key: "k", value: 1 },
      { op: "ne", key: "k", value: "a" },
      { op: "gt", key: "k", value: 1 },
      { op: "gte", key: "k", value: 1 },
      { op: "lt", key: "k", value: "z" },
      { op: "lte", key: "k", value: 1 },
      { op: "in", key: "k", value: [1, "a", true] },
      { op: "nin", key: "k", value: [] },
      { op: "exists", key: "k", value: true },
      { op: "exists", key: "k", value: false },
      { op: "not", filter: { op: "eq", key: "k", value: 1 } },
      { op: "and", filters: [] },
      { op: "or", filters: [{ op: "eq", key: "k", value: 1 }] },
      {
        op: "and",
        filters: [
          { op: "eq", key: "a", value: 1 },
          { op: "eq", key: "b", value: "x" },
        ],
      },
    ]);
  });

  it("do not compile with a value that the operator cannot take", () => {
    // @ts-expect-error: nothing is greater than a boolean
    expect(filter.gt("k", true)).toEqual({ op: "gt", key: "k", value: true });
    // @ts-expect-error: null is no value; absence is exists
    expect(filter.eq("k", null)).toEqual({ op: "eq", key: "k", value: null });
    expectTypeOf(filter.match({ a: 1 })).toEqualTypeOf<Filter>();
  });
});

describe("compareCodePoints", () => {
  const strings = ["", "A", "Z", "a", "aa", "ab", "é", "～", "\u{10000}", "😀", "😀a", "😁", "\u{10ffff}"];

  it("sorts as code points do", () => {
    const shuffled = strings.toSorted((a, b) => (a.length % 3) - (b.length % 3) || (a < b ? 1 : -1));
    expect(shuffled.sort(compareCodePoints)).toEqual(strings);
  });

  it("agrees with comparing the code points one by one", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "～", "\u{e000}", "😀", "😁", "\u{10ffff}"),
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [Array.from(a), Array.from(b)];
        const at = x.findIndex((point, i) => point !== y[i]);
        const difference =
          at < 0 ? x.length - y.length : (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? -1);
        return Math.sign(compareCodePoints(a, b)) === Math.sign(difference);
      }),
    );
  });
});

describe("normalizeFilter", () => {
  it.each<[string, Filter, Filter]>([
    ["pushes not down to leaves", filter.not(filter.eq("a", 1)), filter.ne("a", 1)],
    ["turns in and nin", filter.not(filter.in("a", [1, 2])), filter.nin("a", [1, 2])],
    ["turns exists", filter.not(filter.exists("a")), filter.exists("a", false)],
    ["leaves not before a comparison", filter.not(filter.gt("a", 1)), filter.not(filter.gt("a", 1))],
    ["drops two nots", filter.not(filter.not(filter.gt("a", 1))), filter.gt("a", 1)],
    [
      "turns a negated and into an or",
      filter.not(filter.and(filter.eq("a", 1), filter.lt("b", 2))),
      filter.or(filter.ne("a", 1), filter.not(filter.lt("b", 2))),
    ],
    [
      "flattens",
      filter.and(filter.eq("a", 1), filter.and(filter.eq("b", 2), filter.and(filter.eq("c", 3)))),
      filter.and(filter.eq("a", 1), filter.eq("b", 2), filter.eq("c", 3)),
    ],
    [
      "flattens what becomes of its own kind",
      filter.or(filter.eq("a", 1), filter.not(filter.and(filter.eq("b", 2), filter.eq("c", 3)))),
      filter.or(filter.eq("a", 1), filter.ne("b", 2), filter.ne("c", 3)),
    ],
    ["unwraps a single filter", filter.and(filter.or(filter.eq("a", 1))), filter.eq("a", 1)],
    ["makes one value an equality", filter.in("a", [1, 1]), filter.eq("a", 1)],
    ["makes one refused value an inequality", filter.nin("a", ["x"]), filter.ne("a", "x")],
    ["keeps values of different types apart", filter.in("a", [1, "1", 1]), filter.in("a", [1, "1"])],
    ["knows what matches nothing", filter.and(filter.eq("a", 1), filter.in("b", [])), filter.or()],
    ["knows what matches everything", filter.or(filter.eq("a", 1), filter.nin("b", [])), filter.and()],
    [
      "drops what decides nothing",
      filter.and(filter.eq("a", 1), filter.and(), filter.nin("b", [])),
      filter.eq("a", 1),
    ],
    ["turns the constants", filter.not(filter.and()), filter.or()],
  ])("%s", (_rule, condition, expected) => {
    expect(normalizeFilter(condition)).toEqual(expected);
  });

  const keys = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
  const number = fc.constantFrom(-1, 0, 1, 1.5, 2);
  const text = fc.constantFrom("", "1", "a", "～", "😀");
  const value = fc.oneof(number, text, fc.boolean());
  const comparable = fc.oneof(number, text);
  const { condition } = fc.letrec<{ condition: Filter }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4, depthIdentifier: "filter" },
      fc.record({ op: fc.constantFrom("eq", "ne"), key: keys, value }),
      fc.record({ op: fc.constantFrom("gt", "gte", "lt", "lte"), key: keys, value: comparable }),
      fc.record({ op: fc.constantFrom("in", "nin"), key: keys, value: fc.array(value, { maxLength: 3 }) }),
      fc.record({ op: fc.constant("exists" as const), key: keys, value: fc.boolean() }),
      fc.record({
        op: fc.constantFrom("and", "or"),
        filters: fc.array(tie("condition"), { maxLength: 3, depthIdentifier: "filter" }),
      }),
      fc.record({ op: fc.constant("not" as const), filter: tie("condition") }),
    ) satisfies fc.Arbitrary<Filter>,
  }));
  const metadata = fc
    .array(
      fc.tuple(keys, fc.oneof(value, fc.array(number, { maxLength: 2 }), fc.array(text, { maxLength: 2 }))),
      { maxLength: 4 },
    )
    .map((entries) => Object.fromEntries(entries) as Record<string, MetadataValue>);

  it("matches the same documents as the filter that it is given", () => {
    fc.assert(
      fc.property(condition, fc.array(metadata, { minLength: 1, maxLength: 5 }), (given, documents) => {
        const normal = normalizeFilter(given);
        for (const each of documents) expect(matchesFilter(normal, each)).toBe(matchesFilter(given, each));
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the promised form, a fixed point, and leaves what it is given alone", () => {
    fc.assert(
      fc.property(condition, (given) => {
        const before = structuredClone(given);
        const normal = normalizeFilter(given);
        expect(given).toEqual(before);
        if (!isConstant(normal)) expect(isNormal(normal)).toBe(true);
        expect(normalizeFilter(normal)).toEqual(normal);
      }),
      { numRuns: 1000 },
    );
  });

  it("is complete: not is the exact complement, ne of eq, nin of in", () => {
    fc.assert(
      fc.property(
        condition,
        keys,
        value,
        fc.array(value, { maxLength: 3 }),
        metadata,
        (given, key, one, many, each) => {
          expect(matchesFilter(filter.not(given), each)).toBe(!matchesFilter(given, each));
          expect(matchesFilter(filter.ne(key, one), each)).toBe(!matchesFilter(filter.eq(key, one), each));
          expect(matchesFilter(filter.nin(key, many), each)).toBe(!matchesFilter(filter.in(key, many), each));
        },
      ),
    );
  });

  it.each<[unknown, string]>([
    [undefined, "filter: expected a filter object"],
    [null, "filter: expected a filter object"],
    ["lang = 'en'", "filter: expected a filter object"],
    [{}, "filter: unknown operator undefined"],
    [[], "filter: unknown operator undefined"],
    [{ lang: "en" }, "filter: unknown operator undefined"],
    [{ op: "contains", key: "a", value: 1 }, 'filter: unknown operator "contains"'],
    [{ op: "toString", key: "a", value: 1 }, 'filter: unknown operator "toString"'],
    [{ op: "eq", value: 1 }, "filter: expected a string as key"],
    [{ op: "eq", key: 1, value: 1 }, "filter: expected a string as key"],
    [{ op: "eq", key: "a" }, 'filter: a value that "eq" cannot take'],
    [{ op: "eq", key: "a", value: null }, 'filter: a value that "eq" cannot take'],
    [{ op: "eq", key: "a", value: ["x"] }, 'filter: a value that "eq" cannot take'],
    [{ op: "ne", key: "a", value: { $ne: 1 } }, 'filter: a value that "ne" cannot take'],
    [{ op: "eq", key: "a", value: NaN }, 'filter: a value that "eq" cannot take'],
    [{ op: "gt", key: "a", value: Infinity }, 'filter: a value that "gt" cannot take'],
    [{ op: "gte", key: "a", value: true }, 'filter: a value that "gte" cannot take'],
    [{ op: "in", key: "a", value: "abc" }, 'filter: a value that "in" cannot take'],
    [{ op: "nin", key: "a", value: [null] }, 'filter: a value that "nin" cannot take'],
    [{ op: "exists", key: "a" }, 'filter: a value that "exists" cannot take'],
    [{ op: "not" }, "filter.filter: expected a filter object"],
    [{ op: "and" }, "filter: expected an array of filters"],
    [{ op: "or", filters: {} }, "filter: expected an array of filters"],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
    [{ op: "or", filters: [filter.and(), ,] }, "filter.filters[1]: expected a filter object"],
    [
      {
        op: "and",
        filters: [filter.in("a", []), { op: "not", filter: { op: "or", filters: [{ op: "eq" }] } }],
      },
      "filter.filters[1].filter.filters[0]: expected a string as key",
    ],
  ])("refuses the malformed filter %j", (given, problem) => {
    expect(() => normalizeFilter(given as Filter, "vector.delete")).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        op: "vector.delete",
        message: `vector.delete: ${problem}`,
      }),
    );
  });

  it("refuses a filter so deep that it would exhaust the stack, and takes a very wide one", () => {
    for (const wrap of [filter.not, filter.and, (inner: Filter) => filter.or(inner, inner)]) {
      expect(() => normalizeFilter(nested(50_000, (inner) => wrap(inner)))).toThrow(
        expect.objectContaining({
          code: "invalid_input",
          message: "vector.search: filter: more than 100 filters inside of each other",
        }),
      );
    }
    expect(normalizeFilter(nested(100, (inner) => filter.not(inner)))).toEqual(filter.eq("a", 1));
    expect(() => normalizeFilter(nested(101, (inner) => filter.not(inner)))).toThrow("inside of each other");
    const wide = filter.and(filter.and(...Array.from({ length: 50_000 }, (_, i) => filter.eq("a", i))));
    const twice = filter.or(wide, filter.or(...Array.from({ length: 50_000 }, (_, i) => filter.ne("b", i))));
    const normal = normalizeFilter(twice);
    expect(normal.op === "or" && normal.filters.length).toBe(50_001);
  });
});

function isConstant(given: Filter): boolean {
  return (given.op === "and" || given.op === "or") && given.filters.length === 0;
}

function isNormal(given: Filter): boolean {
  switch (given.op) {
    case "not":
      return ["gt", "gte", "lt", "lte"].includes(given.filter.op);
    case "and":
    case "or":
      return (
        given.filters.length >= 2 && given.filters.every((inner) => inner.op !== given.op && isNormal(inner))
      );
    case "in":
    case "nin":
      return new Set(given.value).size === given.value.length && given.value.length >= 2;
    default:
      return true;
  }
}

/** A filter on `a` within so many others. */
function nested(times: number, wrap: (inner: Filter) => Filter): Filter {
  let filters = filter.eq("a", 1);
  for (let i = 0; i < times; i++) filters = wrap(filters);
  return filters;
}
