import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { describeIssues } from "../issues.js";
import { filledString, httpConfig, positiveInteger } from "./http-config.js";

const config = z.strictObject(httpConfig);

function problemsOf(value: unknown): string {
  const result = config.safeParse(value);
  return result.success ? "none" : describeIssues(result.error.issues);
}

describe("httpConfig", () => {
  it.each([
    {},
    { baseURL: "https://api.acme.example/v1", headers: { "x-team": "a@b" }, fetch },
    { baseURL: "http://127.0.0.1:11434/?a=b@c" },
    { timeout: { total: 0, headers: 1.5, idle: 60_000 } },
    { timeout: { total: Infinity, headers: Infinity, idle: Infinity }, maxRetryWait: Infinity },
    { timeout: { total: undefined }, maxRetries: 0, limits: { body: 1, event: 1 } },
  ])("takes %j", (value) => {
    expect(config.parse(value)).toEqual(value);
  });

  it.each<[unknown, string]>([
    [{ baseURL: "api.acme.example" }, "baseURL: expected a URL of http or https, without a user or password"],
    [
      { baseURL: "ftp://api.acme.example" },
      "baseURL: expected a URL of http or https, without a user or password",
    ],
    [
      { baseURL: "https://user:password@api.acme.example" },
      "baseURL: expected a URL of http or https, without a user or password",
    ],
    [
      { baseURL: "http:///user:password@host" },
      "baseURL: expected a URL of http or https, without a user or password",
    ],
    [{ headers: { a: 1 } }, "headers.a: expected a string"],
    [{ headers: "a: b" }, "headers: expected an object"],
    [{ fetch: "fetch" }, "fetch: expected a function"],
    [
      { timeout: { total: -1, idle: NaN, headers: "5" } },
      ["total", "headers", "idle"].map((key) => `timeout.${key}: expected a number of at least 0`).join("; "),
    ],
    [{ timeout: { read: 1 } }, 'timeout: unknown "read"'],
    [{ timeout: 5000 }, "timeout: expected object"],
    [{ maxRetries: 1.5 }, "maxRetries: expected an integer of at least 0"],
    [{ maxRetries: -1 }, "maxRetries: expected an integer of at least 0"],
    [{ limits: { body: 0 } }, "limits.body: expected a positive number"],
    [{ baseUrl: "https://api.acme.example" }, 'unknown "baseUrl"'],
  ])("refuses %j", (value, problems) => {
    expect(problemsOf(value)).toBe(problems);
  });
});

it.each([
  [filledString, "", "expected a string that is not empty"],
  [filledString, 1, "expected a string that is not empty"],
  [positiveInteger, 0, "expected a positive integer"],
  [positiveInteger, 1.5, "expected a positive integer"],
  [positiveInteger, 2 ** 53, "expected a positive integer"],
  [positiveInteger, "1", "expected a positive integer"],
])("a schema of one check refuses %j with its words: case %#", (schema, value, problem) => {
  expect(schema.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([problem]);
});

it("a schema of one check takes what it is for", () => {
  expect([filledString.parse("a"), positiveInteger.parse(1)]).toEqual(["a", 1]);
});
