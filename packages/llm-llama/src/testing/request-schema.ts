import * as z from "zod/mini";

// The body of a request, from the types of Meta's SDK, which is generated from the API's OpenAPI description:
// https://github.com/meta-llama/llama-api-typescript/blob/main/src/resources/chat/completions.ts and chat.ts there.

const text = z.strictObject({ type: z.literal("text"), text: z.string() });
const image = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({ url: z.string() }),
});
const fields = z.record(z.string(), z.unknown());

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.union([z.string(), z.array(text)]) }),
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(z.union([text, image]))]),
  }),
  z.strictObject({
    role: z.literal("tool"),
    tool_call_id: z.string(),
    content: z.union([z.string(), z.array(text)]),
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.optional(z.union([z.string(), text])),
    stop_reason: z.optional(z.enum(["stop", "tool_calls", "length"])),
    tool_calls: z.optional(
      z.array(
        z.strictObject({
          id: z.string(),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      ),
    ),
  }),
]);

export const requestSchema = z.strictObject({
  model: z.string(),
  messages: z.array(message),
  max_completion_tokens: z.optional(z.number()),
  repetition_penalty: z.optional(z.number()),
  response_format: z.optional(
    z.union([
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({
        type: z.literal("json_schema"),
        json_schema: z.strictObject({ name: z.string(), schema: z.unknown() }),
      }),
    ]),
  ),
  stream: z.optional(z.boolean()),
  temperature: z.optional(z.number()),
  tool_choice: z.optional(
    z.union([
      z.enum(["none", "auto", "required"]),
      z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string() }) }),
    ]),
  ),
  tools: z.optional(
    z.array(
      z.strictObject({
        type: z.literal("function"),
        function: z.strictObject({
          name: z.string(),
          description: z.optional(z.string()),
          parameters: z.optional(fields),
          strict: z.optional(z.boolean()),
        }),
      }),
    ),
  ),
  top_k: z.optional(z.number()),
  top_p: z.optional(z.number()),
  user: z.optional(z.string()),
});
