import { Buffer } from "node:buffer";
import { embedderConformance, type EmbedderWire } from "@beluga/conformance";
import { createVoyageEmbedder } from "./index.js";

/** {@link https://docs.voyageai.com/reference/embeddings-api} */
const wire = (encode: (values: Float32Array) => unknown): EmbedderWire => ({
  read: ({ body }) => {
    const { input, output_dimension } = body as { input: string[]; output_dimension?: number };
    return { texts: input, dimensions: output_dimension };
  },
  write: ({ vectors, tokens }) => ({
    object: "list",
    data: vectors.map(({ index, values }) => ({ object: "embedding", embedding: encode(values), index })),
    model: "voyage-4",
    ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
  }),
});

const spec = {
  name: "voyage",
  packageName: "@beluga/embed-voyage",
  create: createVoyageEmbedder,
  config: { model: "voyage-4" },
  secret: "pa-0123456789abcdefGHIJKLMNOPqrstuvwxyz-_",
  dimensions: [256, 2048],
  inputTypes: ["query", "document"],
  refusesEmptyText: true,
  errorBody: (message: string) => ({ detail: message }),
  httpErrors: [
    {
      status: 400,
      body: {
        detail:
          "Request to model 'voyage-4' failed. The example at index 0 in your batch has too many tokens and does not fit into the model's context window of 32000 tokens. Please lower the number of tokens in the listed example(s) or use truncation.",
      },
      code: "context_length",
    },
    {
      status: 400,
      body: { detail: "Model voyage-9 is not supported. Supported models are ['voyage-4']." },
      code: "invalid_input",
    },
    { status: 401, body: { detail: "Provided API key is invalid." }, code: "auth_error" },
    {
      status: 429,
      body: {
        detail: "You have not yet added your payment method and will have reduced rate limits of 3 RPM.",
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
