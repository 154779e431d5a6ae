import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createAcme } from "./index.js";

chatModelConformance({
  name: "acme",
  packageName: "@beluga/llm-acme",
  create: createAcme,
  config: { model: "acme-1" },
  secret: "acme-0123456789abcdef", // made up, of the form that the vendor's keys have
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (event) => event.includes('"type":"end"'),
  errorBody: (message) => ({ error: { type: "some_error", message } }),
  streamErrors: [
    {
      frame: 'data: {"type":"error","error":{"type":"overloaded","message":"Too busy"}}',
      code: "provider_unavailable",
      message: "Too busy",
    },
  ],
  httpErrors: [
    {
      status: 429,
      body: { error: { type: "out_of_credit", message: "Nothing left" } },
      code: "quota_exhausted",
      retryable: false,
    },
    {
      status: 400,
      body: { error: { type: "context_too_long", message: "Too long" } },
      code: "context_length",
    },
  ],
  unsupported: ["topK", "seed", "frequencyPenalty", "presencePenalty", "reasoning.budgetTokens"],
});
