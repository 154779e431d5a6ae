import type { ReplayTarget } from "@beluga/conformance";
import { createDeepSeek } from "./index.js";
import { deepSeekRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["deepseek"],
    requests: deepSeekRequests,
    create: (settings) => createDeepSeek({ ...settings, apiKey: "unused" }),
  },
];
