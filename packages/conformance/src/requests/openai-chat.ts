import type { ChatOptions, Message, MessagePart, Tool, ToolChoice } from "@beluga/core";
import type { RecordedRequests } from "../replay/target.js";
import { type SchemaChanges, openAIChatSchema } from "./openai-chat-schema.js";

type Fields = Readonly<Record<string, unknown>>;

/** How a vendor's requests differ from OpenAI's. */
export interface OpenAIChatRequests extends SchemaChanges {
  /** The provider's name, under which parts carry what Beluga has no word for. */
  provider: string;
  /** The field in which reasoning goes back. Default: it does not. */
  reasoningField?: "reasoning_content" | "reasoning";
  /** Names of options that are not OpenAI's: `{ random_seed: "seed" }`. */
  options?: Readonly<Record<string, keyof ChatOptions>>;
  /** Reads what the vendor has of its own, before all else: takes it out of the body, and gives the options that it means. */
  readOwn?(body: Record<string, unknown>): ChatOptions;
}

/**
 * The requests of a vendor on the OpenAI chat wire: {@link https://platform.openai.com/docs/api-reference/chat/create}.
 *
 * @example
 * ```ts
 * const requests = openAIChatRequests({ provider: "acme", fields: { safe_mode: z.boolean() }, options: { random_seed: "seed" } });
 * ```
 */
export function openAIChatRequests(vendor: OpenAIChatRequests): RecordedRequests {
  return {
    schema: openAIChatSchema(vendor),
    read(recorded) {
      const { messages, tools, ...body } = structuredClone(recorded) as Record<string, unknown>;
      const own = vendor.readOwn?.(body) ?? {};
      return {
        messages: asArray(messages).map((message) => readMessage(message as Fields, vendor)),
        options: { ...readOptions(body, asArray(tools), vendor), ...own },
      };
    },
  };
}

const usualOptions: Readonly<Record<string, keyof ChatOptions>> = {
  max_tokens: "maxTokens",
  max_completion_tokens: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  stop: "stopSequences",
  seed: "seed",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
};

const efforts: readonly unknown[] = ["none", "minimal", "low", "medium", "high"];

/** What is left after all that has a word of its own is taken out are the provider's options. */
function readOptions(body: Fields, tools: readonly unknown[], vendor: OpenAIChatRequests): ChatOptions {
  const names = { ...usualOptions, ...vendor.options };
  const options: Record<string, unknown> = {};
  const providerOptions: Record<string, unknown> = {};
  const functions = tools.every((tool) => ((tool as Fields)["type"] ?? "function") === "function");
  if (tools.length > 0 && functions) options["tools"] = tools.map(readTool);
  if (!functions) providerOptions["tools"] = tools;
  for (const [field, value] of Object.entries(body)) {
    const option = Object.hasOwn(names, field) ? names[field] : undefined;
    if (value === null || ["model", "stream", "stream_options"].includes(field)) continue;
    if (option === "stopSequences") options[option] = typeof value === "string" ? [value] : value;
    else if (option) options[option] = value;
    else if (field === "tool_choice") {
      if (tools.length > 0) options["toolChoice"] = readToolChoice(value);
    } else if (field === "response_format") options["responseFormat"] = readFormat(value as Fields);
    else if (field === "reasoning_effort" && efforts.includes(value))
      options["reasoning"] = { effort: value };
    else providerOptions[field] = value;
  }
  if (Object.keys(providerOptions).length > 0) options["providerOptions"] = providerOptions;
  return options;
}

function readTool(tool: unknown): Tool {
  const { name, description, parameters } = (tool as Fields)["function"] as Fields;
  return {
    name: name as string,
    ...(typeof description === "string" && { description }),
    parameters: (parameters ?? {}) as Tool["parameters"],
  };
}

function readToolChoice(choice: unknown): ToolChoice {
  if (typeof choice === "object") return { tool: String(((choice as Fields)["function"] as Fields)["name"]) };
  return choice === "any" ? "required" : (choice as ToolChoice);
}

