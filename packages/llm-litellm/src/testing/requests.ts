import { openAIChatRequests } from "@beluga/conformance";
import * as z from "zod/mini";

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.optional(z.string()) });
const anything = z.record(z.string(), z.unknown());

/** {@link https://docs.litellm.ai/docs/completion/input}, and what the proxy takes out of a body for itself. */
export const liteLLMRequests = openAIChatRequests({
  provider: "litellm",
  reasoningField: "reasoning_content",
  fields: {
    // Of vendors, handed on: https://docs.litellm.ai/docs/completion/provider_specific_params
    thinking: z.union([
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int() }),
      z.strictObject({ type: z.enum(["adaptive", "disabled"]) }),
    ]),
    top_k: z.int(),
    // https://docs.litellm.ai/docs/completion/drop_params
    additional_drop_params: z.array(z.string()),
    allowed_openai_params: z.array(z.string()),
    drop_params: z.boolean(),
    // https://docs.litellm.ai/docs/proxy/caching
    cache: anything,
    cache_control_injection_points: z.array(anything),
    // https://docs.litellm.ai/docs/proxy/reliability
    disable_fallbacks: z.boolean(),
    fallbacks: z.array(z.union([z.string(), anything])),
    mock_testing_fallbacks: z.boolean(),
    num_retries: z.int(),
    timeout: z.number(),
    guardrails: z.array(z.union([z.string(), anything])),
    metadata: anything,
    mock_response: z.string(),
    tags: z.array(z.string()),
    // https://docs.litellm.ai/docs/providers/openai
    reasoning_effort: z.union([
      z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
      z.strictObject({ effort: z.string(), summary: z.optional(z.string()) }),
    ]),
    vector_store_ids: z.array(z.string()),
  },
  messageFields: {
    cache_control: cacheControl,
    provider_specific_fields: anything,
    reasoning_content: z.string(),
    // https://docs.litellm.ai/docs/reasoning_content#spec
    thinking_blocks: z.array(
      z.discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("thinking"),
          thinking: z.string(),
          signature: z.optional(z.string()),
        }),
        z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() }),
      ]),
    ),
  },
  parts: [
    // https://docs.litellm.ai/docs/completion/prompt_caching
    z.strictObject({ type: z.literal("text"), text: z.string(), cache_control: cacheControl }),
    // https://docs.litellm.ai/docs/completion/vision#explicitly-specify-image-type
    z.strictObject({
      type: z.literal("image_url"),
      image_url: z.strictObject({ url: z.string(), format: z.string() }),
    }),
    // https://docs.litellm.ai/docs/completion/document_understanding#specifying-format
    z.strictObject({
      type: z.literal("file"),
      file: z.strictObject({ file_id: z.string(), format: z.string() }),
    }),
    z.looseObject({ type: z.literal("document"), source: anything }),
  ],
});
