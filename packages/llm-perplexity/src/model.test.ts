import { chatModelConformance, loadExchanges } from "@beluga/conformance";
import { describe } from "vitest";
import { createPerplexity } from "./index.js";

/** Of both APIs: `code` is the status. */
const errorBody = (message: string, status: number, type = "invalid_request") => ({
  error: { message, type, code: status },
});

const secret = "pplx-AbCdEf0123456789AbCdEf0123456789AbCdEf01";

const httpErrors = [
  {
    status: 401,
    body: errorBody("Invalid API key provided.", 401, "invalid_api_key"),
    code: "auth_error",
  },
  {
    status: 400,
    body: errorBody("The total length of all messages is too long.", 400, "too_many_prompt_tokens"),
    code: "context_length",
  },
  {
    status: 401,
    body: errorBody("You exceeded your current quota.", 401, "insufficient_quota"),
    code: "quota_exhausted",
  },
] as const;

describe("Agent API", () => {
  chatModelConformance({
    name: "perplexity",
    packageName: "@beluga/llm-perplexity",
    create: createPerplexity,
    config: { model: "perplexity/sonar" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/agent/", import.meta.url)),
    completes: (frame) => /"type":"response\.(completed|incomplete)"/.test(frame),
    errorBody,
    streamErrors: [
      {
        frame: `data: ${JSON.stringify({ type: "error", ...errorBody("Upstream died", 502, "bad_gateway") })}`,
        code: "provider_unavailable",
        status: 502,
        message: "Upstream died",
      },
      {
        frame: `data: ${JSON.stringify({ type: "error", ...errorBody("Slow down", 429, "request_rate_limit_exceeded") })}`,
        code: "rate_limit",
        status: 429,
      },
    ],
    httpErrors: [
      ...httpErrors,
      { status: 400, body: errorBody("Unknown model", 400, "invalid_model"), code: "not_found" },
      {
        status: 424,
        body: errorBody("MCP server unreachable", 424, "external_connector_error"),
        code: "invalid_input",
      },
    ],
    unsupported: [
      "topK",
      "stopSequences",
      "seed",
      "frequencyPenalty",
      "presencePenalty",
      "responseFormat",
      "reasoning.budgetTokens",
    ],
  });
});

describe("Chat Completions", () => {
  chatModelConformance({
    name: "perplexity",
    packageName: "@beluga/llm-perplexity",
    create: createPerplexity,
    config: { model: "sonar", api: "chat" },
    secret,
    exchanges: loadExchanges(new URL("../testdata/chat/", import.meta.url)),
    lacks: ["tools", "parallel-tools"],
    completes: (frame) => /"finish_reason":"/.test(frame),
    errorBody,
    streamErrors: [
      {
        frame: `data: ${JSON.stringify(errorBody("Upstream died", 502, "bad_gateway"))}`,
        code: "provider_unavailable",
        status: 502,
        message: "Upstream died",
      },
    ],
    httpErrors,
    unsupported: ["seed", "responseFormat", "reasoning.budgetTokens"],
  });
});
