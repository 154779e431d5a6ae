import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createTogether } from "./index.js";

/** https://github.com/togethercomputer/openapi, ErrorData */
const errorBody = (message: string, _status?: number, type = "invalid_request_error") => ({
  error: { message, type, param: null, code: null },
});

chatModelConformance({
  name: "together",
  packageName: "@beluga/llm-together",
  create: createTogether,
  config: { model: "openai/gpt-oss-120b" },
  secret: "tgp_v1_AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: `data: ${JSON.stringify(errorBody("Internal error", 0, "server_error"))}`,
      code: "provider_unavailable",
      message: "Internal error",
    },
  ],
  httpErrors: [
    {
      status: 403,
      body: errorBody(
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5013 `inputs` tokens and 128 `max_new_tokens`",
      ),
      code: "context_length",
    },
    {
      status: 402,
      body: errorBody("The account has reached its spending limit"),
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: errorBody("Slow down", 429, "dynamic_token_limited"),
      code: "rate_limit",
    },
    {
      status: 503,
      body: errorBody("The model is overloaded", 503, "service_unavailable"),
      code: "provider_unavailable",
    },
  ],
  unsupported: ["reasoning.budgetTokens"],
  conflicting: ["responseFormat"],
});
