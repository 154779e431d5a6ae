import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

/**
 * {@link https://huggingface.co/docs/inference-providers/tasks/chat-completion}, generated from
 * {@link https://github.com/huggingface/huggingface.js/blob/main/packages/tasks/src/tasks/chat-completion/spec/input.json}
 */
export const huggingFaceRequests = openAIChatRequests({
  provider: "huggingface",
  reasoningField: "reasoning",
  // What is not in the reference.
  without: [
    "audio",
    "function_call",
    "functions",
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
    "user",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    logit_bias: z.array(z.number()),
    reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]),
    stop: z.array(z.string()).check(z.maxLength(4)),
    tool_choice: z.union([
      z.enum(["auto", "none", "required"]),
      z.strictObject({
        // Not in the reference, but in its guides, and in what its clients send.
        type: z.optional(z.literal("function")),
        function: z.strictObject({ name: z.string() }),
      }),
    ]),
    tool_prompt: z.string(),
    top_logprobs: z.int().check(z.gte(0), z.lte(5)),
  },
  messageFields: {
    // Not in the reference; what the model's provider takes.
    reasoning: z.string(),
    reasoning_content: z.string(),
    // Also `null`, in messages of any role.
    tool_calls: z.array(
      z.strictObject({
        id: z.string(),
        type: z.string(),
        function: z.strictObject({
          name: z.string(),
          arguments: z.optional(z.string()),
          description: z.nullish(z.string()),
          parameters: z.optional(z.unknown()),
        }),
      }),
    ),
  },
});
