import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

/** {@link https://docs.sambanova.ai/docs/api-reference/chat-completions/create-chat-based-completion}, {@link https://github.com/sambanova/sambanova-typescript} */
export const sambaNovaRequests = openAIChatRequests({
  provider: "sambanova",
  reasoningField: "reasoning",
  // What is not in the reference, or in it as having no effect.
  without: [
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "metadata",
    "modalities",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "user",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    chat_template_kwargs: z.looseObject({ enable_thinking: z.optional(z.boolean()) }),
    do_sample: z.boolean(),
    n: z.int().check(z.gte(1), z.lte(8)),
    reasoning_effort: z.enum(["low", "medium", "high"]),
    stream_options: z.strictObject({ include_usage: z.nullish(z.boolean()) }),
    top_k: z.int().check(z.gte(1), z.lte(100)),
  },
  messageFields: { reasoning: z.string(), channel: z.string() },
  parts: [z.strictObject({ type: z.literal("video_url"), video_url: z.strictObject({ url: z.string() }) })],
});
