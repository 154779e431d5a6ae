import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

/** {@link https://inference-docs.cerebras.ai/api-reference/chat-completions}, {@link https://github.com/Cerebras/cerebras-cloud-sdk-node} */
export const cerebrasRequests = openAIChatRequests({
  provider: "cerebras",
  reasoningField: "reasoning",
  // What is not in the reference.
  without: [
    "audio",
    "function_call",
    "functions",
    "metadata",
    "modalities",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    clear_thinking: z.boolean(),
    disable_reasoning: z.boolean(),
    min_completion_tokens: z.int(),
    min_tokens: z.int(),
    model_parameters: z.record(z.string(), z.unknown()),
    reasoning_effort: z.enum(["none", "low", "medium", "high"]),
    reasoning_format: z.enum(["none", "parsed", "text_parsed", "raw", "hidden"]),
    service_tier: z.enum(["auto", "default", "flex", "priority"]),
    stream_options: z.strictObject({ include_usage: z.nullish(z.boolean()) }),
  },
  messageFields: { reasoning: z.string() },
});
