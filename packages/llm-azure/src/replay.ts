import { type ReplayTarget, openAIChatRequests } from "@beluga/conformance";
import { createAzure } from "./index.js";

/** Of Responses only the general target of llm-openai: Azure speaks it as OpenAI does. */
export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    vendors: ["azure"],
    requests: openAIChatRequests({ provider: "azure" }),
    create: (settings) => createAzure({ ...settings, api: "chat", apiKey: "unused" }),
  },
];
