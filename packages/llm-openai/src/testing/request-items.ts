import * as z from "zod/mini";
import { tool } from "./request-tools.js";

// The items of a request's input, as the reference has them:
// https://platform.openai.com/docs/api-reference/responses/create#responses-create-input

const id = z.nullish(z.string());
const status = z.nullish(z.enum(["in_progress", "completed", "incomplete"]));
const record = z.record(z.string(), z.unknown());
const caller = z.nullish(
  z.union([
    z.strictObject({ type: z.literal("direct") }),
    z.strictObject({ type: z.literal("program"), caller_id: z.string() }),
  ]),
);

const cache = {
  prompt_cache_breakpoint: z.nullish(
    z.strictObject({ mode: z.literal("explicit"), ttl: z.optional(z.enum(["30m", "12h"])) }),
  ),
};

const content = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("input_text"), text: z.string(), ...cache }),
  z.strictObject({
    type: z.literal("input_image"),
    image_url: z.nullish(z.string().check(z.regex(/^(https?:|data:image\/)/))),
    file_id: z.nullish(z.string()),
    detail: z.nullish(z.enum(["low", "high", "auto", "original"])),
    ...cache,
  }),
  z.strictObject({
    type: z.literal("input_file"),
    file_data: z.nullish(z.string().check(z.regex(/^data:[^;]+;base64,/))),
    file_id: z.nullish(z.string()),
    file_url: z.nullish(z.url()),
    filename: z.nullish(z.string()),
    detail: z.optional(z.enum(["auto", "low", "high"])),
    ...cache,
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.string(), format: z.enum(["mp3", "wav"]) }),
  }),
]);

const annotation = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("url_citation"),
    url: z.string(),
    title: z.string(),
    start_index: z.int(),
    end_index: z.int(),
  }),
  z.strictObject({
    type: z.literal("file_citation"),
    file_id: z.string(),
    filename: z.string(),
    index: z.int(),
  }),
  z.strictObject({
    type: z.literal("container_file_citation"),
    container_id: z.string(),
    file_id: z.string(),
    filename: z.string(),
    start_index: z.int(),
    end_index: z.int(),
  }),
  z.strictObject({ type: z.literal("file_path"), file_id: z.string(), index: z.int() }),
]);

const outputContent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("output_text"),
    text: z.string(),
    // In the reference it has to be there; the API takes messages without it all the same.
    annotations: z.optional(z.array(annotation)),
    logprobs: z.optional(z.array(z.unknown())),
  }),
  z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
]);

const phase = z.nullish(z.enum(["commentary", "final_answer"]));

const message = z.union([
  z.strictObject({
    type: z.optional(z.literal("message")),
    role: z.enum(["user", "system", "developer"]),
    content: z.union([z.string(), z.array(content)]),
    status: z.optional(z.enum(["in_progress", "completed", "incomplete"])),
    id,
  }),
  z.strictObject({
    type: z.optional(z.literal("message")),
    role: z.literal("assistant"),
    content: z.string(),
    phase,
  }),
  z.strictObject({
    type: z.optional(z.literal("message")),
    role: z.literal("assistant"),
    content: z.array(outputContent),
    // Both have to be there in the reference, and the API does without.
    id: z.optional(z.string()),
    status: z.optional(z.enum(["in_progress", "completed", "incomplete"])),
    phase,
  }),
]);

const output = z.union([z.string(), z.array(content)]);

const call = { call_id: z.string().check(z.minLength(1)), id, caller };

