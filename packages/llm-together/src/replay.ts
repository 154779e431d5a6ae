import type { ReplayTarget } from "@beluga/conformance";
import { createTogether } from "./index.js";
import { togetherRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["together"],
    requests: togetherRequests,
    create: (settings) => createTogether({ ...settings, apiKey: "unused" }),
  },
];
