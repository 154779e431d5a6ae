import type { EmbedResponse } from "@beluga/core";
import { genAiIdentity, genAiSpanName, metricAttributes, optionsOf, usageAttributes } from "./gen-ai.js";
import { type Kind, withErrorType } from "./kind.js";

const dimensionCount = "gen_ai.embeddings.dimension.count";

/**
 * `embed.embed`, by the
 * {@link https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-embeddings.md | conventions for embeddings}.
 * One call is one span, however many requests it takes.
 */
export const embeddings: Kind = {
  spanName: (call) => genAiSpanName("embeddings", call),

  identity: (call) => genAiIdentity("embeddings", call),

  request(call) {
    const { dimensions } = optionsOf(call);
    return typeof dimensions === "number" ? { [dimensionCount]: dimensions } : {};
  },

  response({ result, usage, model }, settings) {
    const width = (result as EmbedResponse | undefined)?.embeddings[0]?.length;
    return {
      ...(model !== undefined && { "gen_ai.response.model": model }),
      ...(width !== undefined && { [dimensionCount]: width }),
      ...usageAttributes(usage, settings),
    };
  },

  measure({ embeddings, legacy }, identity, end, { legacyNames }, context) {
    const attributes = metricAttributes(identity, end);
    const seconds = end.duration / 1000;
    const tokens = end.usage?.inputTokens;
    embeddings.duration.record(seconds, withErrorType(attributes, end), context);
    if (tokens !== undefined) embeddings.inputTokensPerCall.record(tokens, attributes, context);
    if (!legacyNames) return;
    legacy.operationDuration.record(seconds, withErrorType(attributes, end), context);
    if (tokens !== undefined) {
      legacy.tokenUsage.record(tokens, { ...attributes, "gen_ai.token.type": "input" }, context);
    }
  },
};
