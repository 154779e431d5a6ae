import { Buffer } from "node:buffer";
import { embedderConformance, type EmbedderWire } from "@beluga/conformance";
import { createOpenAIEmbedder } from "./index.js";

const wire = (encode: (values: Float32Array) => unknown): EmbedderWire => ({
  read: ({ body }) => {
    const { input, dimensions } = body as { input: string[]; dimensions?: number };
    return { texts: input, dimensions };
  },
  write: ({ vectors, tokens }) => ({
    object: "list",
    data: vectors.map(({ index, values }) => ({ object: "embedding", index, embedding: encode(values) })),
    model: "text-embedding-3-small",
    ...(tokens !== undefined && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
  }),
});

const spec = {
  name: "openai",
  packageName: "@beluga/embed-openai",
  create: createOpenAIEmbedder,
  config: { model: "text-embedding-3-small" },
  secret: "sk-proj-0123456789abcdefGHIJKLMNOP",
  refusesEmptyText: true,
  errorBody: (message: string) => ({
    error: { message, type: "invalid_request_error", param: null, code: null },
  }),
  httpErrors: [
    {
      status: 429,
      body: {
        error: {
          message: "You exceeded your current quota, please check your plan and billing details.",
          type: "insufficient_quota",
          param: null,
          code: "insufficient_quota",
        },
      },
      code: "quota_exhausted",
    },
    {
      status: 429,
      body: {
        error: {
          message: "Rate limit reached for text-embedding-3-small on tokens per min (TPM): Limit 1000000.",
          type: "tokens",
          param: null,
          code: "rate_limit_exceeded",
        },
      },
      code: "rate_limit",
    },
    {
      status: 400,
      body: {
        error: {
          message:
            "This model's maximum context length is 8192 tokens, however you requested 10001 tokens (10001 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.",
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
      code: "context_length",
    },
    {
      status: 401,
      body: {
        error: {
          message: "Incorrect API key provided: sk-proj-********MNOP.",
          type: "invalid_request_error",
          param: null,
          code: "invalid_api_key",
        },
      },
      code: "auth_error",
    },
    {
      status: 404,
      body: {
        error: {
          message: "The model `text-embedding-4` does not exist or you do not have access to it.",
          type: "invalid_request_error",
          param: null,
          code: "model_not_found",
        },
      },
      code: "not_found",
    },
    {
      status: 403,
      body: {
        error: {
          message: "You are not allowed to generate embeddings from this model",
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
      code: "permission_denied",
    },
  ],
} as const;

embedderConformance({
  ...spec,
  wire: wire((values) => Buffer.from(values.buffer).toString("base64")),
});

// As servers answer that ignore or refuse base64.
embedderConformance({
  ...spec,
  config: { ...spec.config, encodingFormat: "float", maxBatchSize: 16 },
  wire: wire((values) => [...values]),
});
