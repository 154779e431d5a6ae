import { describe, expect, test } from "vitest";
import { type Filter, filter } from "../filter.js";
import { type FilterDialect, compileFilter } from "./filter-dialect.js";

/** Filters as texts. */
const dialect: FilterDialect<string> = {
  leaf: ({ op, key, value }, refuse) =>
    key === "secret"
      ? refuse(`the key "${key}" cannot be asked for`)
      : `${key} ${op} ${JSON.stringify(value)}`,
  not: ({ op, key, value }) => `!(${key} ${op} ${value})`,
  and: (conditions) => `(${conditions.join(" & ")})`,
  or: (conditions) => `(${conditions.join(" | ")})`,
};

const options = { op: "vector.search", provider: "acme" };
const compile = (condition: Filter | undefined): unknown => compileFilter(condition, dialect, options);

const unsupported = (message: string): unknown =>
  expect.objectContaining({ code: "unsupported", op: "vector.search", provider: "acme", message });
const textProblem = (text: string): string | undefined => (text.includes("\0") ? "a NUL" : undefined);

describe("compileFilter", () => {
  test.each([
    ["no filter", undefined, { matches: "all" }],
    ["a conjunction of nothing", filter.and(), { matches: "all" }],
    ["a disjunction of nothing", filter.or(), { matches: "none" }],
    ["a list of nothing", filter.in("a", []), { matches: "none" }],
    ["a negated list of nothing", filter.or(filter.nin("a", []), filter.eq("b", 1)), { matches: "all" }],
  ])("%s is decided without the engine", (_what, condition, expected) => {
    expect(compile(condition)).toEqual(expected);
  });

  test("pushes negation down to the leaves, where only bounds keep it", () => {
    const condition = filter.not(
      filter.or(
        filter.eq("a", 1),
        filter.gt("b", 2),
        filter.and(filter.exists("c"), filter.in("d", ["x", "y"])),
      ),
    );
    expect(compile(condition)).toEqual({
      matches: "some",
      condition: '(a ne 1 & !(b gt 2) & (c exists false | d nin ["x","y"]))',
    });
  });

  test("what the engine refuses is unsupported, with its reason", () => {
    expect(() => compile(filter.or(filter.eq("a", 1), filter.exists("secret")))).toThrow(
      unsupported('acme vector.search: filter: the key "secret" cannot be asked for'),
    );
    const { not: _, ...plain } = dialect;
    expect(() => compileFilter(filter.not(filter.lte("a", 1)), plain, options)).toThrow(
      unsupported('acme vector.search: filter: there is no complement of "lte"'),
    );
    expect(compileFilter(filter.not(filter.eq("a", 1)), plain, options)).toEqual({
      matches: "some",
      condition: "a ne 1",
    });
  });

  test("a text that no document can have is invalid_input, as key, as value, in a list and under a not", () => {
    for (const condition of [
      filter.exists("\0"),
      filter.eq("a", "\0"),
      filter.in("a", ["x", "\0"]),
      filter.not(filter.gt("a", "\0")),
    ]) {
      expect(() => compileFilter(condition, dialect, { ...options, textProblem })).toThrow(
        expect.objectContaining({ code: "invalid_input", message: "acme vector.search: filter: a NUL" }),
      );
    }
  });

  test("a malformed filter is invalid_input", () => {
    expect(() => compile({ op: "like", key: "a", value: "x" } as unknown as Filter)).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});
