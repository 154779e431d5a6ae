import { type RerankerWire, rerankerConformance } from "@beluga/conformance";
import { createJinaReranker } from "./index.js";

/** {@link https://api.jina.ai/openapi.json} */
const wire: RerankerWire = {
  read: ({ body }) => {
    const { query, documents, top_n } = body as { query: string; documents: string[]; top_n?: number };
    return { query, documents, topN: top_n };
  },
  write: ({ results, tokens }) => ({
    model: "jina-reranker-v3.5",
    object: "list",
    ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
    results: results.map(({ index, score }) => ({ index, relevance_score: score })),
  }),
};

rerankerConformance({
  name: "jina",
  packageName: "@beluga/rerank-jina",
  create: createJinaReranker,
  config: { model: "jina-reranker-v3.5" },
  secret: "jina_0123456789abcdefGHIJKLMNOPqrstuvwxyz",
  secretOptional: true,
  wire,
  errorBody: (message) => ({
    detail: message,
    code: "SOME_ERROR",
    request_id: "d7bdceb5391cb269296efd6f723cc07b",
  }),
  httpErrors: [
    {
      status: 400,
      body: {
        detail: "Model 'jina-reranker-v9' not found. Available models: ...",
        code: "INPUT_MODEL_NOT_FOUND",
      },
      code: "not_found",
    },
    {
      status: 400,
      body: {
        detail: {
          message: "Input text exceeds the model's maximum of 8192 tokens.",
          request_id: "d7bdceb5391cb269296efd6f723cc07b",
          code: "INPUT_TOKEN_LIMIT_EXCEEDED",
        },
      },
      code: "context_length",
    },
    { status: 401, body: { detail: "Invalid API key.", code: "AUTH_INVALID_API_KEY" }, code: "auth_error" },
    {
      status: 403,
      body: { detail: "Insufficient account balance.", code: "AUTHZ_INSUFFICIENT_BALANCE" },
      code: "quota_exhausted",
    },
    {
      status: 422,
      body: {
        detail:
          "Validation error: 'body -> jina-reranker-v3 -> top_n' Input should be greater than or equal to 1",
        errors: [{ field: "body", message: "Invalid value", type: "greater_than_equal", input: 0 }],
      },
      code: "invalid_input",
    },
    {
      status: 429,
      body: {
        detail: "Request rate limit exceeded: 501/500 requests per minute.",
        code: "RATE_REQUEST_LIMIT_EXCEEDED",
      },
      code: "rate_limit",
    },
    // Of other servers: llama.cpp, and OpenAI's form of error.
    {
      status: 501,
      body: {
        error: {
          code: 501,
          message: "This server does not support reranking. Start it with `--reranking`",
          type: "not_supported_error",
        },
      },
      code: "unsupported",
    },
    {
      status: 402,
      body: { error: { message: "Insufficient credits", code: 402 } },
      code: "quota_exhausted",
    },
  ],
});
