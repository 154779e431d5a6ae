import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createAnthropic } from "./index.js";

/** https://platform.claude.com/docs/en/api/errors */
const errorTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

const errorBody = (message: string, status: number, details?: object) => ({
  type: "error",
  error: {
    type: errorTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error"),
    message,
    ...(details && { details }),
  },
  request_id: "req_011Beluga",
});

const streamError = (type: string): string =>
  `event: error\ndata: ${JSON.stringify({ type: "error", error: { type, message: "It did not work" } })}`;

chatModelConformance({
  name: "anthropic",
  packageName: "@beluga/llm-anthropic",
  create: createAnthropic,
  // The last generation that takes nearly all options; request.test.ts has the others.
  config: { model: "claude-sonnet-4-5" },
  secret: "sk-ant-api03-AbCdEf0123456789-conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => /"stop_reason":"|"type":"message_stop"/.test(frame),
  errorBody,
  streamErrors: [
    { frame: streamError("overloaded_error"), code: "provider_unavailable", message: "It did not work" },
    { frame: streamError("api_error"), code: "provider_unavailable" },
    { frame: streamError("rate_limit_error"), code: "rate_limit" },
    { frame: streamError("timeout_error"), code: "timeout" },
    { frame: streamError("invalid_request_error"), code: "invalid_input" },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("prompt is too long: 215000 tokens > 200000 maximum", 400),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000", 400),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("Your credit balance is too low to access the Anthropic API.", 400),
      code: "quota_exhausted",
    },
    {
      status: 400,
      body: errorBody("You have reached your specified workspace API usage limits.", 400),
      code: "quota_exhausted",
    },
    {
      status: 400,
      body: errorBody("Output blocked by content filtering policy", 400),
      code: "content_filter",
    },
    {
      status: 402,
      body: { type: "error", error: { type: "billing_error", message: "Check your payment details" } },
      code: "quota_exhausted",
    },
    {
      status: 429,
      headers: { "x-should-retry": "true" },
      body: errorBody("You have reached your API usage limits", 429, {
        error_code: "enforced_spend_limit_reached",
      }),
      code: "quota_exhausted",
    },
    {
      status: 529,
      headers: { "x-should-retry": "false" },
      body: errorBody("Overloaded", 529),
      code: "provider_unavailable",
      retryable: false,
    },
    {
      status: 409,
      headers: { "x-should-retry": "true" },
      body: { type: "error", error: { type: "conflict_error", message: "Try again" } },
      code: "invalid_input",
      retryable: true,
    },
  ],
  unsupported: ["seed", "frequencyPenalty", "presencePenalty", "responseFormat", "reasoning.effort"],
  conflicting: ["temperature", "topP", "topK", "toolChoice"],
});
