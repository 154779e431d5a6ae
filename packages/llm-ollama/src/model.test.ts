import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createOllama } from "./index.js";

chatModelConformance({
  name: "ollama",
  packageName: "@beluga/llm-ollama",
  create: createOllama,
  config: { model: "qwen3" },
  secret: "0123456789abcdef.AbCdEf-conformance",
  secretOptional: true,
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  framing: "ndjson",
  completes: (line) => line.includes('"done":true'),
  errorBody: (message) => ({ error: message }),
  streamErrors: [
    {
      frame: '{"error":"an error was encountered while running the model"}',
      code: "provider_unavailable",
      message: "an error was encountered while running the model",
    },
    {
      frame: '{"error":"the input length exceeds the context length"}',
      code: "context_length",
    },
  ],
  // https://docs.ollama.com/api/errors
  httpErrors: [
    {
      status: 500,
      body: { error: "the prompt is longer than the context length currently available to the model" },
      code: "context_length",
      retryable: false,
    },
  ],
  unsupported: ["toolChoice", "reasoning.budgetTokens"],
});
