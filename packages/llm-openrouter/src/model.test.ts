import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createOpenRouter } from "./index.js";

/** https://openrouter.ai/docs/api-reference/errors */
const errorBody = (message: string, code: number, more: object = {}) => ({
  error: { code, message, ...more },
});
const typed = (message: string, code: number, error_type: string) =>
  errorBody(message, code, { metadata: { error_type } });

const chunk = {
  id: "gen-1",
  object: "chat.completion.chunk",
  created: 1790000000,
  model: "openai/gpt-5.4",
  provider: "OpenAI",
  choices: [{ index: 0, delta: { content: "" }, finish_reason: "error", native_finish_reason: null }],
};
const midStream = (error: object): string => `data: ${JSON.stringify({ ...chunk, ...error })}`;

chatModelConformance({
  name: "openrouter",
  packageName: "@beluga/llm-openrouter",
  create: createOpenRouter,
  config: { model: "~anthropic/claude-sonnet-latest" },
  secret: "sk-or-v1-AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody: (message, status) => errorBody(message, status),
  streamErrors: [
    {
      frame: midStream(typed("Rate limit exceeded", 429, "rate_limit_exceeded")),
      code: "rate_limit",
      status: 429,
      message: "Rate limit exceeded",
    },
    {
      frame: midStream(typed("Provider disconnected", 502, "provider_unavailable")),
      code: "provider_unavailable",
      status: 502,
    },
    {
      frame: midStream(typed("The output was filtered", 400, "content_policy_violation")),
      code: "content_filter",
      status: 400,
    },
    {
      frame: midStream(typed("Too long", 400, "context_length_exceeded")),
      code: "context_length",
      status: 400,
    },
    { frame: midStream({}), code: "provider_unavailable", message: "the generation failed" },
  ],
  httpErrors: [
    { status: 401, body: errorBody("No cookie auth credentials found", 401), code: "auth_error" },
    { status: 402, body: errorBody("Insufficient credits", 402), code: "quota_exhausted", retryable: false },
    {
      status: 403,
      body: errorBody("anthropic/claude requires moderation", 403, {
        metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "OpenAI", model_slug: "m" },
      }),
      code: "content_filter",
    },
    {
      status: 403,
      body: errorBody("Request blocked", 403, { metadata: { patterns: ["ignore all"] } }),
      code: "content_filter",
    },
    { status: 403, body: typed("Not for this key", 403, "permission_denied"), code: "permission_denied" },
    { status: 400, body: typed("It refused", 400, "refusal"), code: "content_filter" },
    {
      status: 400,
      body: errorBody("acme/fake is not a valid model ID", 400, {
        error_type: "invalid_request",
        availability: { code: "model_not_found", retryable: false, requested_models: ["acme/fake"] },
      }),
      code: "not_found",
    },
    {
      status: 429,
      body: errorBody("All providers are at capacity", 429, {
        error_type: "rate_limit_exceeded",
        availability: { code: "capacity_exhausted", retryable: true, retry_after: 0.01 },
      }),
      code: "rate_limit",
    },
    {
      status: 404,
      body: errorBody("No endpoints right now", 404, {
        error_type: "not_found",
        availability: { code: "no_endpoints", retryable: true },
      }),
      code: "not_found",
      retryable: true,
    },
    { status: 500, body: typed("Internal", 500, "server"), code: "provider_unavailable" },
  ],
  conflicting: ["reasoning.effort"],
});
