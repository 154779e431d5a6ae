import type { ReplayTarget } from "@beluga/conformance";
import type { Usage } from "@beluga/core";
import { createOpenAI } from "./index.js";
import { requests } from "./testing/recorded-request.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "openai-responses",
    capability: "llm",
    create: (settings) => createOpenAI({ ...settings, apiKey: "unused" }),
    requests,
    usage,
    finishReasons: { completed: "stop", incomplete: "length" },
  },
];

interface RecordedUsage {
  input_tokens?: number;
  output_tokens?: number;
  input_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number };
  output_tokens_details?: { reasoning_tokens?: number };
}

/** {@link https://platform.openai.com/docs/api-reference/responses/object#responses-object-usage} */
function usage(raw: RecordedUsage): Usage {
  const counts: { [Key in keyof Usage]: Usage[Key] | undefined } = {
    inputTokens: raw.input_tokens,
    outputTokens: raw.output_tokens,
    totalTokens: (raw.input_tokens ?? NaN) + (raw.output_tokens ?? NaN),
    cachedInputTokens: raw.input_tokens_details?.cached_tokens,
    cacheWriteTokens: raw.input_tokens_details?.cache_write_tokens,
    reasoningTokens: raw.output_tokens_details?.reasoning_tokens,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => Number.isFinite(count)));
}
