import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createSambaNova } from "./index.js";

/** https://docs.sambanova.ai/docs/en/api-reference/using-the-api/api-error-codes */
const errorBody = (
  message: string,
  _status?: number,
  code: string | null = null,
  type = "invalid_request_error",
) => ({
  error: { code, message, param: null, type },
  request_id: "9a7c1f02-0000-4000-8000-000000000001",
});

chatModelConformance({
  name: "sambanova",
  packageName: "@beluga/llm-sambanova",
  create: createSambaNova,
  config: { model: "Meta-Llama-3.3-70B-Instruct" },
  secret: "0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: `event: error\ndata: ${JSON.stringify(errorBody("Too busy", 0, null, "server_error"))}`,
      code: "provider_unavailable",
      message: "Too busy",
    },
    {
      frame: `data: ${JSON.stringify(errorBody("Bad tool call", 0, null, "server_error"))}`,
      code: "provider_unavailable",
      message: "Bad tool call",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("The prompt has 200000 tokens, 131072 at most", 400, "context_length_exceeded"),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("top_k is above 100", 400, "integer_above_max_value"),
      code: "invalid_input",
    },
    { status: 400, body: errorBody("No such model", 400, "model_not_found"), code: "not_found" },
    {
      status: 401,
      body: errorBody("Wrong key", 401, "invalid_authentication", "authentication_error"),
      code: "auth_error",
    },
    {
      status: 402,
      body: errorBody("Add a payment method", 402, "PAYMENT_METHOD_REQUIRED"),
      code: "quota_exhausted",
    },
    { status: 410, body: errorBody("The model was removed", 410), code: "not_found" },
    { status: 503, body: errorBody("Under maintenance", 503), code: "provider_unavailable" },
    { status: 504, body: errorBody("Queue Full", 504), code: "timeout" },
  ],
  unsupported: ["frequencyPenalty", "presencePenalty", "reasoning.effort", "reasoning.budgetTokens"],
});
