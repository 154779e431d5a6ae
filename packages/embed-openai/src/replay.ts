import type { ReplayTarget } from "@beluga/conformance";
import { createOpenAIEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-embed",
    capability: "embed",
    create: (settings) => createOpenAIEmbedder({ ...settings, apiKey: "replayed-key" }),
  },
];
