import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createHuggingFace } from "./index.js";

chatModelConformance({
  name: "huggingface",
  packageName: "@beluga/llm-huggingface",
  create: createHuggingFace,
  config: { model: "openai/gpt-oss-120b:cerebras" },
  secret: "hf_AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody: (message) => ({ error: message }),
  streamErrors: [
    {
      frame: 'data: {"error":"Request failed during generation","error_type":"generation"}',
      code: "provider_unavailable",
      message: "Request failed during generation",
    },
    { frame: 'data: {"error":"Model is overloaded","error_type":"overloaded"}', code: "rate_limit" },
    {
      frame: 'data: {"error":{"message":"No such format","type":"invalid_request_error"},"status_code":400}',
      code: "invalid_input",
      message: "No such format",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: {
        error: {
          message: "The requested model 'a/b' is not supported by any provider you have enabled.",
          type: "invalid_request_error",
          param: "model",
          code: "model_not_supported",
        },
      },
      code: "not_found",
    },
    {
      status: 422,
      body: {
        error:
          "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`",
        error_type: "validation",
      },
      code: "context_length",
    },
    {
      status: 422,
      body: {
        error: "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000",
        error_type: "validation",
      },
      code: "context_length",
    },
    {
      status: 422,
      body: { error: "Input validation error: `temperature` must be positive", error_type: "validation" },
      code: "invalid_input",
    },
    {
      status: 402,
      body: { error: "You have depleted your monthly included credits." },
      code: "quota_exhausted",
    },
    {
      // Of the provider behind the router, as it wrote it.
      status: 400,
      body: { message: "Please reduce the length", type: "bad_request", code: "context_length_exceeded" },
      code: "context_length",
    },
  ],
  unsupported: ["topK", "reasoning.budgetTokens"],
});
