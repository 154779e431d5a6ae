import * as z from "zod/mini";

// The body of a request, from Cohere's OpenAPI description of POST /v2/chat:
// https://github.com/cohere-ai/cohere-developer-experience/blob/main/cohere-openapi.yaml, shown at https://docs.cohere.com/v2/reference/chat.
// Where it is narrower than the API, a comment says what shows that.

const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const thinking = z.strictObject({ type: z.literal("thinking"), thinking: z.string() });
const image = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({ url: z.string(), detail: z.optional(z.enum(["auto", "low", "high"])) }),
});
const fields = z.record(z.string(), z.unknown());
// The description has an object; the guide to tool use sends an object's JSON as well.
const document = z.strictObject({ id: z.optional(z.string()), data: z.union([fields, z.string()]) });

const citation = z.strictObject({
  start: z.optional(z.int()),
  end: z.optional(z.int()),
  text: z.optional(z.string()),
  sources: z.optional(
    z.array(
      z.union([
        z.strictObject({
          type: z.literal("tool"),
          id: z.optional(z.string()),
          tool_output: z.optional(fields),
        }),
        z.strictObject({
          type: z.literal("document"),
          id: z.optional(z.string()),
          document: z.optional(fields),
        }),
      ]),
    ),
  ),
  content_index: z.optional(z.int()),
  type: z.optional(z.enum(["TEXT_CONTENT", "THINKING_CONTENT", "PLAN"])),
});

const message = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("system"),
    content: z.union([z.string(), z.array(text)]),
  }),
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(z.union([text, image]))]),
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.optional(z.union([z.string(), z.array(z.union([text, thinking]))])),
    tool_plan: z.optional(z.nullable(z.string())), // null in real requests that were answered
    tool_calls: z.optional(
      z.array(
        z.strictObject({
          id: z.string(),
          type: z.literal("function"),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      ),
    ),
    citations: z.optional(z.array(citation)),
  }),
  z.strictObject({
    role: z.literal("tool"),
    tool_call_id: z.string(),
    content: z.union([
      z.string(),
      z.array(z.union([text, z.strictObject({ type: z.literal("document"), document })])),
    ]),
  }),
]);

export const requestSchema = z.strictObject({
  model: z.string(),
  messages: z.array(message),
  stream: z.optional(z.boolean()),
  tools: z.optional(
    z.array(
      z.strictObject({
        type: z.literal("function"),
        function: z.strictObject({
          name: z.string(),
          description: z.optional(z.string()),
          parameters: fields,
        }),
      }),
    ),
  ),
  strict_tools: z.optional(z.boolean()),
  tool_choice: z.optional(z.enum(["REQUIRED", "NONE"])),
  documents: z.optional(z.array(z.union([z.string(), document]))),
  citation_options: z.optional(
    // The description has capitals, the guides write small letters.
    z.strictObject({ mode: z.string().check(z.regex(/^(enabled|disabled|fast|accurate|off)$/i)) }),
  ),
  response_format: z.optional(
    z.union([
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object"), json_schema: z.optional(fields) }),
    ]),
  ),
  safety_mode: z.optional(z.enum(["CONTEXTUAL", "STRICT", "OFF"])),
  max_tokens: z.optional(z.int()),
  stop_sequences: z.optional(z.array(z.string()).check(z.maxLength(5))),
  temperature: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  seed: z.optional(z.int().check(z.minimum(0))),
  frequency_penalty: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  presence_penalty: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  k: z.optional(z.int().check(z.minimum(0), z.maximum(500))),
  p: z.optional(z.number().check(z.minimum(0.01), z.maximum(0.99))),
  logprobs: z.optional(z.boolean()),
  thinking: z.optional(
    z.strictObject({
      type: z.enum(["enabled", "disabled"]),
      token_budget: z.optional(z.int().check(z.minimum(1))),
    }),
  ),
  priority: z.optional(z.int().check(z.minimum(0), z.maximum(999))),
});
