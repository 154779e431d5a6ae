import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { describe } from "vitest";
import { createBifrost } from "./index.js";

interface Words {
  type?: string;
  code?: string;
  errorType?: string;
}

/** https://github.com/maximhq/bifrost/blob/main/docs/openapi/schemas/inference/common.yaml */
const errorBody = (message: string, status: number, { type, code, errorType }: Words = {}) => ({
  is_bifrost_error: errorType?.startsWith("provider_") !== true,
  status_code: status,
  error: { ...(type && { type }), ...(code && { code }), message },
  extra_fields: {
    provider: "openai",
    model_requested: "gpt-5-mini",
    request_type: "chat_completion",
    ...(errorType && { error_type: errorType }),
  },
});

const httpErrors = [
  {
    status: 402,
    body: { error: { type: "budget_exceeded", message: "VK budget exceeded: 105.50 > 100.00 dollars" } },
    code: "quota_exhausted",
  },
  {
    status: 403,
    body: errorBody("Budget exceeded", 403, { errorType: "policy_budget_exceeded" }),
    code: "quota_exhausted",
  },
  {
    status: 429,
    body: { error: { type: "token_limited", message: "token limit exceeded (1500/1000, resets every 1h)" } },
    code: "rate_limit",
  },
  {
    status: 403,
    body: { error: { type: "model_blocked", message: "Model 'gpt-4o' is not allowed" } },
    code: "permission_denied",
  },
  {
    status: 400,
    body: errorBody("Not for this key", 400, { errorType: "policy_access_denied" }),
    code: "permission_denied",
  },
  {
    status: 400,
    body: { error: { type: "virtual_key_required", message: "x-bf-vk header is missing" } },
    code: "auth_error",
  },
  {
    status: 400,
    body: errorBody("no keys found that support model", 400, { errorType: "caller_model_not_available" }),
    code: "not_found",
  },
  {
    status: 400,
    body: errorBody("It is too much", 400, {
      code: "context_length_exceeded",
      errorType: "caller_invalid_request",
    }),
    code: "context_length",
  },
  {
    status: 429,
    body: errorBody("You exceeded your current quota", 429, {
      code: "insufficient_quota",
      errorType: "provider_rate_limited",
    }),
    code: "quota_exhausted",
    retryable: false,
  },
  {
    status: 502,
    body: errorBody("all keys failed", 502, { type: "upstream_credentials_exhausted" }),
    code: "provider_unavailable",
    retryable: false,
  },
  { status: 500, body: { ...errorBody("Too late", 500), type: "request_timed_out" }, code: "timeout" },
  {
    status: 503,
    body: errorBody("Overloaded", 503, { errorType: "provider_overloaded" }),
    code: "provider_unavailable",
  },
] as const;

const gateway = {
  name: "bifrost",
  packageName: "@beluga/llm-bifrost",
  create: createBifrost,
  secret: "sk-bf-AbCdEf0123456789-virtual",
  secretOptional: true,
  errorBody: (message: string, status: number) => errorBody(message, status),
  httpErrors,
};

const failed = JSON.stringify(errorBody("Slow down", 429, { errorType: "provider_rate_limited" }));

describe("Chat Completions", () => {
  chatModelConformance({
    ...gateway,
    config: { model: "openai/gpt-5-mini" },
    exchanges: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
    completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
    streamErrors: [
      { frame: `data: ${failed}`, code: "rate_limit", status: 429, message: "Slow down" },
      {
        frame: `data: ${JSON.stringify(errorBody("It was refused", 400, { errorType: "caller_invalid_request" }))}`,
        code: "invalid_input",
        status: 400,
      },
      {
        frame: 'data: {"is_bifrost_error":true,"error":{"message":"it broke"},"extra_fields":{}}',
        code: "provider_unavailable",
        message: "it broke",
      },
    ],
    unsupported: [],
  });
});

describe("Responses", () => {
  chatModelConformance({
    ...gateway,
    config: { model: "openai/gpt-5.4-mini", api: "responses" },
    exchanges: loadExchanges(new URL("../testdata/responses/", import.meta.url)),
    completes: (frame) => /"type":"response\.(completed|incomplete)"/.test(frame),
    streamErrors: [{ frame: `event: error\ndata: ${failed}`, code: "rate_limit", status: 429 }],
    unsupported: ["stopSequences", "seed", "frequencyPenalty", "presencePenalty", "reasoning.budgetTokens"],
    conflicting: ["temperature", "topP"],
  });
});
