import * as z from "zod/mini";

const record = z.record(z.string(), z.unknown());
const name = z.string().check(z.regex(/^[\w-]{1,64}$/));

const part = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("input_text"), text: z.string() }),
  z.strictObject({ type: z.literal("input_image"), image_url: z.string() }),
]);
const content = z.union([z.string(), z.array(part)]);
const signature = z.optional(z.string());

const item = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("message"),
    role: z.enum(["user", "assistant", "system", "developer"]),
    content,
  }),
  z.strictObject({
    type: z.literal("function_call"),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    thought_signature: signature,
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    call_id: z.string(),
    name: z.optional(z.string()),
    output: content,
    thought_signature: signature,
  }),
]);

const tool = z.union([
  z.strictObject({
    type: z.literal("function"),
    name: z.string(),
    description: z.optional(z.string()),
    parameters: z.optional(record),
    strict: z.optional(z.boolean()),
  }),
  z.looseObject({
    type: z.enum([
      "web_search",
      "image_search",
      "fetch_url",
      "finance_search",
      "people_search",
      "sandbox",
      "mcp",
      "connector",
    ]),
  }),
]);

const body = {
  background: z.boolean(),
  instructions: z.string(),
  language_preference: z.string(),
  max_output_tokens: z.int().check(z.gte(16)),
  max_steps: z.int().check(z.gte(1), z.lte(100)),
  max_tool_calls: z.int(),
  model: z.string().check(z.regex(/^[^/]+\/[^/]+$/)),
  models: z.array(z.string()).check(z.maxLength(5)),
  parallel_tool_calls: z.boolean(),
  preset: z.string(),
  previous_response_id: z.string(),
  reasoning: z.strictObject({ effort: z.enum(["minimal", "low", "medium", "high", "xhigh", "max"]) }),
  response_format: z.strictObject({
    type: z.literal("json_schema"),
    json_schema: z.strictObject({
      name,
      description: z.optional(z.string()),
      schema: record,
      strict: z.optional(z.boolean()),
    }),
  }),
  skills: z.array(record),
  store: z.boolean(),
  stream: z.boolean(),
  temperature: z.number().check(z.gte(0), z.lte(2)),
  tool_choice: z.union([z.enum(["none", "auto", "required"]), record]),
  tools: z.array(tool),
  top_p: z.number().check(z.gte(0), z.lte(1)),
};

/**
 * The body of a request: {@link https://docs.perplexity.ai/api-reference/agent-post}, and what the guide of migration has beside it
 * ({@link https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview}).
 */
export const agentSchema = z.strictObject({
  ...(Object.fromEntries(
    Object.entries(body).map(([field, schema]) => [field, z.optional(schema as z.ZodMiniType)]),
  ) as Record<string, z.ZodMiniType>),
  input: z.union([z.string(), z.array(item)]),
});
