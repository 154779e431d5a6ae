import type { ReplayTarget } from "@beluga/conformance";
import { createBedrockEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "bedrock-embed",
    capability: "embed",
    create: (settings) => createBedrockEmbedder({ ...settings, apiKey: "replayed-key" }),
    usage(raw) {
      const tokens = raw["inputTextTokenCount"] ?? raw["x-amzn-bedrock-input-token-count"];
      return typeof tokens === "number" ? { inputTokens: tokens, totalTokens: tokens } : {};
    },
  },
];
