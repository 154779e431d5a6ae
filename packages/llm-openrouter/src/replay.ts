import type { ReplayTarget } from "@beluga/conformance";
import { createOpenRouter } from "./index.js";
import { openRouterRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["openrouter"],
    requests: openRouterRequests,
    create: (settings) => createOpenRouter({ ...settings, apiKey: "unused" }),
  },
];
