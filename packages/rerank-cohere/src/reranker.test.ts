import { type RerankerWire, rerankerConformance } from "@beluga/conformance";
import { createCohereReranker } from "./index.js";

/** {@link https://docs.cohere.com/v2/reference/rerank} */
const wire: RerankerWire = {
  unmetered: true,
  read: ({ body }) => {
    const { query, documents, top_n } = body as { query: string; documents: string[]; top_n?: number };
    return { query, documents, topN: top_n };
  },
  write: ({ results }) => ({
    id: "07734bd2-2473-4f07-94e1-0d9f0e6843cf",
    results: results.map(({ index, score }) => ({ index, relevance_score: score })),
    meta: { api_version: { version: "2" }, billed_units: { search_units: 1 } },
  }),
};

rerankerConformance({
  name: "cohere",
  packageName: "@beluga/rerank-cohere",
  create: createCohereReranker,
  config: { model: "rerank-v4.0-pro" },
  secret: "co-0123456789abcdefGHIJKLMNOPqrstuvwxyz",
  maxDocuments: 10_000,
  wire,
  errorBody: (message) => ({ id: "f8a1b9c0-7f0e-4d4b-a4b7-0c9e2f6d1234", message }),
  // https://docs.cohere.com/reference/errors
  httpErrors: [
    {
      status: 400,
      body: { message: "invalid request: query must not be empty or be only whitespace" },
      code: "invalid_input",
    },
    { status: 401, body: { message: "invalid api token" }, code: "auth_error" },
    {
      status: 402,
      body: { message: "Please add or update your payment method to continue" },
      code: "quota_exhausted",
    },
    {
      status: 404,
      body: { message: "model 'rerank-v9' not found, make sure the correct model ID was used" },
      code: "not_found",
    },
    {
      status: 429,
      body: { message: "You are using a Trial key, which is limited to 10 API calls / minute." },
      code: "rate_limit",
    },
    {
      status: 429,
      body: { message: "You are using a Trial key, which is limited to 1000 API calls / month." },
      code: "quota_exhausted",
    },
    {
      status: 499,
      body: { message: "failed to get rerank inference: request cancelled" },
      code: "provider_unavailable",
    },
  ],
});
