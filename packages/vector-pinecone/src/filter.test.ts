import { type Filter, filter } from "@beluga/core";
import { compileFilter } from "@beluga/core/provider";
import { expect, test } from "vitest";
import { pineconeFilters } from "./filter.js";

function compiled(condition: Filter): unknown {
  const result = compileFilter(condition, pineconeFilters("content"), {
    op: "vector.search",
    provider: "pinecone",
  });
  return result.matches === "some" ? result.condition : result.matches;
}

const missing = { k: { $exists: false } };

test.each<[string, Filter, unknown]>([
  ["eq text", filter.eq("k", "a"), { k: { $eq: "a" } }],
  ["eq number", filter.eq("k", 0), { k: { $eq: 0 } }],
  ["eq boolean", filter.eq("k", false), { k: { $eq: false } }],
  ["ne", filter.ne("k", "a"), { $or: [missing, { k: { $ne: "a" } }] }],
  ["not eq", filter.not(filter.eq("k", "a")), { $or: [missing, { k: { $ne: "a" } }] }],
  ["gt", filter.gt("k", 1), { k: { $gt: 1 } }],
  ["gte", filter.gte("k", 1), { k: { $gte: 1 } }],
  ["lt", filter.lt("k", 1), { k: { $lt: 1 } }],
  ["lte", filter.lte("k", 1), { k: { $lte: 1 } }],
  ["not gt", filter.not(filter.gt("k", 1)), { $or: [missing, { k: { $not: { $gt: 1 } } }] }],
  ["not lte", filter.not(filter.lte("k", 1)), { $or: [missing, { k: { $not: { $lte: 1 } } }] }],
  ["in texts", filter.in("k", ["a", "b"]), { k: { $in: ["a", "b"] } }],
  ["in numbers", filter.in("k", [1, 2]), { k: { $in: [1, 2] } }],
  ["in of one", filter.in("k", ["a"]), { k: { $eq: "a" } }],
  ["in booleans", filter.in("k", [true, false]), { $or: [{ k: { $eq: true } }, { k: { $eq: false } }] }],
  [
    "in of all types",
    filter.in("k", [1, "a", true, "b"]),
    { $or: [{ k: { $in: ["a", "b"] } }, { k: { $in: [1] } }, { k: { $eq: true } }] },
  ],
  ["nin texts", filter.nin("k", ["a", "b"]), { $or: [missing, { k: { $nin: ["a", "b"] } }] }],
  [
    "nin of all types",
    filter.nin("k", [1, "a", true]),
    { $or: [missing, { $and: [{ k: { $nin: ["a"] } }, { k: { $nin: [1] } }, { k: { $ne: true } }] }] },
  ],
  ["exists", filter.exists("k"), { k: { $exists: true } }],
  ["exists not", filter.exists("k", false), { k: { $exists: false } }],
  ["and", filter.match({ a: 1, b: "x" }), { $and: [{ a: { $eq: 1 } }, { b: { $eq: "x" } }] }],
  ["or", filter.or(filter.eq("a", 1), filter.gt("b", 2)), { $or: [{ a: { $eq: 1 } }, { b: { $gt: 2 } }] }],
  ["in of nothing", filter.in("k", []), "none"],
  ["nin of nothing", filter.nin("k", []), "all"],
])("%s", (_, condition, expected) => {
  expect(compiled(condition)).toEqual(expected);
});

test("a list of more than 10,000 values goes in several", () => {
  const values = Array.from({ length: 25_000 }, (_, n) => n);
  expect(compiled(filter.in("k", values))).toEqual({
    $or: [values.slice(0, 10_000), values.slice(10_000, 20_000), values.slice(20_000)].map((part) => ({
      k: { $in: part },
    })),
  });
});

test.each<[string, Filter, string]>([
  ["a text as bound", filter.gt("k", "a"), '"gt" takes a number: Pinecone does not order texts'],
  [
    "a text as bound within not",
    filter.not(filter.lte("k", "a")),
    '"lte" takes a number: Pinecone does not order texts',
  ],
  ["a key that begins with $", filter.eq("$or", "a"), 'key "$or": Pinecone has no keys that begin with $'],
  [
    "the key of the texts",
    filter.exists("content"),
    'key "content": it keeps the document\'s text (see contentKey)',
  ],
])("%s is unsupported", (_, condition, problem) => {
  const refused = { code: "unsupported", message: `pinecone vector.search: filter: ${problem}` };
  expect(() => compiled(condition)).toThrow(expect.objectContaining(refused));
  const nested = filter.and(filter.eq("a", 1), filter.or(filter.eq("b", 1), condition));
  expect(() => compiled(nested)).toThrow(expect.objectContaining(refused));
});

test("no key and no value becomes an operator", () => {
  const payloads = [
    '"}, "$or": [{}], "x": {"',
    "__proto__",
    "constructor",
    "a.b",
    "{$ne: null}",
    "' OR 1=1 --",
    "\u0000",
    "$".padStart(2, " "),
  ];
  for (const payload of payloads) {
    const text = JSON.stringify(payload);
    expect(JSON.stringify(compiled(filter.eq(payload, payload)))).toBe(`{${text}:{"$eq":${text}}}`);
    for (const value of ["$ne", "$exists", payload]) {
      expect(JSON.stringify(compiled(filter.in("k", [value, "x"])))).toBe(
        `{"k":{"$in":[${JSON.stringify(value)},"x"]}}`,
      );
    }
  }
});

test("what is no text, number or truth value is refused before it could become one", () => {
  for (const value of [{ $ne: "" }, ["a"], null]) {
    const condition = { op: "eq", key: "k", value } as unknown as Filter;
    expect(() => compiled(condition)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  }
});
