import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createXAI } from "./index.js";

/** https://docs.x.ai/developers/debugging */
const errorBody = (message: string, _status?: number, code = "invalid-argument") => ({
  code,
  error: message,
});

chatModelConformance({
  name: "xai",
  packageName: "@beluga/llm-xai",
  create: createXAI,
  config: { model: "grok-4.7" },
  secret: "xai-AbCdEf0123456789AbCdEf0123456789",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: 'data: {"code":"unavailable","error":"The service is overloaded"}',
      code: "provider_unavailable",
      message: "The service is overloaded",
    },
  ],
  httpErrors: [
    { status: 400, body: errorBody("Incorrect API key provided: xa***ce."), code: "auth_error" },
    {
      status: 400,
      body: errorBody("This model's maximum prompt length is 500000 but the request contains 637815 tokens."),
      code: "context_length",
    },
    {
      status: 403,
      body: errorBody("Your newly created team doesn't have any credits yet.", 403, "permission-denied"),
      code: "quota_exhausted",
    },
    {
      status: 403,
      body: errorBody(
        "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
        403,
        "permission-denied",
      ),
      code: "content_filter",
    },
    {
      status: 403,
      body: errorBody("Team is not authorized to perform this action", 403, "permission-denied"),
      code: "permission_denied",
    },
    {
      status: 429,
      body: errorBody(
        "Your team has either used all available credits or reached its monthly spending limit.",
        429,
        "Some resource has been exhausted",
      ),
      code: "quota_exhausted",
      retryable: false,
    },
    {
      status: 404,
      body: errorBody("The model grok-x does not exist", 404, "Some requested entity was not found"),
      code: "not_found",
    },
  ],
  unsupported: ["topK", "stopSequences", "frequencyPenalty", "presencePenalty", "reasoning.budgetTokens"],
});
