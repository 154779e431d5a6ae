import { describe, expect, it } from "vitest";
import type { ErrorRefinement } from "./failure.js";
import { refineOpenAIError } from "./openai-errors.js";

function refined(status: number | undefined, body: unknown, headers = {}): ErrorRefinement {
  return refineOpenAIError({
    status,
    headers: status === undefined ? undefined : new Headers(headers),
    body,
  });
}

const error = (fields: Record<string, unknown>): unknown => ({ error: fields });

describe("refineOpenAIError", () => {
  it.each<[string, number | undefined, unknown, ErrorRefinement]>([
    [
      "an exhausted quota, not a rate limit",
      429,
      error({ code: "insufficient_quota" }),
      { code: "quota_exhausted", status: 429 },
    ],
    [
      "the type, where there is no code",
      429,
      error({ type: "insufficient_quota", code: null }),
      { code: "quota_exhausted", status: 429 },
    ],
    [
      "the code before the type",
      400,
      error({ type: "server_error", code: "context_length_exceeded" }),
      { code: "context_length", status: 400 },
    ],
    ["a missing model", 400, error({ code: "model_not_found" }), { code: "not_found", status: 400 }],
    [
      "a rejected prompt",
      400,
      error({ code: "content_policy_violation" }),
      { code: "content_filter", status: 400 },
    ],
    [
      "no more than the status, of a request that is merely wrong",
      404,
      error({ type: "invalid_request_error" }),
      { status: 404 },
    ],
    [
      "a wrong request inside of a stream",
      undefined,
      error({ type: "invalid_request_error" }),
      { code: "invalid_input" },
    ],
    [
      "the status inside of a stream's error",
      undefined,
      error({ code: 429, message: "slow" }),
      { status: 429 },
    ],
    ["the status beside the error's words", undefined, error({ status_code: "503" }), { status: 503 }],
    [
      "the status beside the error",
      undefined,
      { error: { message: "slow" }, status_code: 429 },
      { status: 429 },
    ],
    ["no status where a number is none", undefined, error({ code: 1301 }), {}],
    ["nothing where nothing is said", 500, {}, { status: 500 }],
    ["nothing in a body that is none", 502, "<html>", { status: 502 }],
    ["nothing in no body at all", 502, undefined, { status: 502 }],
    [
      "an error that is a text, with its code beside it",
      401,
      { error: "no", code: "invalid_api_key" },
      { code: "auth_error", status: 401 },
    ],
    [
      "a detail that is a text, with its code beside it",
      403,
      { detail: "Insufficient account balance.", code: "AUTHZ_INSUFFICIENT_BALANCE" },
      { code: "quota_exhausted", status: 403 },
    ],
    [
      "the code in a detail",
      400,
      {
        detail: {
          message: "Input text exceeds the model's maximum of 8194 tokens.",
          code: "INPUT_TOKEN_LIMIT_EXCEEDED",
        },
      },
      { code: "context_length", status: 400 },
    ],
    [
      "what a server was not started for",
      501,
      error({ code: 501, message: "Start it with `--reranking`", type: "not_supported_error" }),
      { code: "unsupported", status: 501 },
    ],
    ["nothing in a detail that is a list", 422, { detail: [{ msg: "too many tokens" }] }, { status: 422 }],
    ["nothing in an error that is a list", 400, { error: ["no"] }, { status: 400 }],
    [
      "the fields of a body without error",
      400,
      { type: "not_found_error" },
      { code: "not_found", status: 400 },
    ],
    [
      "no code by the name of what every object has",
      400,
      error({ code: "constructor", type: "toString" }),
      { status: 400 },
    ],
  ])("finds %s", (_what, status, body, expected) => {
    expect(refined(status, body)).toEqual(expected);
  });

  it.each([
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "The input is too long for this model",
    "Please reduce the length: too many tokens",
    "the request exceeds the available context size, try increasing it",
    "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens and 20 `max_new_tokens`",
    "`inputs` must have less than 4096 tokens. Given: 9000",
    "The example at index 0 in your batch has too many tokens and does not fit into the model's context window of 4000 tokens.",
  ])("takes a message for a full context: %s", (message) => {
    expect(refined(400, error({ message })).code).toBe("context_length");
    expect(refined(undefined, { error: message }).code).toBe("context_length");
    expect(refined(400, message).code).toBe("context_length");
    expect(refined(400, { detail: message }).code).toBe("context_length");
    expect(refined(429, error({ message })).code).toBeUndefined();
    expect(refined(500, error({ message })).code).toBeUndefined();
  });

  it("does as the vendor says about trying again", () => {
    expect(refined(503, {}, { "x-should-retry": "false" }).retryable).toBe(false);
    expect(refined(503, {}, { "x-should-retry": "true" }).retryable).toBeUndefined();
  });
});
