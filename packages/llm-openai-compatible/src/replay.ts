import { type ReplayTarget, openAIChatRequests } from "@beluga/conformance";
import * as z from "@beluga/core/schema";
import { createOpenAICompatible } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-chat",
    capability: "llm",
    create: (settings) => createOpenAICompatible({ ...settings, reasoningField: "reasoning_content" }),
    // Of vendors that have no package of their own, with whatever each of them takes.
    requests: openAIChatRequests({
      provider: "openai-compatible",
      reasoningField: "reasoning_content",
      fields: "any",
      messageFields: { reasoning_content: z.string() },
    }),
  },
];
