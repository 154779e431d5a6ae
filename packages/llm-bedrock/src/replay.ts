import type { ReplayTarget } from "@beluga/conformance";
import type { Usage } from "@beluga/core";
import { createBedrock } from "./index.js";
import { requests } from "./testing/recorded-request.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "bedrock-converse",
    capability: "llm",
    create: (settings) => createBedrock({ ...settings, apiKey: "unused" }),
    requests,
    usage,
    finishReasons: {
      guardrail_intervened: "content-filter",
      content_filtered: "content-filter",
      model_context_window_exceeded: "length",
    },
  },
];

/** The cache's tokens stand beside the others: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
function usage(raw: Readonly<Record<string, unknown>>): Usage {
  const {
    inputTokens = 0,
    outputTokens = 0,
    cacheReadInputTokens: cachedInputTokens,
    cacheWriteInputTokens: cacheWriteTokens,
  } = raw as Readonly<Record<string, number | undefined>>;
  const input = inputTokens + (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0);
  return {
    inputTokens: input,
    outputTokens,
    totalTokens: input + outputTokens,
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
  };
}
