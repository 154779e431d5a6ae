import type { Call, ChatResponse, FinishReason, Usage } from "@beluga/core";
import type { Attributes } from "@opentelemetry/api";
import {
  firstChunkAttributes,
  genAiIdentity,
  genAiSpanName,
  metricAttributes,
  optionsOf,
  usageAttributes,
} from "./gen-ai.js";
import { type End, type Kind, withErrorType } from "./kind.js";
import { inputContent, outputContent } from "./messages.js";

/**
 * `llm.generate` and `llm.stream`, by the
 * {@link https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md | conventions for inference}.
 */
export const chat: Kind = {
  spanName: (call) => genAiSpanName("chat", call),

  identity: (call) => genAiIdentity("chat", call),

  request: (call, { captureContent }) => ({
    ...(call.op === "llm.stream" && { "gen_ai.request.stream": true }),
    ...requestAttributes(call),
    ...(captureContent && inputContent(call.input[0])),
  }),

  response(end, settings) {
    const response = end.finished ? (end.result as ChatResponse | undefined) : undefined;
    const id = response?.id ?? partialOf(end)?.id;
    return {
      ...(id !== undefined && { "gen_ai.response.id": id }),
      ...(end.model !== undefined && { "gen_ai.response.model": end.model }),
      // `error` is the conventions' word where a reason was due and none came.
      "gen_ai.response.finish_reasons": [response ? finishReason(response.finishReason) : "error"],
      ...usageAttributes(usageOf(end), settings),
      ...firstChunkAttributes(end),
      ...(settings.captureContent && response && outputContent(response)),
    };
  },

  measure({ inference, legacy }, identity, end, { legacyNames }, context) {
    const attributes = metricAttributes(identity, end);
    const seconds = end.duration / 1000;
    inference.duration.record(seconds, withErrorType(attributes, end), context);
    if (end.firstPart !== undefined) {
      inference.timeToFirstChunk.record(end.firstPart / 1000, attributes, context);
    }

    // The counters count each call, a failed one too; the distributions have only what was reported.
    const usage = usageOf(end) ?? {};
    const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
    const tokens = { ...attributes, "gen_ai.token.modality": "unknown" };
    inference.inputTokens.add(inputTokens ?? 0, tokens, context);
    inference.outputTokens.add(outputTokens ?? 0, tokens, context);
    if (cachedInputTokens !== undefined) inference.cacheReadTokens.add(cachedInputTokens, tokens, context);
    if (cacheWriteTokens !== undefined) inference.cacheWriteTokens.add(cacheWriteTokens, tokens, context);
    if (reasoningTokens !== undefined) inference.reasoningTokens.add(reasoningTokens, tokens, context);
    if (end.finished) {
      if (inputTokens !== undefined) inference.inputTokensPerCall.record(inputTokens, attributes, context);
      if (outputTokens !== undefined) inference.outputTokensPerCall.record(outputTokens, attributes, context);
    }

    if (!legacyNames) return;
    legacy.operationDuration.record(seconds, withErrorType(attributes, end), context);
    if (end.firstPart !== undefined) {
      legacy.timeToFirstChunk.record(end.firstPart / 1000, attributes, context);
    }
    for (const [type, count] of [
      ["input", inputTokens],
      ["output", outputTokens],
    ] as const) {
      if (count !== undefined) {
        legacy.tokenUsage.record(count, { ...attributes, "gen_ai.token.type": type }, context);
      }
    }
  },
};

const numericOptions: readonly (readonly [option: string, attribute: string])[] = [
  ["maxTokens", "gen_ai.request.max_tokens"],
  ["temperature", "gen_ai.request.temperature"],
  ["topP", "gen_ai.request.top_p"],
  ["topK", "gen_ai.request.top_k"],
  ["seed", "gen_ai.request.seed"],
  ["frequencyPenalty", "gen_ai.request.frequency_penalty"],
  ["presencePenalty", "gen_ai.request.presence_penalty"],
];

function requestAttributes(call: Call): Attributes {
  const options = optionsOf(call);
  const attributes: Attributes = {};
  for (const [option, attribute] of numericOptions) {
    if (typeof options[option] === "number") attributes[attribute] = options[option];
  }
  const { stopSequences } = options;
  if (Array.isArray(stopSequences)) attributes["gen_ai.request.stop_sequences"] = [...stopSequences];
  const { type } = (options["responseFormat"] ?? {}) as { type?: unknown };
  if (typeof type === "string") attributes["gen_ai.output.type"] = type;
  const { effort } = (options["reasoning"] ?? {}) as { effort?: unknown };
  if (typeof effort === "string") attributes["gen_ai.request.reasoning.level"] = effort;
  return attributes;
}

/** In the conventions' words. */
function finishReason({ unified, raw }: { unified: FinishReason; raw: string | undefined }): string {
  if (unified === "tool-calls") return "tool_call";
  if (unified === "content-filter") return "content_filter";
  return unified === "other" ? (raw ?? unified) : unified;
}

/** What had arrived of an answer that broke. */
function partialOf({ failure }: End): { id?: string; usage?: Usage } | undefined {
  return typeof failure?.partial === "object" && failure.partial !== null ? failure.partial : undefined;
}

function usageOf(end: End): Usage | undefined {
  return end.usage ?? partialOf(end)?.usage;
}
