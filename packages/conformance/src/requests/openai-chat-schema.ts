import * as z from "zod/mini";

/** What a vendor's body has beside OpenAI's. */
export interface SchemaChanges {
  /** Further fields of the body; `any` lets all others through as well, and all kinds of tools and parts. */
  fields?: Readonly<Record<string, z.ZodMiniType>> | "any";
  /** Fields of OpenAI's that the vendor refuses. */
  without?: readonly string[];
  /** Further fields of each message. */
  messageFields?: Readonly<Record<string, z.ZodMiniType>>;
  /** Further kinds of parts of a message. */
  parts?: readonly z.ZodMiniType[];
}

/** {@link https://platform.openai.com/docs/api-reference/chat/create} */
export function openAIChatSchema({
  fields = {},
  without = [],
  messageFields = {},
  parts = [],
}: SchemaChanges): z.ZodMiniType {
  const anything = fields === "any";
  const own = anything ? { tools: z.array(typed) } : fields;
  const shape = optionals({ ...body, ...own });
  const kept = Object.fromEntries(Object.entries(shape).filter(([field]) => !without.includes(field)));
  const whole = {
    ...kept,
    model: z.string(),
    messages: z.array(message(messageFields, anything ? [typed] : parts)),
  };
  return anything ? z.looseObject(whole) : z.strictObject(whole);
}

/** Of a kind that says itself what it is. */
const typed = z.looseObject({ type: z.string() });

const jsonSchema = z.record(z.string(), z.unknown());

const body = {
  audio: z.strictObject({ format: z.string(), voice: z.unknown() }),
  frequency_penalty: z.number().check(z.gte(-2), z.lte(2)),
  function_call: z.union([z.enum(["none", "auto"]), z.strictObject({ name: z.string() })]),
  functions: z.array(
    z.strictObject({
      name: z.string(),
      description: z.optional(z.string()),
      parameters: z.optional(jsonSchema),
    }),
  ),
  logit_bias: z.record(z.string(), z.number()),
  logprobs: z.boolean(),
  max_completion_tokens: z.int().check(z.positive()),
  max_tokens: z.int().check(z.positive()),
  metadata: z.record(z.string(), z.string()),
  modalities: z.array(z.enum(["text", "audio"])),
  n: z.int().check(z.gte(1), z.lte(128)),
  parallel_tool_calls: z.boolean(),
  prediction: z.strictObject({ type: z.literal("content"), content: z.unknown() }),
  presence_penalty: z.number().check(z.gte(-2), z.lte(2)),
  prompt_cache_key: z.string(),
  prompt_cache_options: z.record(z.string(), z.unknown()),
  prompt_cache_retention: z.string(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
  response_format: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text") }),
    z.strictObject({ type: z.literal("json_object") }),
    z.strictObject({
      type: z.literal("json_schema"),
      json_schema: z.strictObject({
        name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
        description: z.optional(z.string()),
        schema: z.optional(jsonSchema),
        strict: z.nullish(z.boolean()),
      }),
    }),
  ]),
  safety_identifier: z.string(),
  seed: z.int(),
  service_tier: z.string(),
  stop: z.union([z.string(), z.array(z.string()).check(z.maxLength(4))]),
  store: z.boolean(),
  stream: z.boolean(),
  stream_options: z.strictObject({
    include_usage: z.optional(z.boolean()),
    include_obfuscation: z.optional(z.boolean()),
  }),
  temperature: z.number().check(z.gte(0), z.lte(2)),
  tool_choice: z.union([
    z.enum(["none", "auto", "required"]),
    z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
    z.strictObject({ type: z.literal("allowed_tools"), allowed_tools: z.unknown() }),
    z.strictObject({ type: z.literal("custom"), custom: z.strictObject({ name: z.string() }) }),
  ]),
  tools: z.array(
    z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("function"),
        function: z.strictObject({
          name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
          description: z.optional(z.string()),
          parameters: z.optional(jsonSchema),
          strict: z.nullish(z.boolean()),
        }),
      }),
      z.strictObject({ type: z.literal("custom"), custom: z.record(z.string(), z.unknown()) }),
    ]),
  ),
  top_logprobs: z.int().check(z.gte(0), z.lte(20)),
  top_p: z.number().check(z.gte(0), z.lte(1)),
  user: z.string(),
  verbosity: z.enum(["low", "medium", "high"]),
  web_search_options: z.record(z.string(), z.unknown()),
};

function message(
  more: Readonly<Record<string, z.ZodMiniType>>,
  moreParts: readonly z.ZodMiniType[],
): z.ZodMiniType {
  const cache = { prompt_cache_breakpoint: z.optional(z.unknown()) };
  const text = z.strictObject({ type: z.literal("text"), text: z.string(), ...cache });
  const part = z.union([
    text,
    z.strictObject({
      type: z.literal("image_url"),
      image_url: z.strictObject({ url: z.string(), detail: z.optional(z.enum(["auto", "low", "high"])) }),
      ...cache,
    }),
    z.strictObject({
      type: z.literal("input_audio"),
      input_audio: z.strictObject({ data: z.string(), format: z.enum(["wav", "mp3"]) }),
      ...cache,
    }),
    z.strictObject({
      type: z.literal("file"),
      file: z.strictObject({
        file_data: z.optional(z.string()),
        file_id: z.optional(z.string()),
        filename: z.optional(z.string()),
      }),
      ...cache,
    }),
    ...moreParts,
  ]);
  const texts = z.union([z.string(), z.array(z.union([text, ...moreParts]))]);
  const call = z.union([
    z.strictObject({
      id: z.string(),
      type: z.literal("function"),
      function: z.strictObject({ name: z.string(), arguments: z.string() }),
    }),
    z.strictObject({ id: z.string(), type: z.literal("custom"), custom: z.unknown() }),
  ]);
  const fields = { name: z.optional(z.string()), ...optionals(more) };
  return z.discriminatedUnion("role", [
    z.strictObject({ role: z.literal("developer"), content: texts, ...fields }),
    z.strictObject({ role: z.literal("system"), content: texts, ...fields }),
    z.strictObject({ role: z.literal("user"), content: z.union([z.string(), z.array(part)]), ...fields }),
    z.strictObject({
      role: z.literal("assistant"),
      content: z.optional(z.nullable(texts)),
      refusal: z.nullish(z.string()),
      audio: z.nullish(z.unknown()),
      tool_calls: z.nullish(z.array(call)),
      function_call: z.nullish(z.unknown()),
      ...fields,
    }),
    z.strictObject({ role: z.literal("tool"), tool_call_id: z.string(), content: texts, ...fields }),
  ]);
}

/** A field that is absent or `null`, as OpenAI allows for nearly all of them. */
function optionals(shape: Readonly<Record<string, z.ZodMiniType>>): Record<string, z.ZodMiniType> {
  return Object.fromEntries(Object.entries(shape).map(([field, type]) => [field, z.nullish(type)]));
}
