import type { ReplayTarget } from "@beluga/conformance";
import { createSambaNova } from "./index.js";
import { sambaNovaRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["sambanova"],
    requests: sambaNovaRequests,
    create: (settings) => createSambaNova({ ...settings, apiKey: "unused" }),
  },
];
