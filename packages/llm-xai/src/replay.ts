import type { ReplayTarget } from "@beluga/conformance";
import { createXAI } from "./index.js";
import { xaiRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["xai"],
    requests: xaiRequests,
    create: (settings) => createXAI({ ...settings, apiKey: "unused" }),
  },
];