const others = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("reasoning"),
    // Has to be there in the reference; the API does without where the item is there in encrypted form.
    id: z.optional(z.string()),
    summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })),
    content: z.nullish(z.array(z.strictObject({ type: z.literal("reasoning_text"), text: z.string() }))),
    encrypted_content: z.nullish(z.string()),
    status,
  }),
  z.strictObject({
    type: z.literal("function_call"),
    ...call,
    name: z.string().check(z.minLength(1)),
    namespace: z.optional(z.string()),
    arguments: z.string(),
    async: z.optional(z.boolean()),
    status,
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    ...call,
    output,
    name: z.nullish(z.string()),
    namespace: z.nullish(z.string()),
    status,
  }),
  z.strictObject({
    type: z.literal("custom_tool_call"),
    ...call,
    name: z.string(),
    namespace: z.optional(z.string()),
    input: z.string(),
    async: z.optional(z.boolean()),
  }),
  z.strictObject({ type: z.literal("custom_tool_call_output"), ...call, output }),
  z.strictObject({
    type: z.literal("file_search_call"),
    id: z.string(),
    queries: z.array(z.string()),
    status: z.enum(["in_progress", "searching", "completed", "incomplete", "failed"]),
    results: z.nullish(z.array(record)),
  }),
  z.strictObject({
    type: z.literal("web_search_call"),
    id: z.string(),
    action: z.looseObject({ type: z.enum(["search", "open_page", "find_in_page"]) }),
    status: z.enum(["in_progress", "searching", "completed", "failed", "incomplete"]),
  }),
  z.strictObject({
    type: z.literal("code_interpreter_call"),
    id: z.string(),
    code: z.nullable(z.string()),
    container_id: z.string(),
    outputs: z.nullable(z.array(z.looseObject({ type: z.enum(["logs", "image"]) }))),
    status: z.enum(["in_progress", "completed", "incomplete", "interpreting", "failed"]),
  }),
  z.strictObject({
    type: z.literal("image_generation_call"),
    id: z.string(),
    result: z.nullable(z.string()),
    status: z.enum(["in_progress", "completed", "generating", "failed"]),
    action: z.nullish(z.enum(["generate", "edit", "auto"])),
    background: z.nullish(z.enum(["transparent", "opaque", "auto"])),
    output_format: z.nullish(z.enum(["png", "webp", "jpeg", "gif", "svg"])),
    quality: z.nullish(z.enum(["low", "medium", "high", "xhigh", "max", "auto"])),
    revised_prompt: z.nullish(z.string()),
    size: z.nullish(z.string()),
    error: z.optional(record),
    svg_usage: z.optional(record),
  }),
  z.strictObject({
    type: z.literal("computer_call"),
    id: z.string(),
    call_id: z.string(),
    action: z.optional(z.looseObject({ type: z.string() })),
    actions: z.optional(z.array(z.looseObject({ type: z.string() }))),
    pending_safety_checks: z.array(record),
    status: z.enum(["in_progress", "completed", "incomplete"]),
  }),
  z.strictObject({
    type: z.literal("computer_call_output"),
    call_id: z.string(),
    id,
    output: z.strictObject({
      type: z.literal("computer_screenshot"),
      image_url: z.optional(z.string()),
      file_id: z.optional(z.string()),
    }),
    acknowledged_safety_checks: z.nullish(z.array(record)),
    status,
  }),
  z.strictObject({
    type: z.literal("local_shell_call"),
    id: z.string(),
    call_id: z.string(),
    action: z.looseObject({ type: z.literal("exec"), command: z.array(z.string()) }),
    status: z.enum(["in_progress", "completed", "incomplete"]),
  }),
  z.strictObject({ type: z.literal("local_shell_call_output"), id: z.string(), output: z.string(), status }),
  z.strictObject({
    type: z.literal("shell_call"),
    ...call,
    action: z.looseObject({ commands: z.array(z.string()) }),
    environment: z.nullish(record),
    status,
  }),
  z.strictObject({
    type: z.literal("shell_call_output"),
    ...call,
    output: z.array(record),
    max_output_length: z.nullish(z.int()),
    status,
  }),
  z.strictObject({
    type: z.literal("apply_patch_call"),
    ...call,
    operation: z.looseObject({ type: z.enum(["create_file", "delete_file", "update_file"]) }),
    status: z.enum(["in_progress", "completed"]),
  }),
  z.strictObject({
    type: z.literal("apply_patch_call_output"),
    ...call,
    output: z.nullish(z.string()),
    status: z.enum(["completed", "failed"]),
  }),
  z.strictObject({
    type: z.literal("mcp_list_tools"),
    id: z.string(),
    server_label: z.string(),
    tools: z.array(z.looseObject({ name: z.string(), input_schema: z.unknown() })),
    error: z.nullish(z.string()),
  }),
  z.strictObject({
    type: z.literal("mcp_approval_request"),
    id: z.string(),
    name: z.string(),
    arguments: z.string(),
    server_label: z.string(),
  }),
  z.strictObject({
    type: z.literal("mcp_approval_response"),
    approval_request_id: z.string(),
    approve: z.boolean(),
    id,
    reason: z.nullish(z.string()),
  }),
  z.strictObject({
    type: z.literal("mcp_call"),
    id: z.string(),
    name: z.string(),
    arguments: z.string(),
    server_label: z.string(),
    approval_request_id: z.nullish(z.string()),
    error: z.nullish(record),
    output: z.nullish(z.string()),
    status: z.optional(z.enum(["in_progress", "completed", "incomplete", "calling", "failed"])),
  }),
  z.strictObject({
    type: z.literal("tool_search_call"),
    arguments: z.unknown(),
    id,
    call_id: z.nullish(z.string()),
    execution: z.optional(z.enum(["server", "client"])),
    status,
  }),
  z.strictObject({
    type: z.literal("tool_search_output"),
    tools: z.array(tool),
    id,
    call_id: z.nullish(z.string()),
    execution: z.optional(z.enum(["server", "client"])),
    status,
  }),
  z.strictObject({
    type: z.literal("additional_tools"),
    role: z.literal("developer"),
    tools: z.array(tool),
    id,
  }),
  z.strictObject({
    type: z.literal("configuration_update"),
    id,
    reasoning: z.optional(z.strictObject({ effort: z.nullish(z.string()) })),
    text: z.optional(z.strictObject({ format: record })),
  }),
  z.strictObject({ type: z.literal("compaction"), encrypted_content: z.string(), id }),
  z.strictObject({ type: z.literal("compaction_trigger"), id }),
  z.strictObject({
    type: z.literal("program"),
    id: z.string(),
    call_id: z.string(),
    code: z.string(),
    fingerprint: z.string(),
  }),
  z.strictObject({
    type: z.literal("program_output"),
    id: z.string(),
    call_id: z.string(),
    result: z.string(),
    status: z.enum(["completed", "incomplete"]),
  }),
  z.strictObject({ type: z.nullish(z.literal("item_reference")), id: z.string() }),
]);

export const inputItem = z.union([message, others]);
