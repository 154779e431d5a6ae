import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { describe } from "vitest";
import { createAzure } from "./index.js";

const message =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.";

const httpErrors = [
  // https://learn.microsoft.com/en-us/azure/foundry/openai/concepts/content-filter
  {
    status: 400,
    body: { error: { message, type: null, param: "prompt", code: "content_filter", status: 400 } },
    code: "content_filter",
  },
  {
    status: 401,
    body: { error: { code: "401", message: "Access denied due to invalid subscription key" } },
    code: "auth_error",
  },
  {
    status: 401,
    body: { statusCode: 401, message: "Unauthorized. Access token is missing, invalid, or has expired." },
    code: "auth_error",
  },
  {
    status: 401,
    body: { error: { code: "PermissionDenied", message: "The principal lacks the required data action" } },
    code: "permission_denied",
  },
  {
    status: 404,
    body: { error: { code: "DeploymentNotFound", message: "The API deployment does not exist." } },
    code: "not_found",
  },
  {
    status: 429,
    headers: { "retry-after": "0" },
    body: { error: { code: "429", message: "Requests have exceeded the token rate limit of your tier." } },
    code: "rate_limit",
  },
  {
    status: 400,
    body: { error: { message: "Too long", type: "invalid_request_error", code: "context_length_exceeded" } },
    code: "context_length",
  },
] as const;

const secret = "0a2e5c7d9b1f4a3e8d6c0b2f4e6a8c1d-conformance";

describe("Responses", () => {
  chatModelConformance({
    name: "azure",
    packageName: "@beluga/llm-azure",
    create: createAzure,
    config: { model: "gpt-5.4-mini" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/responses/", import.meta.url)),
    completes: (frame) => /"type":"response\.(completed|incomplete)"/.test(frame),
    streamErrors: [
      {
        frame: 'data: {"type":"error","error":{"code":"content_policy_violation","message":"Flagged"}}',
        code: "content_filter",
        message: "Flagged",
      },
      {
        frame: 'data: {"type":"response.failed","response":{"status":"failed","error":null,"output":[]}}',
        code: "provider_unavailable",
      },
    ],
    httpErrors,
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

describe("Chat Completions", () => {
  chatModelConformance({
    name: "azure",
    packageName: "@beluga/llm-azure",
    create: createAzure,
    config: { model: "chat", api: "chat" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
    completes: (frame) => frame.includes("[DONE]") || /"finish_reason":"/.test(frame),
    streamErrors: [
      {
        frame: `data: {"error":{"code":"content_filter","message":"${message}","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`,
        code: "content_filter",
        message,
      },
      { frame: 'data: {"error":{"code":"429","message":"Slow down"}}', code: "rate_limit", status: 429 },
    ],
    httpErrors,
    unsupported: ["topK", "reasoning.budgetTokens"],
  });
});
