import type { ReplayTarget } from "@beluga/conformance";
import { createGoogleEmbedder } from "./index.js";

const apiKey = "replayed-key";

// Vectors as they came, whatever model the recordings are of.
const config = { apiKey, normalize: false } as const;

export const replayTargets: ReplayTarget[] = [
  {
    api: "google-embed",
    capability: "embed",
    create: (settings) => createGoogleEmbedder({ ...settings, ...config }),
    // https://ai.google.dev/api/embeddings#v1beta.EmbeddingUsageMetadata
    usage: ({ promptTokenCount }) => tokens(promptTokenCount),
  },
  {
    api: "vertex-embed",
    capability: "embed",
    create: (settings) => createGoogleEmbedder({ ...settings, ...config, vertex: true }),
    // A list of the statistics of each text.
    usage: (raw) => tokens(Object.values(raw).reduce((sum: number, text) => sum + countOf(text), 0)),
  },
];

function tokens(count: unknown): { inputTokens?: number; totalTokens?: number } {
  return typeof count === "number" ? { inputTokens: count, totalTokens: count } : {};
}

function countOf(text: unknown): number {
  return (text as { token_count: number }).token_count;
}
