import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const fraction = z.number().check(z.gte(0), z.lte(1));
const url = z.strictObject({ url: z.string() });

/** {@link https://docs.together.ai/reference/chat-completions}, {@link https://github.com/togethercomputer/openapi} */
export const togetherRequests = openAIChatRequests({
  provider: "together",
  reasoningField: "reasoning_content",
  // What is not in the reference.
  without: [
    "audio",
    "max_completion_tokens",
    "metadata",
    "modalities",
    "parallel_tool_calls",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "stream_options",
    "top_logprobs",
    "user",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    chat_template_kwargs: z.record(z.string(), z.unknown()),
    compliance: z.literal("hipaa"),
    context_length_exceeded_behavior: z.enum(["truncate", "error"]),
    echo: z.boolean(),
    logprobs: z.int().check(z.gte(0), z.lte(20)),
    min_p: fraction,
    reasoning: z.strictObject({ enabled: z.optional(z.boolean()) }),
    reasoning_effort: z.enum(["low", "medium", "high", "max"]),
    repetition_penalty: z.number(),
    response_format: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object") }),
      z.strictObject({ type: z.literal("regex"), pattern: z.string() }),
      z.strictObject({
        type: z.literal("json_schema"),
        json_schema: z.strictObject({
          name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
          description: z.optional(z.string()),
          schema: z.optional(z.record(z.string(), z.unknown())),
          strict: z.nullish(z.boolean()),
        }),
      }),
    ]),
    safety_model: z.string(),
    top_k: z.int(),
  },
  messageFields: {
    reasoning: z.string(),
    reasoning_content: z.string(),
    // Also `null`, in messages of any role.
    tool_calls: z.array(
      z.strictObject({
        id: z.string(),
        index: z.optional(z.int()),
        type: z.literal("function"),
        function: z.strictObject({ name: z.string(), arguments: z.string() }),
      }),
    ),
  },
  parts: [
    z.strictObject({ type: z.literal("video_url"), video_url: url }),
    z.strictObject({ type: z.literal("audio_url"), audio_url: url }),
  ],
  readOwn(body) {
    const { enabled } = (body["reasoning"] ?? {}) as { enabled?: boolean };
    if (enabled !== false) return {};
    delete body["reasoning"];
    return { reasoning: { effort: "none" } };
  },
});
