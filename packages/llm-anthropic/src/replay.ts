import type { ReplayTarget } from "@beluga/conformance";
import { createAnthropic } from "./index.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "anthropic",
    capability: "llm",
    create: (settings) => createAnthropic({ ...settings, apiKey: "unused" }),
  },
];
