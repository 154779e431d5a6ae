import type { ReplayTarget } from "@beluga/conformance";
import { createOllama } from "./index.js";

export const replayTargets: ReplayTarget[] = [{ api: "ollama", capability: "llm", create: createOllama }];
