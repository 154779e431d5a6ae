import { embedderConformance } from "@beluga/conformance";
import { vi } from "vitest";
import { createOllamaEmbedder } from "./index.js";

vi.stubEnv("OLLAMA_HOST", undefined);
vi.stubEnv("OLLAMA_API_KEY", undefined);

const prefixes = { query: "search_query: ", document: "search_document: ", clustering: "clustering: " };

embedderConformance({
  name: "ollama",
  packageName: "@beluga/embed-ollama",
  create: createOllamaEmbedder,
  config: { model: "nomic-embed-text", prefixes, maxBatchSize: 16 },
  secret: "ollama-key-0123456789abcdef",
  secretOptional: true,
  inputTypes: ["query", "document", "clustering"],
  errorBody: (error: string) => ({ error }),
  httpErrors: [
    { status: 404, body: { error: "model 'nope' not found" }, code: "not_found" },
    { status: 400, body: { error: "the input length exceeds the context length" }, code: "context_length" },
    { status: 400, body: { error: "embedding contains NaN or Inf values" }, code: "invalid_input" },
  ],
  wire: {
    unindexed: true,
    read({ body }) {
      const { input, dimensions } = body as { input: string[]; dimensions?: number };
      const prefix = Object.values(prefixes).find((each) => input[0]?.startsWith(each)) ?? "";
      return { texts: input.map((text) => text.slice(prefix.length)), dimensions };
    },
    write: ({ vectors, tokens }) => ({
      model: "nomic-embed-text",
      embeddings: vectors.map(({ values }) => [...values]),
      total_duration: 14_143_917,
      load_duration: 1_019_500,
      ...(tokens !== undefined && { prompt_eval_count: tokens }),
    }),
  },
});
