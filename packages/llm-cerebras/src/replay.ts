import type { ReplayTarget } from "@beluga/conformance";
import { createCerebras } from "./index.js";
import { cerebrasRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["cerebras"],
    requests: cerebrasRequests,
    create: (settings) => createCerebras({ ...settings, apiKey: "unused" }),
  },
];
