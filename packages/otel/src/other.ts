import type { Call } from "@beluga/core";
import {
  firstChunkAttributes,
  genAiIdentity,
  genAiSpanName,
  metricAttributes,
  usageAttributes,
} from "./gen-ai.js";
import { type Kind, withErrorType } from "./kind.js";

/**
 * What the conventions have no operation for: reranking, speech, and the capabilities of others. They look like the GenAI operations that
 * they have, under a name of ours, which the conventions allow.
 */
export const other: Kind = {
  spanName: (call) => genAiSpanName(operationOf(call), call),

  identity: (call) => genAiIdentity(operationOf(call), call),

  request: ({ op }) => (op.endsWith("Stream") ? { "gen_ai.request.stream": true } : {}),

  response: (end, settings) => ({
    ...(end.model !== undefined && { "gen_ai.response.model": end.model }),
    ...usageAttributes(end.usage, settings),
    ...firstChunkAttributes(end),
  }),

  measure({ operation }, identity, end, _settings, context) {
    const attributes = withErrorType(metricAttributes(identity, end), end);
    operation.duration.record(end.duration / 1000, attributes, context);
  },
};

/** `rerank`; of all others the whole name, such as `stt.transcribe`, as `connect` alone would say too little. */
function operationOf({ op }: Call): string {
  return op === "rerank.rerank" ? "rerank" : op;
}
