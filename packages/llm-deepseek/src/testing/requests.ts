import type { ChatOptions } from "@beluga/core";
import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

/** {@link https://api-docs.deepseek.com/api/create-chat-completion} */
export const deepSeekRequests = openAIChatRequests({
  provider: "deepseek",
  reasoningField: "reasoning_content",
  // `n`, `seed` and `parallel_tool_calls` are not in the reference either; recorded traffic shows that they are let through.
  without: [
    "audio",
    "function_call",
    "functions",
    "logit_bias",
    "max_completion_tokens",
    "metadata",
    "modalities",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "store",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    thinking: z.strictObject({ type: z.enum(["enabled", "disabled"]) }),
    reasoning_effort: z.enum(["low", "high", "max"]),
    response_format: z.strictObject({ type: z.enum(["text", "json_object"]) }),
    stop: z.union([z.string(), z.array(z.string()).check(z.maxLength(16))]),
    user_id: z.string().check(z.regex(/^[\w-]{1,512}$/)),
  },
  messageFields: { reasoning_content: z.string(), prefix: z.boolean() },
  readOwn(body): ChatOptions {
    const { thinking, reasoning_effort: effort } = body;
    delete body["thinking"];
    // Let through, and without effect.
    delete body["seed"];
    if (!thinking || effort) return {};
    const isOff = (thinking as { type: unknown }).type === "disabled";
    return { reasoning: { effort: isOff ? "none" : "high" } };
  },
});
