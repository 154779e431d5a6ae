import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createLlama } from "./index.js";

chatModelConformance({
  name: "llama",
  packageName: "@beluga/llm-llama",
  create: createLlama,
  config: { model: "Llama-3.3-70B-Instruct" },
  secret: "LLM|1234567890|AbCdEf0123456789-conformance",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes('"stop_reason":"'),
  streamErrors: [
    {
      frame: 'event: error\ndata: {"detail":"It did not work"}',
      code: "provider_unavailable",
      message: "It did",
    },
    {
      frame: 'data: {"error":{"message":"It did not work"}}',
      code: "provider_unavailable",
      message: "It did",
    },
  ],
  unsupported: [
    "stopSequences",
    "seed",
    "frequencyPenalty",
    "presencePenalty",
    "responseFormat",
    "reasoning.effort",
    "reasoning.budgetTokens",
  ],
});
