import type { ReplayTarget } from "@beluga/conformance";
import { createVoyageReranker } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "rerank",
    vendors: ["rerank-voyage"],
    capability: "rerank",
    create: (settings) => createVoyageReranker({ ...settings, apiKey: "replayed-key" }),
    usage: ({ total_tokens: total }) => ({ inputTokens: total as number, totalTokens: total as number }),
  },
];
