import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const filter = z.array(z.string());
const date = z.string();

/** {@link https://docs.perplexity.ai/api-reference/chat-completions-post} */
export const chatRequests = openAIChatRequests({
  provider: "perplexity",
  without: [
    "audio",
    "function_call",
    "functions",
    "logit_bias",
    "max_completion_tokens",
    "metadata",
    "modalities",
    "n",
    "parallel_tool_calls",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "seed",
    "service_tier",
    "store",
    "tool_choice",
    "tools",
    "user",
    "verbosity",
  ],
  fields: {
    disable_search: z.boolean(),
    enable_search_classifier: z.boolean(),
    image_domain_filter: filter,
    image_format_filter: filter,
    language_preference: z.string(),
    last_updated_after_filter: date,
    last_updated_before_filter: date,
    reasoning_effort: z.enum(["minimal", "low", "medium", "high"]),
    response_format: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({
        type: z.literal("json_schema"),
        json_schema: z.strictObject({
          name: z.string(),
          schema: z.record(z.string(), z.unknown()),
          strict: z.optional(z.boolean()),
        }),
      }),
    ]),
    return_images: z.boolean(),
    return_related_questions: z.boolean(),
    search_after_date_filter: date,
    search_before_date_filter: date,
    // Belongs into `web_search_options`; recorded traffic shows that it is let through.
    search_context_size: z.enum(["low", "medium", "high"]),
    search_domain_filter: filter,
    search_language_filter: filter,
    search_mode: z.enum(["web", "academic", "sec"]),
    search_recency_filter: z.enum(["hour", "day", "week", "month", "year"]),
    stop: z.union([z.string(), z.array(z.string())]),
    stream_mode: z.enum(["full", "concise"]),
    top_k: z.int(),
    web_search_options: z.strictObject({
      search_context_size: z.optional(z.enum(["low", "medium", "high"])),
      search_type: z.optional(z.enum(["fast", "pro", "auto"])),
      user_location: z.optional(z.looseObject({})),
    }),
  },
  parts: [
    z.strictObject({
      type: z.literal("file_url"),
      file_url: z.strictObject({ url: z.string().check(z.regex(/^(?!data:)/)) }),
      file_name: z.optional(z.string()),
    }),
  ],
});