function readFormat({ type, json_schema: format }: Fields): ChatOptions["responseFormat"] {
  if (type === "text") return { type };
  if (type === "json_object") return { type: "json" };
  const { name, schema } = format as { name: string; schema: Fields };
  return { type: "json", name, schema };
}

function readMessage(message: Fields, vendor: OpenAIChatRequests): Message {
  const { role, content } = message;
  switch (role) {
    case "assistant":
      return { role, content: readAssistant(message, vendor) };
    case "tool":
      return {
        role,
        toolCallId: asText(message["tool_call_id"]),
        content: readContent(content, vendor) as Extract<Message, { role: "tool" }>["content"],
      };
    case "user":
      return { role, content: readContent(content, vendor) as Extract<Message, { role: "user" }>["content"] };
    default: // also "developer", which newer models of OpenAI have in place of "system"
      return {
        role: "system",
        content: readContent(content, vendor) as Extract<Message, { role: "system" }>["content"],
      };
  }
}

type AssistantContent = Exclude<Extract<Message, { role: "assistant" }>["content"], string>;

/** All text as one part, as the wire has it, and nothing for texts that are empty. */
function readAssistant(message: Fields, { provider, reasoningField }: OpenAIChatRequests): AssistantContent {
  const { content, tool_calls: calls } = message;
  const reasoning = reasoningField && asText(message[reasoningField]);
  const text =
    typeof content === "string"
      ? content
      : asArray(content)
          .map((part) => asText((part as Fields)["text"]))
          .join("");
  return [
    ...(reasoning ? [{ type: "reasoning" as const, text: reasoning }] : []),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...asArray(calls).map((call) => {
      const { id, type: _, index: _index, function: called, ...more } = call as Fields;
      const { name, arguments: args } = called as Fields;
      return {
        type: "tool-call" as const,
        id: asText(id),
        name: asText(name),
        arguments: parsed(asText(args)),
        ...metadataOf(provider, more),
      };
    }),
  ];
}

function readContent(content: unknown, { provider }: OpenAIChatRequests): string | MessagePart[] {
  return typeof content === "string"
    ? content
    : asArray(content).map((part) => readPart(part as Fields, provider));
}

function readPart(part: Fields, provider: string): MessagePart {
  const { type, text, image_url: image, input_audio: audio, file, ...more } = part;
  if (type === "text") return { type: "text", text: asText(text), ...metadataOf(provider, more) };
  const { url, ...imageMore } = asRecord(image);
  if (type === "image_url" && typeof url === "string") {
    const metadata = { ...more, ...(Object.keys(imageMore).length > 0 && { image_url: imageMore }) };
    return { type: "image", ...readURL(url, "image/*"), ...metadataOf(provider, metadata) };
  }
  const { data, format } = asRecord(audio);
  if (type === "input_audio" && (format === "wav" || format === "mp3")) {
    const mediaType = format === "wav" ? "audio/wav" : "audio/mpeg";
    return { type: "audio", data: asText(data), mediaType, ...metadataOf(provider, more) };
  }
  const { filename, file_data: fileData } = asRecord(file);
  if (type === "file" && typeof filename === "string" && asText(fileData).startsWith("data:")) {
    const content = readURL(asText(fileData), "application/octet-stream");
    return { type: "file", ...content, name: filename, ...metadataOf(provider, more) };
  }
  // A part that Beluga has no word for goes as it is.
  return { type: "text", text: "", ...metadataOf(provider, part) };
}

function readURL(url: string, otherwise: string): { data?: string; url?: string; mediaType: string } {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mediaType === undefined || data === undefined ? { url, mediaType: otherwise } : { data, mediaType };
}

function metadataOf(provider: string, metadata: Fields): { providerMetadata?: Record<string, unknown> } {
  return Object.keys(metadata).length > 0 ? { providerMetadata: { [provider]: metadata } } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) ?? {};
  } catch {
    return text; // cut in the recording as well
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asRecord(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
