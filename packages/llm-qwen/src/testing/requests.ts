import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const mediaURL = z.strictObject({ url: z.string() });

/** The requests of Model Studio, read apart from what writes them: {@link https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-openai-chat-completions}. */
export const qwenRequests = openAIChatRequests({
  provider: "qwen",
  reasoningField: "reasoning_content",
  // The reference has no such fields.
  without: [
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "metadata",
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
    enable_code_interpreter: z.boolean(),
    enable_search: z.boolean(),
    enable_thinking: z.boolean(),
    n: z.int().check(z.gte(1), z.lte(4)),
    preserve_thinking: z.boolean(),
    repetition_penalty: z.number().check(z.positive()),
    search_options: z.record(z.string(), z.unknown()),
    seed: z.int().check(z.gte(0), z.lte(2 ** 31 - 1)),
    temperature: z.number().check(z.gte(0), z.lt(2)),
    thinking_budget: z.int().check(z.positive()),
    top_k: z.int().check(z.gte(0)),
    top_logprobs: z.int().check(z.gte(0), z.lte(5)),
    top_p: z.number().check(z.gt(0), z.lte(1)),
    vl_high_resolution_images: z.boolean(),
  },
  messageFields: { partial: z.boolean(), reasoning_content: z.string() },
  parts: [
    z.strictObject({
      type: z.literal("text"),
      text: z.string(),
      cache_control: z.strictObject({ type: z.literal("ephemeral") }),
    }),
    z.strictObject({ type: z.literal("video_url"), video_url: mediaURL, fps: z.optional(z.number()) }),
    z.strictObject({ type: z.literal("video"), video: z.array(z.string()), fps: z.optional(z.number()) }),
    z.strictObject({
      type: z.literal("input_audio"),
      input_audio: z.strictObject({ data: z.string(), format: z.enum(["wav", "mp3", "aac", "amr", "3gp"]) }),
    }),
  ],
});
