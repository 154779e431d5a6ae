import * as z from "zod/mini";
import { inputItem } from "./request-items.js";
import { tool, toolChoice } from "./request-tools.js";

const record = z.record(z.string(), z.unknown());

const format = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
    schema: record,
    description: z.optional(z.string()),
    strict: z.nullish(z.boolean()),
  }),
]);

/** The body of a request, as the reference has it: https://platform.openai.com/docs/api-reference/responses/create. */
export const requestSchema = z.strictObject({
  background: z.nullish(z.boolean()),
  context_management: z.nullish(z.array(z.looseObject({ type: z.string() }))),
  conversation: z.nullish(z.union([z.string(), z.strictObject({ id: z.string() })])),
  include: z.nullish(
    z.array(
      z.enum([
        "code_interpreter_call.outputs",
        "computer_call_output.output.image_url",
        "file_search_call.results",
        "message.input_image.image_url",
        "message.output_text.logprobs",
        "reasoning.encrypted_content",
        "web_search_call.action.sources",
        "web_search_call.results",
      ]),
    ),
  ),
  input: z.optional(z.union([z.string(), z.array(inputItem)])),
  instructions: z.nullish(z.string()),
  max_output_tokens: z.nullish(z.int().check(z.minimum(16))),
  max_tool_calls: z.nullish(z.int()),
  metadata: z.nullish(z.record(z.string(), z.string())),
  model: z.optional(z.string()),
  moderation: z.nullish(record),
  parallel_tool_calls: z.nullish(z.boolean()),
  previous_response_id: z.nullish(z.string()),
  prompt: z.nullish(
    z.strictObject({ id: z.string(), variables: z.nullish(record), version: z.nullish(z.string()) }),
  ),
  prompt_cache_key: z.nullish(z.string()),
  prompt_cache_options: z.optional(record),
  prompt_cache_retention: z.nullish(z.enum(["in_memory", "24h"])),
  reasoning: z.nullish(
    z.strictObject({
      context: z.nullish(z.enum(["auto", "current_turn", "all_turns"])),
      effort: z.nullish(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
      generate_summary: z.nullish(z.enum(["auto", "concise", "detailed"])),
      mode: z.optional(z.string()),
      summary: z.nullish(z.enum(["auto", "concise", "detailed"])),
    }),
  ),
  safety_identifier: z.nullish(z.string()),
  service_tier: z.nullish(z.enum(["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"])),
  store: z.nullish(z.boolean()),
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(z.strictObject({ include_obfuscation: z.optional(z.boolean()) })),
  temperature: z.nullish(z.number().check(z.minimum(0), z.maximum(2))),
  text: z.optional(
    z.strictObject({
      format: z.optional(format),
      verbosity: z.nullish(z.enum(["low", "medium", "high"])),
    }),
  ),
  tool_choice: z.optional(toolChoice),
  tools: z.optional(z.array(tool)),
  top_logprobs: z.nullish(z.int().check(z.minimum(0), z.maximum(20))),
  top_p: z.nullish(z.number().check(z.minimum(0), z.maximum(1))),
  truncation: z.nullish(z.enum(["auto", "disabled"])),
  user: z.optional(z.string()),
});
