import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { describe } from "vitest";
import { createOpenAI } from "./index.js";

// https://platform.openai.com/docs/guides/error-codes
const httpErrors = [
  {
    status: 429,
    body: {
      error: {
        message: "You exceeded your current quota",
        type: "insufficient_quota",
        code: "insufficient_quota",
      },
    },
    code: "quota_exhausted",
    retryable: false,
  },
  {
    status: 400,
    body: { error: { message: "Too long", type: "invalid_request_error", code: "context_length_exceeded" } },
    code: "context_length",
  },
  {
    status: 400,
    body: { error: { message: "Rejected", type: "invalid_request_error", code: "content_policy_violation" } },
    code: "content_filter",
  },
  {
    status: 500,
    headers: { "x-should-retry": "false" },
    body: { error: { message: "Do not come back", type: "server_error" } },
    code: "provider_unavailable",
    retryable: false,
  },
] as const;

const secret = "sk-proj-AbCdEf0123456789-conformance";

const failed = (code: string): string =>
  `event: response.failed\ndata: ${JSON.stringify({
    type: "response.failed",
    response: { id: "resp_1", status: "failed", error: { code, message: "It did not work" }, output: [] },
    sequence_number: 9,
  })}`;
const error = (fields: object): string =>
  `event: error\ndata: ${JSON.stringify({ type: "error", ...fields })}`;

describe("Responses", () => {
  chatModelConformance({
    name: "openai",
    packageName: "@beluga/llm-openai",
    create: createOpenAI,
    // One that takes nearly all options; request.test.ts has the others.
    config: { model: "gpt-5.4-mini" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/responses/", import.meta.url)),
    completes: (frame) => /"type":"response\.(completed|incomplete)"/.test(frame),
    streamErrors: [
      {
        frame: error({ code: "rate_limit_exceeded", message: "Slow down", param: null, sequence_number: 3 }),
        code: "rate_limit",
        message: "Slow down",
      },
      {
        frame: error({ error: { type: "invalid_request_error", code: null, message: "No" } }),
        code: "invalid_input",
      },
      { frame: failed("server_error"), code: "provider_unavailable", message: "It did not work" },
      { frame: failed("insufficient_quota"), code: "quota_exhausted" },
      { frame: failed("invalid_prompt"), code: "content_filter" },
      { frame: failed("image_too_large"), code: "invalid_input" },
      { frame: failed("vector_store_timeout"), code: "timeout" },
      {
        frame: 'data: {"type":"response.failed","response":{"status":"failed","error":null}}',
        code: "provider_unavailable",
      },
    ],
    httpErrors: [
      ...httpErrors,
      {
        status: 400,
        body: { error: { message: "Flagged", type: "invalid_request_error", code: "invalid_prompt" } },
        code: "content_filter",
      },
    ],
    unsupported: [
      "topK",
      "stopSequences",
      "seed",
      "frequencyPenalty",
      "presencePenalty",
      "reasoning.budgetTokens",
    ],
    conflicting: ["temperature", "topP"],
  });
});

describe("Chat Completions", () => {
  chatModelConformance({
    name: "openai",
    packageName: "@beluga/llm-openai",
    create: createOpenAI,
    config: { model: "gpt-5-mini", api: "chat" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
    completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
    streamErrors: [
      {
        frame:
          'data: {"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}',
        code: "provider_unavailable",
        message: "The server had an error",
      },
      {
        frame: 'event: error\ndata: {"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}',
        code: "rate_limit",
      },
    ],
    httpErrors,
    unsupported: ["topK", "reasoning.budgetTokens"],
  });
});
