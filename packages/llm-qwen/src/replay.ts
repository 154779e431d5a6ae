import type { ReplayTarget } from "@beluga/conformance";
import { createQwen } from "./index.js";
import { qwenRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["qwen"],
    requests: qwenRequests,
    create: (settings) => createQwen({ ...settings, apiKey: "unused" }),
  },
];
