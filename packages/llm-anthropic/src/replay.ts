import type { ReplayTarget } from "@beluga/conformance";
import { createAnthropic } from "./index.js";
import { requests } from "./testing/recorded-request.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "anthropic",
    capability: "llm",
    create: (settings) => createAnthropic({ ...settings, apiKey: "unused" }),
    requests,
  },
];
