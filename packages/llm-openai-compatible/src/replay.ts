import type { ReplayTarget } from "@beluga/conformance";
import { createOpenAICompatible } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  { api: "openai-chat", capability: "llm", create: createOpenAICompatible },
];
