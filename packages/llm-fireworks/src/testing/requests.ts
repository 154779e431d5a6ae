import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const fraction = z.number().check(z.gte(0), z.lte(1));

/** {@link https://docs.fireworks.ai/api-reference/post-chatcompletions}, {@link https://github.com/fw-ai-external/python-sdk} */
export const fireworksRequests = openAIChatRequests({
  provider: "fireworks",
  reasoningField: "reasoning_content",
  // What is not in the reference.
  without: [
    "audio",
    "modalities",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
    "stream_options",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    context_length_exceeded_behavior: z.enum(["error", "truncate"]),
    echo: z.boolean(),
    echo_last: z.int(),
    ignore_eos: z.boolean(),
    logprobs: z.union([z.boolean(), z.int().check(z.gte(0), z.lte(5))]),
    min_p: fraction,
    mirostat_lr: z.number(),
    mirostat_target: z.number(),
    perf_metrics_in_response: z.boolean(),
    prediction: z.union([z.string(), z.looseObject({ content: z.unknown() })]),
    prompt_cache_isolation_key: z.string(),
    prompt_truncate_len: z.int(),
    raw_output: z.boolean(),
    reasoning_effort: z.union([
      z.enum(["none", "low", "medium", "high", "max"]),
      z.int().check(z.positive()),
      z.boolean(),
    ]),
    reasoning_history: z.enum(["disabled", "interleaved", "preserved"]),
    repetition_penalty: z.number().check(z.gte(0), z.lte(2)),
    response_format: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object"), schema: z.optional(z.looseObject({})) }),
      z.strictObject({ type: z.literal("grammar"), grammar: z.string() }),
      z.strictObject({ type: z.literal("json_schema"), json_schema: z.looseObject({}) }),
    ]),
    return_token_ids: z.boolean(),
    safe_tokenization: z.boolean(),
    service_tier: z.enum(["auto", "default", "flex", "priority"]),
    speculation: z.union([z.string(), z.array(z.int())]),
    thinking: z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("enabled"),
        budget_tokens: z.optional(z.int().check(z.gte(1024))),
      }),
      z.strictObject({ type: z.literal("disabled") }),
    ]),
    top_k: z.int().check(z.gte(0), z.lte(100)),
    top_logprobs: z.int().check(z.gte(0), z.lte(5)),
    typical_p: fraction,
  },
  messageFields: { reasoning_content: z.string() },
  parts: [
    z.strictObject({ type: z.literal("video_url"), video_url: z.looseObject({ url: z.string() }) }),
    z.strictObject({ type: z.literal("audio_url"), audio_url: z.strictObject({ url: z.string() }) }),
  ],
  readOwn(body) {
    // That a limit is kept, or the request refused, is what Beluga means anyway.
    if (body["context_length_exceeded_behavior"] === "error") delete body["context_length_exceeded_behavior"];
    const { reasoning_effort: effort } = body;
    if (typeof effort !== "number") return {};
    delete body["reasoning_effort"];
    return { reasoning: { budgetTokens: effort } };
  },
});
