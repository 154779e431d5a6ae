import * as z from "zod/mini";

const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const reference = z.strictObject({ type: z.literal("reference"), reference_ids: z.array(z.int()) });
const toolReference = z.strictObject({
  type: z.literal("tool_reference"),
  tool: z.string(),
  title: z.string(),
  url: z.nullish(z.string()),
  favicon: z.nullish(z.string()),
  description: z.nullish(z.string()),
});
const thinking = z.strictObject({
  type: z.literal("thinking"),
  thinking: z.array(z.union([text, toolReference, reference])),
  closed: z.optional(z.boolean()),
});

const content = z.nullish(
  z.union([
    z.string(),
    z.array(
      z.discriminatedUnion("type", [
        text,
        z.strictObject({
          type: z.literal("image_url"),
          image_url: z.union([
            z.string(),
            z.strictObject({ url: z.string(), detail: z.nullish(z.enum(["low", "auto", "high"])) }),
          ]),
        }),
        z.strictObject({
          type: z.literal("document_url"),
          document_url: z.string(),
          document_name: z.nullish(z.string()),
        }),
        reference,
        z.strictObject({ type: z.literal("file"), file_id: z.string() }),
        thinking,
        z.strictObject({ type: z.literal("input_audio"), input_audio: z.string() }),
      ]),
    ),
  ]),
);

/** "Must be a-z, A-Z, 0-9, with a length of 9", which only the error of a request says, and not the reference. */
const callId = z.string().check(z.regex(/^[a-zA-Z0-9]{9}$/));

const message = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("system"),
    content: z.union([z.string(), z.array(z.union([text, thinking]))]),
  }),
  z.strictObject({ role: z.literal("user"), content }),
  z.strictObject({
    role: z.literal("assistant"),
    content,
    tool_calls: z.nullish(
      z.array(
        z.strictObject({
          id: callId,
          type: z.optional(z.literal("function")),
          function: z.strictObject({
            name: z.string(),
            arguments: z.union([z.string(), z.record(z.string(), z.unknown())]),
          }),
          index: z.optional(z.int()),
        }),
      ),
    ),
    prefix: z.optional(z.boolean()),
  }),
  z.strictObject({
    role: z.literal("tool"),
    content,
    tool_call_id: z.nullish(callId),
    name: z.nullish(z.string()),
  }),
]);

const functionName = z.strictObject({ name: z.string() });
const penalty = z.optional(z.number().check(z.gte(-2), z.lte(2)));

/** `ChatCompletionRequest` of {@link https://docs.mistral.ai/api/endpoint/chat}, which refuses any other field. */
export const requestSchema = z.strictObject({
  model: z.string(),
  temperature: z.nullish(z.number().check(z.gte(0), z.lte(1.5))),
  top_p: z.optional(z.number().check(z.gte(0), z.lte(1))),
  max_tokens: z.nullish(z.int().check(z.gte(0))),
  stream: z.optional(z.boolean()),
  stop: z.optional(z.union([z.string(), z.array(z.string())])),
  random_seed: z.nullish(z.int().check(z.gte(0))),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  messages: z.array(message),
  response_format: z.optional(
    z.strictObject({
      type: z.enum(["text", "json_object", "json_schema"]),
      json_schema: z.nullish(
        z.strictObject({
          name: z.string(),
          description: z.nullish(z.string()),
          schema: z.record(z.string(), z.unknown()),
          strict: z.optional(z.boolean()),
        }),
      ),
    }),
  ),
  tools: z.nullish(
    z.array(
      z.strictObject({
        type: z.optional(z.literal("function")),
        function: z.strictObject({
          name: z.string(),
          description: z.optional(z.string()),
          strict: z.optional(z.boolean()),
          parameters: z.record(z.string(), z.unknown()),
        }),
      }),
    ),
  ),
  tool_choice: z.optional(
    z.union([
      z.enum(["auto", "none", "any", "required"]),
      z.strictObject({ type: z.optional(z.literal("function")), function: functionName }),
    ]),
  ),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  n: z.nullish(z.int().check(z.gte(1))),
  prediction: z.optional(z.strictObject({ type: z.literal("content"), content: z.string() })),
  parallel_tool_calls: z.optional(z.boolean()),
  prompt_mode: z.nullish(z.literal("reasoning")),
  reasoning_effort: z.optional(z.enum(["none", "low", "medium", "high", "max"])),
  guardrails: z.nullish(z.array(z.record(z.string(), z.unknown()))),
  prompt_cache_key: z.nullish(z.string()),
  safe_prompt: z.optional(z.boolean()),
  /** Of the page on the tiers: {@link https://docs.mistral.ai/inference/priority-tier}. */
  service_tier: z.optional(z.enum(["auto", "standard_only"])),
});
