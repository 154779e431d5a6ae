import { describe, expect, it } from "vitest";
// zod/mini alone: where zod itself is loaded too, it lends its words to all schemas.
import * as z from "zod/mini";
import { describeIssues, describePaths, isIssueOf } from "./issues.js";

function issuesOf(schema: z.ZodMiniType, value: unknown) {
  return schema["~standard"].validate(value) as { issues: Parameters<typeof describeIssues>[0] };
}

describe("describeIssues", () => {
  const schema = z.strictObject({
    apiKey: z.string(),
    model: z.enum(["small", "large"]),
    kind: z.literal(["chat", 2, true]),
    retries: z.number().check(z.minimum(0), z.maximum(9)),
    factor: z.number().check(z.positive()),
    share: z.number().check(z.lt(1)),
    name: z.string().check(z.minLength(2)),
    few: z.array(z.string()).check(z.maxLength(1)),
    baseURL: z.url(),
    fetch: z.custom((value) => typeof value === "function", "expected a function"),
    either: z.union([z.string(), z.boolean()]),
    nested: z.object({ list: z.array(z.object({ id: z.string() })) }),
  });

  it("finds words for the problems that zod/mini reports without any, each with its path", () => {
    const bad = {
      apiKey: 1,
      model: "medium",
      kind: "x",
      retries: 10,
      factor: 0,
      share: 1,
      name: "",
      few: ["a", "b"],
      baseURL: "nowhere",
      fetch: "no",
      either: 1,
      nested: { list: [{ id: "a" }, { id: 2 }] },
      modle: "small",
      "other thing": 1,
    };
    expect(describeIssues(issuesOf(schema, bad).issues).split("; ")).toEqual([
      "apiKey: expected string",
      'model: expected "small" or "large"',
      'kind: expected "chat" or 2 or true',
      "retries: expected at most 9",
      "factor: expected more than 0",
      "share: expected less than 1",
      "name: expected at least 2 characters",
      "few: expected at most 1 items",
      "baseURL: expected url",
      "fetch: expected a function",
      "either: Invalid input",
      "nested.list[1].id: expected string",
      'unknown "modle", "other thing"',
    ]);
  });

  it("keeps the words that a schema has", () => {
    const own = z.object({ model: z.string("one of our models") });
    expect(describeIssues(issuesOf(own, {}).issues)).toBe("model: one of our models");
  });

  it("says the path of any library, of keys or of objects with a key", () => {
    const message = "wrong";
    expect(
      describeIssues([
        { message },
        { message, path: [] },
        { message, path: [{ key: "a" }, { key: 0 }, "b"] },
        { message, path: [Symbol("s")] },
      ]),
    ).toBe("wrong; wrong; a[0].b: wrong; Symbol(s): wrong");
  });
});

describe("isIssueOf", () => {
  it("tells the member itself from what is in it and from all others", () => {
    expect(isIssueOf({ message: "", path: ["apiKey"] }, "apiKey")).toBe(true);
    expect(isIssueOf({ message: "", path: [{ key: "apiKey" }] }, "apiKey")).toBe(true);
    expect(isIssueOf({ message: "", path: ["apiKey", 0] }, "apiKey")).toBe(false);
    expect(isIssueOf({ message: "", path: ["model"] }, "apiKey")).toBe(false);
    expect(isIssueOf({ message: "" }, "apiKey")).toBe(false);
  });
});

describe("describePaths", () => {
  it("says where the problems are, each place once, and nothing of the values", () => {
    const schema = z.strictObject({ list: z.array(z.object({ id: z.string() })), name: z.string() });
    const { issues } = issuesOf(schema, { list: [{ id: 1 }, {}], secret: 1 });
    expect(describePaths([...issues, ...issues])).toBe("list[0].id, list[1].id, name, its root");
  });

  it("names ten places at most", () => {
    const issues = Array.from({ length: 12 }, (_, at) => ({ message: "no", path: [at] }));
    expect(describePaths(issues)).toBe("[0], [1], [2], [3], [4], [5], [6], [7], [8], [9]");
  });
});
