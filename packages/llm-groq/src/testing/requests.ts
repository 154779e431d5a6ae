import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const domains = z.array(z.string());

/** {@link https://console.groq.com/docs/api-reference#chat-create-request-body} */
export const groqRequests = openAIChatRequests({
  provider: "groq",
  reasoningField: "reasoning",
  // What is not in the reference, or "will result in a 400 error": https://console.groq.com/docs/openai
  without: [
    "audio",
    "logit_bias",
    "logprobs",
    "modalities",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "top_logprobs",
    "verbosity",
    "web_search_options",
  ],
  fields: {
    citation_options: z.enum(["enabled", "disabled"]),
    compound_custom: z.record(z.string(), z.unknown()),
    disable_tool_validation: z.boolean(),
    documents: z.array(z.strictObject({ id: z.nullish(z.string()), source: z.looseObject({}) })),
    exclude_domains: domains,
    include_domains: domains,
    include_reasoning: z.boolean(),
    n: z.literal(1),
    reasoning_effort: z.enum(["none", "default", "minimal", "low", "medium", "high", "xhigh", "max"]),
    reasoning_format: z.enum(["hidden", "raw", "parsed"]),
    search_settings: z.strictObject({
      country: z.nullish(z.string()),
      exclude_domains: z.nullish(domains),
      include_domains: z.nullish(domains),
      include_images: z.nullish(z.boolean()),
    }),
    service_tier: z.enum(["auto", "on_demand", "flex", "performance"]),
    tools: z.array(
      z.union([
        z.strictObject({ type: z.enum(["browser_search", "code_interpreter"]) }),
        z.strictObject({
          type: z.literal("function"),
          function: z.strictObject({
            name: z.string(),
            description: z.optional(z.string()),
            parameters: z.optional(z.record(z.string(), z.unknown())),
            strict: z.optional(z.boolean()),
          }),
        }),
      ]),
    ),
  },
  messageFields: { reasoning: z.string() },
  readOwn(body) {
    // That reasoning comes in a field of its own is what Beluga means anyway.
    if (body["reasoning_format"] === "parsed") delete body["reasoning_format"];
    return {};
  },
});
