import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../errors.js";
import { cohereBaseURL, cohereVectors, readCohereMeta, refineCohereError } from "./cohere.js";
import type { ResponseInfo } from "./exchange.js";

const response = (headers = {}): ResponseInfo => ({
  status: 200,
  headers: new Headers(headers),
  requestId: undefined,
});

test.each(["https://api.cohere.com", "https://api.cohere.com/v1", "https://api.cohere.com/v2/"])(
  "the second version of the API at %s is called",
  (baseURL) => {
    expect(cohereBaseURL(baseURL)).toBe("https://api.cohere.com/v2");
  },
);

describe("refineCohereError", () => {
  test.each<[status: number, message: string, code: ErrorCode | undefined]>([
    [
      400,
      "too many tokens: size limit exceeded by 11326 tokens. Try using shorter inputs.",
      "context_length",
    ],
    [400, "too many tokens: max tokens must be less than or equal to 4096", "invalid_input"],
    [400, "invalid request: total number of texts must be at most 96 - received 104", undefined],
    [429, "You are using a Trial key, which is limited to 1000 API calls / month.", "quota_exhausted"],
    [429, "You are using a Trial key, which is limited to 40 API calls / minute.", undefined],
    [498, "blocked", "content_filter"],
    [499, "request cancelled", "provider_unavailable"],
    [501, "not implemented", "unsupported"],
    [500, "too many tokens", undefined],
  ])("%d with %j is %s", (status, message, code) => {
    expect(refineCohereError({ status, headers: undefined, body: { id: "1", message } })).toEqual({ code });
  });

  test("a body of another form leaves the code to the status", () => {
    for (const body of [undefined, "too many tokens", { message: { text: "too many tokens" } }])
      expect(refineCohereError({ status: 400, headers: undefined, body })).toEqual({ code: undefined });
  });
});

describe("readCohereMeta", () => {
  test.each([
    [{ billed_units: { input_tokens: 7, image_tokens: 0 } }, { inputTokens: 7, totalTokens: 7 }],
    [{ billed_units: { input_tokens: 7, image_tokens: 30 } }, { inputTokens: 37, totalTokens: 37 }],
    // What is billed is less than what is read.
    [
      { billed_units: { input_tokens: 7 }, tokens: { input_tokens: 9, output_tokens: 0 } },
      { inputTokens: 9, totalTokens: 9 },
    ],
    [{ billed_units: { search_units: 1 } }, {}],
    [{ billed_units: null }, {}],
  ])("of %j the usage is %j, and the whole of it", (meta, counts) => {
    expect(readCohereMeta({ meta }, response()).usage).toStrictEqual({ ...counts, raw: meta });
  });

  test("there is no usage where nothing is reported", () => {
    for (const answer of [{}, undefined, []])
      expect(readCohereMeta(answer, response())).toStrictEqual({ usage: {}, warnings: [] });
  });

  test("a warning is handed on, from the body and from the header, each once", () => {
    const meta = { warnings: ["one", "two", null, ""] };
    expect(readCohereMeta({ meta }, response({ "x-api-warning": "two" })).warnings).toEqual([
      { type: "other", message: "one" },
      { type: "other", message: "two" },
    ]);
    expect(readCohereMeta({}, response({ "x-api-warning": "three" })).warnings).toEqual([
      { type: "other", message: "three" },
    ]);
  });
});

test.each([
  ["those of the type that was asked for", { float: [[1]], int8: [[2]] }, [[2]]],
  ["those of the only type", { float: [[1]], int8: null }, [[1]]],
  ["a plain list", [[1]], [[1]]],
  ["none, where others are several", { float: [[1]], uint8: [[2]] }, undefined],
  ["none", { int8: {} }, undefined],
  ["none, of nothing", undefined, undefined],
])("the vectors of an answer are %s", (_, embeddings, vectors) => {
  expect(cohereVectors({ embeddings }, "int8")).toEqual(vectors);
});
