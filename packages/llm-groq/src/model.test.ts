import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createGroq } from "./index.js";

/** https://console.groq.com/docs/errors */
const errorBody = (message: string, _status: number, code?: string) => ({
  error: { message, type: "invalid_request_error", ...(code && { code }) },
});

chatModelConformance({
  name: "groq",
  packageName: "@beluga/llm-groq",
  create: createGroq,
  config: { model: "openai/gpt-oss-120b" },
  secret: "gsk_AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: `event: error\ndata: ${JSON.stringify({
        error: {
          message: "Tool choice is required, but model did not call a tool",
          type: "invalid_request_error",
          code: "tool_use_failed",
          failed_generation: "",
          status_code: 400,
        },
      })}`,
      code: "invalid_input",
      status: 400,
      message: "model did not call a tool",
    },
    {
      frame: 'event: error\ndata: {"error":{"message":"Slow down","type":"tokens","status_code":429}}',
      code: "rate_limit",
      status: 429,
    },
    {
      frame: 'data: {"id":"chatcmpl-1","choices":[],"x_groq":{"id":"req_1","error":"over capacity"}}',
      code: "provider_unavailable",
      message: "over capacity",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("Please reduce the length of the messages", 400, "context_length_exceeded"),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("The model `gemma2-9b-it` has been decommissioned", 400, "model_decommissioned"),
      code: "not_found",
    },
    {
      status: 400,
      body: errorBody("Organization has been restricted", 400, "organization_restricted"),
      code: "permission_denied",
    },
    {
      status: 400,
      body: errorBody("Your spend limit is reached", 400, "blocked_api_access"),
      code: "quota_exhausted",
    },
    {
      status: 400,
      body: errorBody("Your spend limit is reached", 400, "spend_alert_threshold"),
      code: "quota_exhausted",
    },
    {
      // More than a minute's tokens at once: to wait does not help.
      status: 413,
      body: { error: { message: "Request too large", type: "tokens", code: "rate_limit_exceeded" } },
      code: "invalid_input",
    },
    {
      status: 498,
      body: errorBody("Flex tier capacity exceeded", 498, "capacity_exceeded"),
      code: "provider_unavailable",
    },
  ],
  unsupported: ["topK", "frequencyPenalty", "presencePenalty", "reasoning.budgetTokens"],
  conflicting: ["responseFormat"],
});
