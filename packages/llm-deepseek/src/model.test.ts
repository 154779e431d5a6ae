import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createDeepSeek } from "./index.js";

/** https://api-docs.deepseek.com/quick_start/error_codes */
const errorBody = (message: string) => ({
  error: { message, type: "invalid_request_error", param: null, code: "invalid_request_error" },
});

chatModelConformance({
  name: "deepseek",
  packageName: "@beluga/llm-deepseek",
  create: createDeepSeek,
  config: { model: "deepseek-flash" },
  secret: "sk-0123456789abcdef0123456789abcdef",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: 'data: {"error":{"message":"Server overloaded","type":"server_error","code":"server_error"}}',
      code: "provider_unavailable",
      message: "Server overloaded",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("This model's maximum context length is 1048565 tokens."),
      code: "context_length",
    },
    { status: 400, body: errorBody("Content Exists Risk"), code: "content_filter" },
    { status: 400, body: errorBody("Model Not Exist"), code: "not_found" },
    {
      status: 402,
      body: { error: { ...errorBody("Insufficient Balance").error, type: "unknown_error" } },
      code: "quota_exhausted",
      retryable: false,
    },
    { status: 422, body: errorBody("Invalid temperature value"), code: "invalid_input" },
  ],
  unsupported: [
    "temperature",
    "topP",
    "topK",
    "seed",
    "frequencyPenalty",
    "presencePenalty",
    "responseFormat.schema",
    "reasoning.budgetTokens",
  ],
  conflicting: ["toolChoice"],
});
