import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createOpenAICompatible } from "./index.js";

chatModelConformance({
  name: "openai-compatible",
  packageName: "@beluga/llm-openai-compatible",
  create: createOpenAICompatible,
  config: { model: "Qwen/Qwen3-8B" },
  secret: "gateway-key-0123456789abcdef",
  secretOptional: true,
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
  streamErrors: [
    {
      frame: 'data: {"error":{"message":"Upstream is busy","code":502}}',
      code: "provider_unavailable",
      status: 502,
    },
    {
      frame: 'event: error\ndata: {"error":{"message":"Slow down","status_code":429}}',
      code: "rate_limit",
      status: 429,
    },
    {
      frame: 'data: {"error":"The model crashed"}',
      code: "provider_unavailable",
      message: "The model crashed",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: {
        message: "This model's maximum context length is 8192 tokens.",
        type: "BadRequestError",
        code: 400,
      },
      code: "context_length",
    },
  ],
  unsupported: ["reasoning.budgetTokens"],
});
