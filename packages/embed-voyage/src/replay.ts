import type { ReplayTarget } from "@beluga/conformance";
import { createVoyageEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-embed",
    vendors: ["embeddings-voyage"],
    capability: "embed",
    create: (settings) => createVoyageEmbedder({ ...settings, apiKey: "replayed-key" }),
  },
];
