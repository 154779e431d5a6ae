import * as z from "zod/mini";

// The body of a request, as the reference has it: https://platform.claude.com/docs/en/api/messages/create

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.optional(z.enum(["5m", "1h"])) });
const marks = { cache_control: z.nullish(cacheControl) };
const id = z.string().check(z.regex(/^[\w-]+$/));
const record = z.record(z.string(), z.unknown());

const text = z.strictObject({
  type: z.literal("text"),
  text: z.string().check(z.minLength(1)),
  citations: z.nullish(z.array(z.looseObject({ type: z.string() }))),
  ...marks,
});

const image = z.strictObject({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.string(),
    }),
    z.strictObject({ type: z.literal("url"), url: z.string() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
  ]),
  ...marks,
});

const document = z.strictObject({
  type: z.literal("document"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.literal("application/pdf"),
      data: z.string(),
    }),
    z.strictObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string() }),
    z.strictObject({ type: z.literal("url"), url: z.string() }),
    z.strictObject({ type: z.literal("file"), file_id: z.string() }),
    z.strictObject({ type: z.literal("content"), content: z.unknown() }),
  ]),
  title: z.nullish(z.string()),
  context: z.nullish(z.string()),
  citations: z.nullish(z.strictObject({ enabled: z.boolean() })),
  ...marks,
});

const searchResult = z.strictObject({
  type: z.literal("search_result"),
  source: z.string(),
  title: z.string(),
  content: z.array(text),
  citations: z.optional(z.strictObject({ enabled: z.boolean() })),
  ...marks,
});

const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: id,
  content: z.optional(
    z.union([
      z.string(),
      z.array(
        z.union([text, image, document, searchResult, z.looseObject({ type: z.literal("tool_reference") })]),
      ),
    ]),
  ),
  is_error: z.optional(z.boolean()),
  toolset_name: z.optional(z.string()),
  ...marks,
});

/** Blocks of tools that run at the vendor's, by the form of their names. */
const serverBlock = z.looseObject({
  type: z
    .string()
    .check(z.regex(/^(server_tool_use|mcp_tool_use|compaction|fallback|container_upload|\w+_tool_result)$/)),
});

const userBlock = z.union([text, image, document, searchResult, toolResult, serverBlock]);

const assistantBlock = z.union([
  text,
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() }),
  z.strictObject({
    type: z.literal("tool_use"),
    id,
    name: z.string().check(z.regex(/^[\w-]{1,200}$/)),
    input: record,
    caller: z.optional(record),
    toolset_name: z.optional(z.string()),
    ...marks,
  }),
  serverBlock,
]);

const systemBlock = z.union([text, z.looseObject({ type: z.enum(["tool_addition", "tool_removal"]) })]);

const some = <Schema extends z.ZodMiniType>(block: Schema) => z.array(block).check(z.minLength(1));

const tool = z.union([
  z.strictObject({
    type: z.optional(z.literal("custom")),
    name: z.string().check(z.regex(/^[\w-]{1,128}$/)),
    description: z.optional(z.string()),
    input_schema: z.looseObject({ type: z.literal("object") }),
    strict: z.optional(z.boolean()),
    defer_loading: z.optional(z.boolean()),
    eager_input_streaming: z.nullish(z.boolean()),
    allowed_callers: z.optional(z.array(z.string())),
    input_examples: z.optional(z.array(record)),
    ...marks,
  }),
  z.looseObject({ type: z.string().check(z.regex(/_\d{8}$|^mcp_toolset$/)) }),
]);

const parallel = { disable_parallel_tool_use: z.optional(z.boolean()) };
const display = { display: z.nullish(z.enum(["summarized", "omitted"])) };

export const requestSchema = z.strictObject({
  model: z.string(),
  max_tokens: z.int().check(z.positive()),
  messages: some(
    z.discriminatedUnion("role", [
      z.strictObject({ role: z.literal("user"), content: z.union([z.string(), some(userBlock)]) }),
      z.strictObject({ role: z.literal("assistant"), content: z.union([z.string(), some(assistantBlock)]) }),
      z.strictObject({ role: z.literal("system"), content: z.union([z.string(), some(systemBlock)]) }),
    ]),
  ),
  system: z.optional(z.union([z.string(), z.array(text)])),
  stop_sequences: z.optional(z.array(z.string())),
  stream: z.optional(z.boolean()),
  temperature: z.optional(z.number().check(z.gte(0), z.lte(1))),
  top_p: z.optional(z.number().check(z.gte(0), z.lte(1))),
  top_k: z.optional(z.int().check(z.gte(0))),
  tools: z.optional(z.array(tool)),
  tool_choice: z.optional(
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), ...parallel }),
      z.strictObject({ type: z.literal("any"), ...parallel }),
      z.strictObject({ type: z.literal("tool"), name: z.string(), ...parallel }),
      z.strictObject({ type: z.literal("none") }),
    ]),
  ),
  thinking: z.optional(
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().check(z.gte(1_024)), ...display }),
      z.strictObject({ type: z.literal("adaptive"), ...display }),
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("between_tools") }),
    ]),
  ),
  output_config: z.optional(
    z.strictObject({
      effort: z.nullish(z.enum(["low", "medium", "high", "xhigh", "max"])),
      format: z.nullish(z.strictObject({ type: z.literal("json_schema"), schema: record })),
      task_budget: z.optional(record),
    }),
  ),
  /** The older place of `output_config.format`. */
  output_format: z.optional(z.strictObject({ type: z.literal("json_schema"), schema: record })),
  cache_control: z.nullish(cacheControl),
  container: z.nullish(z.union([z.string(), record])),
  context_management: z.nullish(record),
  inference_geo: z.nullish(z.string()),
  mcp_servers: z.optional(z.array(record)),
  metadata: z.optional(z.strictObject({ user_id: z.nullish(z.string()) })),
  service_tier: z.optional(z.enum(["auto", "standard_only"])),
  speed: z.nullish(z.enum(["standard", "fast"])),
});
