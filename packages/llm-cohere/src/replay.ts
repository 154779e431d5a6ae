import type { ReplayTarget } from "@beluga/conformance";
import type { Usage } from "@beluga/core";
import { createCohere } from "./index.js";
import { readRequest } from "./testing/recorded-request.js";
import { requestSchema } from "./testing/request-schema.js";

export const replayTargets: ReplayTarget[] = [
  {
    api: "cohere-v2",
    capability: "llm",
    create: (settings) => createCohere({ ...settings, apiKey: "unused" }),
    requests: { read: readRequest, schema: requestSchema },
    usage,
    finishReasons: {
      COMPLETE: "stop",
      STOP_SEQUENCE: "stop",
      MAX_TOKENS: "length",
      TOOL_CALL: "tool-calls",
    },
  },
];

interface RecordedUsage {
  tokens?: { input_tokens: number; output_tokens: number; reasoning_tokens?: number };
  cached_tokens?: number;
}

function usage(raw: RecordedUsage): Usage {
  const { tokens, cached_tokens: cachedInputTokens } = raw;
  return {
    ...(tokens && {
      inputTokens: tokens.input_tokens,
      outputTokens: tokens.output_tokens,
      totalTokens: tokens.input_tokens + tokens.output_tokens,
    }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(tokens?.reasoning_tokens !== undefined && { reasoningTokens: tokens.reasoning_tokens }),
  };
}
