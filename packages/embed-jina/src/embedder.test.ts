import { Buffer } from "node:buffer";
import { embedderConformance, type EmbedderWire } from "@beluga/conformance";
import { createJinaEmbedder } from "./index.js";

/** {@link https://api.jina.ai/openapi.json} */
const wire = (encode: (values: Float32Array) => unknown): EmbedderWire => ({
  read: ({ body }) => {
    const { input, dimensions } = body as { input: string[]; dimensions?: number };
    return { texts: input, dimensions };
  },
  write: ({ vectors, tokens }) => ({
    model: "jina-embeddings-v5-text-small",
    object: "list",
    ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
    data: vectors.map(({ index, values }) => ({ object: "embedding", index, embedding: encode(values) })),
  }),
});

const spec = {
  name: "jina",
  packageName: "@beluga/embed-jina",
  create: createJinaEmbedder,
  config: { model: "jina-embeddings-v5-text-small" },
  secret: "jina_0123456789abcdefGHIJKLMNOPqrstuvwxyz",
  secretOptional: true,
  inputTypes: ["query", "document", "classification", "clustering"],
  errorBody: (message: string) => ({
    detail: message,
    code: "SOME_ERROR",
    request_id: "d7bdceb5391cb269296efd6f723cc07b",
  }),
  httpErrors: [
    {
      status: 400,
      body: {
        detail: {
          message:
            "Input text exceeds the model's maximum of 8194 tokens. Use 'truncate: true' to automatically truncate, or split into smaller chunks.",
          request_id: "d7bdceb5391cb269296efd6f723cc07b",
          code: "INPUT_TOKEN_LIMIT_EXCEEDED",
        },
      },
      code: "context_length",
    },
    {
      status: 400,
      body: {
        detail: "Model 'jina-embeddings-v9' not found. Available models: ...",
        code: "INPUT_MODEL_NOT_FOUND",
      },
      code: "not_found",
    },
    {
      status: 401,
      body: { detail: "Invalid API key.", code: "AUTH_INVALID_API_KEY" },
      code: "auth_error",
    },
    {
      status: 403,
      body: { detail: "Insufficient account balance.", code: "AUTHZ_INSUFFICIENT_BALANCE" },
      code: "quota_exhausted",
    },
    {
      status: 403,
      body: { detail: "Resource limit exceeded for your plan.", code: "AUTHZ_RESOURCE_LIMIT_EXCEEDED" },
      code: "permission_denied",
    },
    {
      status: 422,
      body: {
        detail:
          "Validation error: 'body -> jina-embeddings-v4' Each input list can contain at most 512 items.",
        errors: [{ field: "body", message: "Invalid value", type: "value_error", input: {} }],
      },
      code: "invalid_input",
    },
    {
      status: 429,
      body: {
        detail: "Concurrency limit exceeded: 6/5 concurrent requests.",
        code: "RATE_CONCURRENCY_LIMIT_EXCEEDED",
      },
      code: "rate_limit",
    },
  ],
} as const;

embedderConformance({
  ...spec,
  wire: wire((values) => Buffer.from(values.buffer).toString("base64")),
});

embedderConformance({
  ...spec,
  config: { ...spec.config, encodingFormat: "float", maxBatchSize: 16 },
  wire: wire((values) => [...values]),
});
