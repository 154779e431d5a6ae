import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { createCohere } from "./index.js";

/** https://docs.cohere.com/reference/errors */
const errorBody = (message: string) => ({ id: "2d4609a6-d1f9-4cf4-8d09-af865409bdc2", message });

const failedEnd = (delta: object): string =>
  `event: message-end\ndata: ${JSON.stringify({ type: "message-end", delta })}`;

chatModelConformance({
  name: "cohere",
  packageName: "@beluga/llm-cohere",
  create: createCohere,
  config: { model: "command-a-reasoning-08-2025" },
  secret: "AbCdEf0123456789ConformanceCohereKeyXyZ9",
  exchanges: loadExchanges(new URL("../testdata/", import.meta.url)),
  completes: (frame) => frame.includes('"type":"message-end"'),
  errorBody,
  streamErrors: [
    {
      frame: failedEnd({ finish_reason: "ERROR", error: "no capacity" }),
      code: "provider_unavailable",
      message: "no capacity",
    },
    {
      frame: failedEnd({ finish_reason: "ERROR" }),
      code: "provider_unavailable",
      message: "the generation failed",
    },
    { frame: failedEnd({ finish_reason: "TIMEOUT" }), code: "timeout" },
    { frame: failedEnd({ error: "no capacity" }), code: "provider_unavailable", message: "no capacity" },
    {
      frame: 'data: {"message":"streaming error"}',
      code: "provider_unavailable",
      message: "streaming error",
    },
  ],
  httpErrors: [
    {
      status: 400,
      body: errorBody(
        "too many tokens: size limit exceeded by 25836 tokens. Try using shorter or fewer inputs.",
      ),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody(
        "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192.",
      ),
      code: "invalid_input",
    },
    {
      status: 402,
      body: errorBody("Please add or update your payment method to continue"),
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: errorBody("You are using a Trial key, which is limited to 1000 API calls / month."),
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: errorBody("You are using a Trial key, which is limited to 40 API calls / minute."),
      code: "rate_limit",
    },
    { status: 498, body: errorBody("blocked"), code: "content_filter" },
    { status: 499, body: errorBody("request cancelled"), code: "provider_unavailable" },
    { status: 501, body: errorBody("not implemented"), code: "unsupported" },
  ],
  unsupported: ["reasoning.effort"],
  conflicting: ["presencePenalty", "responseFormat"],
});
