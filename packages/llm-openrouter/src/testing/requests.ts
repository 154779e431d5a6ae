import { type RecordedRequests, openAIChatRequests } from "@beluga/conformance";
import type { ChatOptions, Message } from "@beluga/core";
import * as z from "zod/mini";

const anything = z.record(z.string(), z.unknown());
const cacheControl = z.strictObject({
  type: z.literal("ephemeral"),
  ttl: z.optional(z.enum(["5m", "1h"])),
});
const cached = { cache_control: z.optional(cacheControl) };

/** `ReasoningDetailUnion` of the reference. */
const common = {
  id: z.nullish(z.string()),
  format: z.nullish(z.string()),
  index: z.optional(z.int()),
};
const reasoningDetail = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("reasoning.summary"), summary: z.string(), ...common }),
  z.strictObject({ type: z.literal("reasoning.encrypted"), data: z.string(), ...common }),
  z.strictObject({
    type: z.literal("reasoning.text"),
    text: z.nullish(z.string()),
    signature: z.nullish(z.string()),
    ...common,
  }),
]);

const usual = openAIChatRequests({
  provider: "openrouter",
  reasoningField: "reasoning",
  // `ChatRequest` of https://openrouter.ai/docs/api/api-reference/chat/create-a-chat-completion has no such fields.
  without: [
    "function_call",
    "functions",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
    "web_search_options",
  ],
  fields: {
    cache_control: cacheControl,
    debug: anything,
    image_config: anything,
    min_p: z.number(),
    modalities: z.array(z.enum(["text", "image", "audio"])),
    models: z.array(z.string()),
    plugins: z.array(z.looseObject({ id: z.string() })),
    provider: z.strictObject({
      allow_fallbacks: z.nullish(z.boolean()),
      data_collection: z.nullish(z.enum(["deny", "allow"])),
      enforce_distillable_text: z.nullish(z.boolean()),
      ignore: z.nullish(z.array(z.string())),
      max_price: z.optional(anything),
      only: z.nullish(z.array(z.string())),
      order: z.nullish(z.array(z.string())),
      preferred_max_latency: z.optional(z.unknown()),
      preferred_min_throughput: z.optional(z.unknown()),
      quantizations: z.nullish(z.array(z.string())),
      require_parameters: z.nullish(z.boolean()),
      sort: z.optional(z.unknown()),
      zdr: z.nullish(z.boolean()),
    }),
    // `max_tokens`, `exclude` and `enabled` are in https://openrouter.ai/docs/guides/best-practices/reasoning-tokens.
    reasoning: z.union([
      z.strictObject({
        effort: z.optional(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
        summary: z.optional(z.string()),
        exclude: z.optional(z.boolean()),
        enabled: z.optional(z.boolean()),
      }),
      z.strictObject({ max_tokens: z.int(), exclude: z.optional(z.boolean()) }),
    ]),
    repetition_penalty: z.number(),
    route: z.enum(["fallback", "sort"]),
    service_tier: z.enum(["auto", "default", "fast", "flex", "priority", "scale"]),
    session_id: z.string().check(z.maxLength(256)),
    stop_server_tools_when: z.array(anything),
    tools: z.array(
      z.union([
        z.strictObject({
          type: z.literal("function"),
          function: z.strictObject({
            name: z.string().check(z.maxLength(64)),
            description: z.optional(z.string()),
            parameters: z.optional(anything),
            strict: z.nullish(z.boolean()),
          }),
          ...cached,
        }),
        z.looseObject({ type: z.string().check(z.startsWith("openrouter:")) }),
      ]),
    ),
    top_a: z.number(),
    top_k: z.int(),
    trace: anything,
  },
  messageFields: {
    annotations: z.array(z.looseObject({ type: z.literal("file") })),
    images: z.array(z.looseObject({ image_url: z.strictObject({ url: z.string() }) })),
    reasoning: z.string(),
    reasoning_details: z.array(reasoningDetail),
  },
  parts: [
    z.strictObject({ type: z.literal("text"), text: z.string(), ...cached }),
    z.strictObject({
      type: z.literal("input_audio"),
      input_audio: z.strictObject({ data: z.string(), format: z.string() }),
    }),
    z.strictObject({ type: z.literal("video_url"), video_url: z.strictObject({ url: z.string() }) }),
  ],
  readOwn(body): ChatOptions {
    // Of no effect: the usage always comes.
    delete body["usage"];
    return readReasoning(body);
  },
});

const efforts: readonly unknown[] = ["none", "minimal", "low", "medium", "high"];

/** Reasoning that Beluga has words for; any other stays an option of the provider. */
function readReasoning(body: Record<string, unknown>): ChatOptions {
  const { effort, max_tokens: budgetTokens, ...more } = (body["reasoning"] ?? {}) as Record<string, unknown>;
  const isKnown = efforts.includes(effort) !== (typeof budgetTokens === "number");
  if (!isKnown || Object.keys(more).length > 0) return {};
  delete body["reasoning"];
  return {
    reasoning:
      typeof budgetTokens === "number" ? { budgetTokens } : { effort: effort as "none" | "low" | "high" },
  };
}

/** The requests of OpenRouter, read apart from what writes them. */
export const openRouterRequests: RecordedRequests = {
  schema: usual.schema,
  read(body) {
    const wire = body["messages"] as readonly { reasoning_details?: unknown }[];
    const { messages, options } = usual.read(body);
    return { messages: messages.map((message, at) => withDetails(message, wire[at])), options };
  },
};

/** The details stand for all reasoning of a message. */
function withDetails(message: Message, { reasoning_details: details }: { reasoning_details?: unknown } = {}) {
  if (message.role !== "assistant" || typeof message.content === "string" || !details) return message;
  const others = message.content.filter((part) => part.type !== "reasoning");
  const providerMetadata = { openrouter: { reasoning_details: details } };
  return { ...message, content: [{ type: "reasoning" as const, text: "", providerMetadata }, ...others] };
}
