import type { ReplayTarget } from "@beluga/conformance";
import { createMistral } from "./index.js";
import { mistralRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["mistral"],
    requests: mistralRequests,
    create: (settings) => createMistral({ ...settings, apiKey: "unused" }),
  },
];
