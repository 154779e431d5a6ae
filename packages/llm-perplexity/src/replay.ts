import type { ReplayTarget } from "@beluga/conformance";
import { createPerplexity } from "./index.js";
import { chatRequests } from "./testing/chat-requests.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["perplexity"],
    requests: chatRequests,
    create: (settings) => createPerplexity({ ...settings, apiKey: "unused", api: "chat" }),
  },
];
