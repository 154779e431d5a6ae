import type { RecordedRequests } from "@beluga/conformance";
import type { ChatOptions, Message, Tool } from "@beluga/core";
import * as z from "zod/mini";

// Written apart from the code that writes requests: https://docs.ollama.com/api/chat

const toolCall = z.strictObject({
  id: z.optional(z.string()),
  type: z.optional(z.literal("function")),
  function: z.strictObject({
    index: z.optional(z.int()),
    name: z.string(),
    description: z.optional(z.string()),
    arguments: z.record(z.string(), z.unknown()),
  }),
});

const message = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  thinking: z.optional(z.string()),
  images: z.optional(z.array(z.string())),
  tool_calls: z.optional(z.array(toolCall)),
  tool_name: z.optional(z.string()),
  tool_call_id: z.optional(z.string()),
});

const tool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string(),
    description: z.optional(z.string()),
    parameters: z.record(z.string(), z.unknown()),
  }),
});

export const requestSchema = z.strictObject({
  model: z.string(),
  messages: z.array(message),
  tools: z.optional(z.array(tool)),
  format: z.optional(z.union([z.literal("json"), z.record(z.string(), z.unknown())])),
  options: z.optional(z.record(z.string(), z.unknown())),
  stream: z.optional(z.boolean()),
  think: z.optional(z.union([z.boolean(), z.enum(["low", "medium", "high", "max"])])),
  keep_alive: z.optional(z.union([z.string(), z.number()])),
  truncate: z.optional(z.boolean()),
  shift: z.optional(z.boolean()),
  logprobs: z.optional(z.boolean()),
  top_logprobs: z.optional(z.int()),
});

type Fields = Readonly<Record<string, unknown>>;
type Body = z.infer<typeof requestSchema>;

const names: Readonly<Record<string, keyof ChatOptions>> = {
  num_predict: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  stop: "stopSequences",
  seed: "seed",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
};

export const requests: RecordedRequests = {
  schema: requestSchema,
  read(body) {
    // `truncate` is this library's own decision; one recorded request has a temperature where Ollama takes none, and looks for none.
    const known = Object.entries(body).filter(([field]) => field in requestSchema.shape);
    const {
      model: _,
      stream: _stream,
      truncate: _truncate,
      messages,
      ...options
    } = Object.fromEntries(known) as Body;
    return { messages: messages.map(readMessage), options: readOptions(options) };
  },
};

/** Ids are this library's own, where the recording has none; a call and its result are told apart by the tool's name then. */
function readMessage({
  role,
  content,
  images = [],
  tool_calls: calls = [],
  tool_name: name,
}: Body["messages"][number]): Message {
  if (role === "tool") return { role, toolCallId: String(name), toolName: String(name), content };
  if (role === "assistant") {
    return {
      role,
      content: [
        ...(content === "" ? [] : [{ type: "text" as const, text: content }]),
        ...calls.map(({ function: called }) => ({
          type: "tool-call" as const,
          id: called.name,
          name: called.name,
          arguments: called.arguments,
        })),
      ],
    };
  }
  if (role === "system" || images.length === 0) return { role, content };
  const pictures = images.map((data) => ({ type: "image" as const, data, mediaType: "image/png" }));
  return { role, content: [{ type: "text", text: content }, ...pictures] };
}

function readOptions({ tools, format, options = {}, think, ...more }: Fields): ChatOptions {
  const read: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options as Fields)) {
    const name = names[option];
    if (name) read[name] = value;
    else others[option] = value;
  }
  if (tools) read["tools"] = (tools as { function: Tool }[]).map(({ function: declared }) => declared);
  if (format)
    read["responseFormat"] = format === "json" ? { type: "json" } : { type: "json", schema: format };
  if (think === false) read["reasoning"] = { effort: "none" };
  const providerOptions = {
    ...more,
    ...(think !== undefined && think !== false && { think }),
    ...(Object.keys(others).length > 0 && { options: others }),
  };
  if (Object.keys(providerOptions).length > 0) read["providerOptions"] = providerOptions;
  return read;
}
