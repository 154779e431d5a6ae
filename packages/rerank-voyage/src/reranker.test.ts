import { type RerankerWire, rerankerConformance } from "@beluga/conformance";
import { createVoyageReranker } from "./index.js";

/** {@link https://docs.voyageai.com/reference/reranker-api} */
const wire: RerankerWire = {
  read: ({ body }) => {
    const { query, documents, top_k } = body as { query: string; documents: string[]; top_k?: number };
    return { query, documents, topN: top_k };
  },
  write: ({ results, tokens }) => ({
    object: "list",
    data: results.map(({ index, score }) => ({ relevance_score: score, index })),
    model: "rerank-2.5",
    ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
  }),
};

rerankerConformance({
  name: "voyage",
  packageName: "@beluga/rerank-voyage",
  create: createVoyageReranker,
  config: { model: "rerank-2.5" },
  secret: "pa-0123456789abcdefGHIJKLMNOPqrstuvwxyz-_",
  maxDocuments: 1_000,
  wire,
  errorBody: (message) => ({ detail: message }),
  httpErrors: [
    {
      status: 400,
      body: {
        // The words of Voyage's embeddings; those of its rerankers could not be seen.
        detail:
          "Request to model 'rerank-2.5' failed. The example at index 0 in your batch has too many tokens and does not fit into the model's context window of 32000 tokens. Please lower the number of tokens in the listed example(s) or use truncation.",
      },
      code: "context_length",
    },
    {
      status: 400,
      body: {
        detail:
          "Request to model 'rerank-2.5' failed. The max allowed tokens per submitted batch is 600000. Your batch has 607519 tokens after truncation. Please lower the number of tokens in the batch.",
      },
      code: "invalid_input",
    },
    {
      status: 400,
      body: { detail: "Model rerank-9 is not supported. Supported models are ['rerank-2.5']." },
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
});
