import { type EmbedderWire, embedderConformance } from "@beluga/conformance";
import { createMistralEmbedder } from "./index.js";

/** https://docs.mistral.ai/resources/error-glossary */
const errorBody = (message: string, type = "invalid_request_error", code: string | null = null) => ({
  object: "error",
  message,
  type,
  param: null,
  code,
});

const wire: EmbedderWire = {
  read({ body }) {
    const { input, output_dimension: dimensions } = body as { input: string[]; output_dimension?: number };
    return { texts: input, dimensions };
  },
  write: ({ vectors, tokens }) => ({
    id: "9448e0d166cb496cbec295a32f735bf9",
    object: "list",
    data: vectors.map(({ index, values }) => ({ object: "embedding", embedding: [...values], index })),
    model: "codestral-embed",
    ...(tokens !== undefined && {
      usage: { prompt_tokens: tokens, total_tokens: tokens, completion_tokens: 0, request_count: null },
    }),
  }),
};

const spec = {
  name: "mistral",
  packageName: "@beluga/embed-mistral",
  create: createMistralEmbedder,
  secret: "AbCdEf0123456789ghijklmnopqrstuv",
  errorBody: (message: string) => errorBody(message),
  httpErrors: [
    {
      status: 400,
      body: errorBody(
        "Too many inputs in request, split into more batches.",
        "invalid_request_prompt",
        "3210",
      ),
      code: "invalid_input",
    },
    {
      status: 400,
      body: errorBody("Too many tokens in batch. Max is 16384 got 17555"),
      code: "context_length",
    },
    {
      status: 400,
      body: errorBody("Invalid model: mistral-embed-9", "invalid_model", "1500"),
      code: "not_found",
    },
    { status: 401, body: { detail: "Unauthorized" }, code: "auth_error" },
    { status: 402, body: { detail: "Payment required" }, code: "quota_exhausted" },
    {
      status: 429,
      body: errorBody("Requests rate limit exceeded", "rate_limited", "1300"),
      code: "rate_limit",
    },
  ],
  wire,
} as const;

embedderConformance({ ...spec, config: { model: "codestral-embed" } });
embedderConformance({ ...spec, config: { model: "mistral-embed" }, fixedDimensions: true });
