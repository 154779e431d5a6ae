import type { ReplayTarget } from "@beluga/conformance";
import type { Usage } from "@beluga/core";
import { createJinaReranker } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "rerank",
    capability: "rerank",
    create: (settings) => createJinaReranker({ ...settings, apiKey: "replayed-key" }),
    usage,
  },
];

interface RecordedUsage {
  total_tokens?: number;
}

function usage({ total_tokens: tokens }: RecordedUsage): Usage {
  return tokens === undefined ? {} : { inputTokens: tokens, totalTokens: tokens };
}
