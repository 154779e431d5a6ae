import type { ReplayTarget } from "@beluga/conformance";
import { createOllama } from "./index.js";
import { requests } from "./testing/recorded-request.js";

export const replayTargets: ReplayTarget[] = [
  { api: "ollama", capability: "llm", create: createOllama, requests },
];
