import type { ReplayTarget } from "@beluga/conformance";
import { createHuggingFace } from "./index.js";
import { huggingFaceRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["huggingface"],
    requests: huggingFaceRequests,
    create: (settings) => createHuggingFace({ ...settings, apiKey: "unused" }),
  },
];
