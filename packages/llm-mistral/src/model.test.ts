import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createMistral } from "./index.js";

/** https://docs.mistral.ai/resources/error-glossary */
const errorBody = (
  message: string,
  status: number,
  type = "invalid_request_error",
  code: string | number | null = null,
) => ({
  object: "error",
  message,
  type,
  param: null,
  code,
  raw_status_code: status,
});

const secret = "AbCdEf0123456789AbCdEf0123456789";

chatModelConformance({
  name: "mistral",
  packageName: "@beluga/llm-mistral",
  create: createMistral,
  config: { model: "mistral-large-4" },
  secret,
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody: (message, status) => errorBody(message, status),
  streamErrors: [
    {
      frame:
        'data: {"id":"cmpl1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}',
      code: "provider_unavailable",
      message: "the generation failed",
    },
    {
      frame: `data: ${JSON.stringify(errorBody(`No room for ${secret}`, 503, "service_unavailable", "3505"))}`,
      code: "provider_unavailable",
      status: 503,
      message: "No room for ***",
    },
    {
      frame: `data: ${JSON.stringify({ ...errorBody("Slow down", 429, "rate_limited", "1300"), raw_status_code: undefined })}`,
      code: "rate_limit",
      message: "Slow down",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("Invalid model: definitely-not-a-model", 400, "invalid_model", "1500"),
      code: "not_found",
    },
    { status: 401, body: { detail: "Invalid API Key" }, code: "auth_error" },
    {
      status: 400,
      body: errorBody("Prompt contains 300000 tokens, too large for 262144 maximum context length", 400),
      code: "context_length",
    },
    {
      status: 422,
      body: {
        detail: [
          { type: "extra_forbidden", loc: ["body", "stream_options"], msg: "Extra inputs", input: {} },
        ],
      },
      code: "invalid_input",
    },
    {
      status: 429,
      body: errorBody("Rate limit exceeded", 429, "rate_limited", "1300"),
      code: "rate_limit",
    },
    {
      status: 403,
      body: {
        error: { message: "Content blocked by guardrail", status: 403 },
        guardrails: { results: { moderation_llm_v2: { violated: true, action: "block" } } },
      },
      code: "content_filter",
    },
    {
      status: 403,
      body: {
        ...errorBody("Request blocked due to error in guardrail evaluation", 403, undefined, 3201),
        object: "Error",
        guardrails: [{ moderation_llm_v2: { action: "block", error: { message: "failed" } } }],
      },
      code: "provider_unavailable",
    },
  ],
  unsupported: ["topK", "reasoning.budgetTokens"],
});
