import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { describe } from "vitest";
import { createLiteLLM } from "./index.js";

/** https://docs.litellm.ai/docs/proxy/error_reference#the-error-payload */
const errorBody = (message: unknown, status: number, type: string | null = "None") => ({
  error: { message, type, param: "None", code: String(status) },
});

const cause = (words: string): string => `litellm.BadRequestError: ${words}`;

const httpErrors = [
  {
    status: 429,
    body: errorBody(
      "Budget has been exceeded! Key=analytics (sk-...W8TA) Current cost: 0.06, Max budget: 0.05",
      429,
      "budget_exceeded",
    ),
    code: "quota_exhausted",
    retryable: false,
  },
  {
    status: 400,
    body: errorBody("ExceededBudget: User=u-1 over budget. Spend=3.7e-05, Budget=0.0", 400),
    code: "quota_exhausted",
  },
  {
    status: 429,
    body: errorBody("No deployments available - crossed budget for provider: openai", 429),
    code: "quota_exhausted",
    retryable: false,
  },
  {
    status: 429,
    headers: { "retry-after": "0" },
    body: errorBody("No deployments available for selected model, Try again in 5 seconds.", 429),
    code: "rate_limit",
  },
  {
    status: 429,
    body: errorBody(
      "litellm.RateLimitError: RateLimitError: OpenAIException - You exceeded your current quota",
      429,
      "throttling_error",
    ),
    code: "quota_exhausted",
    retryable: false,
  },
  {
    status: 400,
    body: errorBody(cause("ContextWindowExceededError: OpenAIException - It is too much"), 400, null),
    code: "context_length",
  },
  {
    status: 400,
    body: errorBody("litellm.ContentPolicyViolationError: AzureException - It was filtered", 400, null),
    code: "content_filter",
  },
  {
    status: 400,
    body: errorBody({ error: "Violated guardrail policy", aporia_ai_response: { action: "block" } }, 400),
    code: "content_filter",
  },
  {
    status: 400,
    body: errorBody(
      "{'error': 'Violated CrowdStrike AIDR guardrail policy', 'guardrail_name': 'aidr', 'input': 'What is the weather in Zürich? (prompt-7d1f3c)'}",
      400,
    ),
    code: "content_filter",
  },
  {
    status: 400,
    body: errorBody("/chat/completions: Invalid model name passed in model=gpt-9", 400),
    code: "not_found",
  },
  {
    status: 401,
    body: errorBody("key not allowed to access model", 401, "key_model_access_denied"),
    code: "permission_denied",
  },
  {
    status: 401,
    body: errorBody("Not allowed to access model due to tags configuration", 401),
    code: "permission_denied",
  },
  { status: 400, body: errorBody("The key is expired", 400, "expired_key"), code: "auth_error" },
  {
    status: 500,
    body: errorBody("InternalServerError: Connection error.", 500),
    code: "provider_unavailable",
  },
] as const;

const proxy = {
  name: "litellm",
  packageName: "@beluga/llm-litellm",
  create: createLiteLLM,
  secret: "sk-AbCdEf0123456789-virtual",
  secretOptional: true,
  errorBody: (message: string, status: number) => errorBody(message, status),
  httpErrors,
};

describe("Chat Completions", () => {
  chatModelConformance({
    ...proxy,
    config: { model: "gpt-5-mini" },
    exchanges: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
    completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
    streamErrors: [
      {
        frame: `data: ${JSON.stringify(errorBody("litellm.RateLimitError: AnthropicException - Slow down", 429))}`,
        code: "rate_limit",
        status: 429,
        message: "Slow down",
      },
      {
        frame: `data: ${JSON.stringify(errorBody({ error: "Violated guardrail policy" }, 400))}`,
        code: "content_filter",
        status: 400,
        message: "Violated guardrail policy",
      },
      {
        frame: 'data: {"error":{"message":"Internal server error","type":"internal_server_error"}}',
        code: "provider_unavailable",
        message: "Internal server error",
      },
    ],
    unsupported: [],
    conflicting: ["reasoning.effort"],
  });
});

describe("Responses", () => {
  chatModelConformance({
    ...proxy,
    config: { model: "gpt-5.4-mini", api: "responses" },
    exchanges: loadExchanges(new URL("../testdata/responses/", import.meta.url)),
    completes: (frame) => /"type":"response\.(completed|incomplete)"/.test(frame),
    streamErrors: [
      {
        frame: `data: ${JSON.stringify(errorBody("litellm.Timeout: It took too long", 408))}`,
        code: "timeout",
        status: 408,
      },
    ],
    unsupported: [
      "topK",
      "stopSequences",
      "seed",
      "frequencyPenalty",
      "presencePenalty",
      "reasoning.budgetTokens",
    ],
    conflicting: ["temperature", "topP"],
  });
});
