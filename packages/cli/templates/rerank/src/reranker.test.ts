import { rerankerConformance } from "@beluga/conformance";
import { createAcmeReranker } from "./index.js";

rerankerConformance({
  name: "acme",
  packageName: "@beluga/rerank-acme",
  create: createAcmeReranker,
  config: { model: "acme-rerank-1" },
  secret: "acme-0123456789abcdef", // made up, of the form that the vendor's keys have
  maxDocuments: 1_000,
  wire: {
    read: ({ body }) => {
      const { query, documents, top_n: topN } = body as { query: string; documents: string[]; top_n?: number };
      return { query, documents, topN };
    },
    write: ({ results, tokens }) => ({
      results: results.map(({ index, score }) => ({ index, relevance_score: score })),
      usage: { tokens },
    }),
  },
});
