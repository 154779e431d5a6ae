import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.optional(z.string()) });

/**
 * {@link https://github.com/maximhq/bifrost/blob/main/docs/openapi/schemas/inference/chat.yaml}; fields by a vendor's name alone come from
 * {@link https://github.com/maximhq/bifrost/blob/main/core/schemas/chatcompletions.go} and the vendors' pages.
 */
export const bifrostRequests = openAIChatRequests({
  provider: "bifrost",
  reasoningField: "reasoning",
  without: ["max_tokens", "n", "functions", "function_call"],
  fields: {
    fallbacks: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()),
    prompt_cache_retention: z.enum(["in_memory", "24h"]),
    reasoning: z.strictObject({
      effort: z.optional(z.enum(["none", "minimal", "low", "medium", "high", "xhigh"])),
      max_tokens: z.optional(z.int()),
    }),
    // https://docs.getbifrost.ai/providers/supported-providers/anthropic#extra-parameters
    top_k: z.int(),
    truncation: z.string(),
  },
  messageFields: {
    reasoning: z.string(),
    reasoning_details: z.array(
      z.strictObject({
        id: z.optional(z.string()),
        index: z.int(),
        type: z.enum(["reasoning.summary", "reasoning.encrypted", "reasoning.text"]),
        summary: z.optional(z.string()),
        text: z.optional(z.string()),
        signature: z.optional(z.string()),
        data: z.optional(z.string()),
      }),
    ),
  },
  parts: [
    z.strictObject({ type: z.literal("text"), text: z.string(), cache_control: cacheControl }),
    z.strictObject({ type: z.literal("video_url"), video_url: z.strictObject({ url: z.string() }) }),
    z.strictObject({
      type: z.literal("input_audio"),
      input_audio: z.strictObject({ data: z.string(), format: z.string() }),
    }),
    z.strictObject({
      type: z.literal("file"),
      file: z.strictObject({
        file_url: z.string(),
        file_type: z.optional(z.string()),
        filename: z.optional(z.string()),
      }),
    }),
  ],
});
