import type { ReplayTarget } from "@beluga/conformance";
import { createGroq } from "./index.js";
import { groqRequests } from "./testing/requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["groq"],
    requests: groqRequests,
    create: (settings) => createGroq({ ...settings, apiKey: "unused" }),
  },
];
