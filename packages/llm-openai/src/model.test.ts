import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createOpenAI } from "./index.js";

chatModelConformance({
  name: "openai",
  packageName: "@beluga/llm-openai",
  create: createOpenAI,
  config: { model: "gpt-5-mini" },
  secret: "sk-proj-AbCdEf0123456789-conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
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
  // https://platform.openai.com/docs/guides/error-codes
  httpErrors: [
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
      body: {
        error: { message: "Too long", type: "invalid_request_error", code: "context_length_exceeded" },
      },
      code: "context_length",
    },
    {
      status: 400,
      body: {
        error: { message: "Rejected", type: "invalid_request_error", code: "content_policy_violation" },
      },
      code: "content_filter",
    },
    {
      status: 500,
      headers: { "x-should-retry": "false" },
      body: { error: { message: "Do not come back", type: "server_error" } },
      code: "provider_unavailable",
      retryable: false,
    },
  ],
  unsupported: ["topK", "reasoning.budgetTokens"],
});
