import * as z from "zod/mini";

// The tools of a request, as the reference has them: https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools

const record = z.record(z.string(), z.unknown());
const allowedCallers = z.nullish(z.array(z.enum(["direct", "programmatic"])));
const effortOfSearch = z.optional(z.enum(["low", "medium", "high"]));
const userLocation = z.nullish(
  z.strictObject({
    type: z.optional(z.literal("approximate")),
    city: z.nullish(z.string()),
    country: z.nullish(z.string()),
    region: z.nullish(z.string()),
    timezone: z.nullish(z.string()),
  }),
);

const functionTool = z.strictObject({
  type: z.literal("function"),
  name: z.string().check(z.regex(/^[\w.-]+$/)),
  description: z.nullish(z.string()),
  // The API refuses a schema of another type: https://platform.openai.com/docs/guides/function-calling
  parameters: z.nullable(z.looseObject({ type: z.literal("object"), properties: record })),
  // Has to be there in the reference; without it the API makes the schema strict.
  strict: z.nullish(z.boolean()),
  allowed_callers: allowedCallers,
  async: z.optional(z.boolean()),
  defer_loading: z.optional(z.boolean()),
  output_schema: z.nullish(record),
});

const customTool = z.strictObject({
  type: z.literal("custom"),
  name: z.string(),
  description: z.optional(z.string()),
  format: z.optional(z.looseObject({ type: z.enum(["text", "grammar"]) })),
  allowed_callers: allowedCallers,
  async: z.optional(z.boolean()),
  defer_loading: z.optional(z.boolean()),
});

export const tool = z.discriminatedUnion("type", [
  functionTool,
  customTool,
  z.strictObject({
    type: z.literal("namespace"),
    name: z.string(),
    description: z.string(),
    tools: z.array(z.looseObject({ type: z.enum(["function", "custom"]), name: z.string() })),
  }),
  z.strictObject({
    type: z.literal("file_search"),
    vector_store_ids: z.array(z.string()),
    filters: z.nullish(record),
    max_num_results: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
    ranking_options: z.optional(record),
  }),
  z.strictObject({
    type: z.enum(["web_search", "web_search_2025_08_26"]),
    external_web_access: z.optional(z.boolean()),
    filters: z.nullish(record),
    search_context_size: effortOfSearch,
    user_location: userLocation,
  }),
  z.strictObject({
    type: z.enum(["web_search_preview", "web_search_preview_2025_03_11"]),
    search_content_types: z.optional(z.array(z.enum(["text", "image"]))),
    search_context_size: effortOfSearch,
    user_location: userLocation,
  }),
  z.looseObject({ type: z.literal("mcp"), server_label: z.string() }),
  z.strictObject({
    type: z.literal("code_interpreter"),
    container: z.union([z.string(), z.looseObject({ type: z.literal("auto") })]),
    allowed_callers: allowedCallers,
  }),
  z.looseObject({ type: z.literal("image_generation") }),
  z.strictObject({ type: z.literal("computer") }),
  z.strictObject({
    type: z.literal("computer_use_preview"),
    display_height: z.int(),
    display_width: z.int(),
    environment: z.enum(["windows", "mac", "linux", "ubuntu", "browser"]),
  }),
  z.strictObject({ type: z.literal("local_shell") }),
  z.strictObject({
    type: z.literal("shell"),
    environment: z.nullish(record),
    allowed_callers: allowedCallers,
  }),
  z.strictObject({ type: z.literal("apply_patch"), allowed_callers: allowedCallers }),
  z.strictObject({ type: z.literal("programmatic_tool_calling") }),
  z.strictObject({
    type: z.literal("tool_search"),
    description: z.nullish(z.string()),
    execution: z.optional(z.enum(["server", "client"])),
    parameters: z.optional(z.unknown()),
  }),
]);

export const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({ type: z.literal("function"), name: z.string() }),
  z.strictObject({ type: z.literal("custom"), name: z.string() }),
  z.strictObject({ type: z.literal("mcp"), server_label: z.string(), name: z.nullish(z.string()) }),
  z.strictObject({
    type: z.literal("allowed_tools"),
    mode: z.enum(["auto", "required"]),
    tools: z.array(record),
  }),
  z.strictObject({
    type: z.enum([
      "apply_patch",
      "code_interpreter",
      "computer",
      "computer_use",
      "computer_use_preview",
      "file_search",
      "image_generation",
      "programmatic_tool_calling",
      "shell",
      "web_search_preview",
      "web_search_preview_2025_03_11",
    ]),
  }),
]);
