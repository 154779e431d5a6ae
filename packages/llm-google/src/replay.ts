import type { ReplayTarget } from "@beluga/conformance";
import { createGoogle } from "./index.js";
import { readRequest } from "./testing/recorded-request.js";
import { requestSchema } from "./testing/request-schema.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "google",
    capability: "llm",
    create: (settings) => createGoogle({ ...settings, apiKey: "unused" }),
    requests: { read: readRequest, schema: requestSchema },
    // https://ai.google.dev/api/generate-content#UsageMetadata
    usage(raw) {
      const input = sum(raw, "promptTokenCount", "toolUsePromptTokenCount");
      const output = sum(raw, "candidatesTokenCount", "thoughtsTokenCount");
      const counts = {
        inputTokens: input,
        outputTokens: output,
        totalTokens: input === undefined || output === undefined ? undefined : input + output,
        cachedInputTokens: sum(raw, "cachedContentTokenCount"),
        reasoningTokens: sum(raw, "thoughtsTokenCount"),
      };
      return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
    },
    finishReasons: {
      STOP: "stop",
      // As numbers where the recorded client asked for `$alt=json;enum-encoding=int`.
      1: "stop",
      MAX_TOKENS: "length",
      MODEL_ARMOR: "content-filter",
    },
  },
];

function sum(raw: Readonly<Record<string, unknown>>, ...names: readonly string[]): number | undefined {
  const counts = names.map((name) => raw[name]).filter((count) => typeof count === "number");
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
}
