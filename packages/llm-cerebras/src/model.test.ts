import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createCerebras } from "./index.js";

/** https://inference-docs.cerebras.ai/support/error */
const errorBody = (message: string, _status?: number, code?: string, type = "invalid_request_error") => ({
  message,
  type,
  param: "messages",
  ...(code && { code }),
});

chatModelConformance({
  name: "cerebras",
  packageName: "@beluga/llm-cerebras",
  create: createCerebras,
  config: { model: "gpt-oss-120b" },
  secret: "csk-AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: `data: ${JSON.stringify({ error: errorBody("Too busy"), status_code: 503 })}`,
      code: "provider_unavailable",
      status: 503,
      message: "Too busy",
    },
    {
      frame: `event: error\ndata: ${JSON.stringify({ error: errorBody("Wrong"), status_code: 400 })}`,
      code: "invalid_input",
      status: 400,
      message: "Wrong",
    },
    // "Status code of zero is generic error message": the vendor's own client.
    { frame: 'data: {"error":{"message":"Oh no"},"status_code":0}', code: "provider_unavailable" },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody(
        "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192",
        400,
        "context_length_exceeded",
      ),
      code: "context_length",
    },
    {
      status: 404,
      body: errorBody("Model m does not exist or you do not have access to it.", 404, "model_not_found"),
      code: "not_found",
    },
    {
      status: 429,
      body: errorBody(
        "Tokens per minute limit exceeded - too many tokens processed.",
        429,
        "token_quota_exceeded",
        "too_many_tokens_error",
      ),
      code: "rate_limit",
    },
  ],
  unsupported: ["topK", "reasoning.budgetTokens"],
});
