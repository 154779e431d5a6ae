import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createFireworks } from "./index.js";

const errorBody = (message: string, _status?: number, code = "invalid_request_error") => ({
  error: { object: "error", type: code, code, message },
});

chatModelConformance({
  name: "fireworks",
  packageName: "@beluga/llm-fireworks",
  create: createFireworks,
  config: { model: "accounts/fireworks/models/gpt-oss-120b" },
  secret: "fw_AbCdEf0123456789conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  errorBody,
  streamErrors: [
    {
      frame: `data: ${JSON.stringify(errorBody("Internal error", 0, "server_error"))}`,
      code: "provider_unavailable",
      message: "Internal error",
    },
    {
      frame: 'data: {"error":"The deployment is scaling up"}',
      code: "provider_unavailable",
      message: "scaling up",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody("The prompt is too long: 140000, model maximum context length: 131071"),
      code: "context_length",
    },
    { status: 402, body: errorBody("Add a payment method"), code: "quota_exhausted" },
    { status: 412, body: errorBody("Account acme is suspended"), code: "quota_exhausted" },
    { status: 403, body: errorBody("Your key is suspended"), code: "permission_denied" },
    { status: 412, body: errorBody("The LoRA could not be loaded"), code: "invalid_input" },
    { status: 404, body: { error: "Model not found, inaccessible, and/or not deployed" }, code: "not_found" },
  ],
  unsupported: ["reasoning.budgetTokens"],
});
