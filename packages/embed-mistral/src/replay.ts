import type { ReplayTarget } from "@beluga/conformance";
import { createMistralEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-embed",
    vendors: ["embeddings-mistral"],
    capability: "embed",
    create: (settings) => createMistralEmbedder({ ...settings, apiKey: "replayed-key" }),
  },
];
