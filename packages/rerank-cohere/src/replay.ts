import type { ReplayTarget } from "@beluga/conformance";
import { createCohereReranker } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "rerank",
    vendors: ["rerank-cohere"],
    capability: "rerank",
    create: (settings) => createCohereReranker({ ...settings, apiKey: "replayed-key" }),
    // What is billed is searches, and no tokens.
    usage: () => ({}),
  },
];
