import type { ReplayTarget } from "@beluga/conformance";
import { createHuggingFaceEmbedder } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "hf-embed",
    capability: "embed",
    create: (settings) => createHuggingFaceEmbedder({ ...settings, apiKey: "replayed-token" }),
    // The task reports no usage.
    usage: () => ({}),
  },
];
