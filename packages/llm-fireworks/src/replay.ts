import type { ReplayTarget } from "@beluga/conformance";
import { createFireworks } from "./index.js";
import { fireworksRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["fireworks"],
    requests: fireworksRequests,
    create: (settings) => createFireworks({ ...settings, apiKey: "unused" }),
  },
];
