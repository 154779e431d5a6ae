import type { ReplayTarget } from "@beluga/conformance";
import type { Usage } from "@beluga/core";
import { createCohereEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "cohere-embed",
    capability: "embed",
    create: (settings) => createCohereEmbedder({ ...settings, apiKey: "replayed-key" }),
    usage,
  },
];

interface RecordedMeta {
  billed_units?: { input_tokens?: number; image_tokens?: number };
}

function usage({ billed_units: billed }: RecordedMeta): Usage {
  if (billed?.input_tokens === undefined) return {};
  const tokens = billed.input_tokens + (billed.image_tokens ?? 0);
  return { inputTokens: tokens, totalTokens: tokens };
}
