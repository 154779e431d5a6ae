import {
  type AssistantMessage,
  BelugaError,
  type JSONSchema,
  type Message,
  type MessagePart,
  type ToolMessage,
} from "@beluga/core";
import { type ChatCall, encodeBase64 } from "@beluga/core/provider";
import type { OpenAIChatWire, OptionNames } from "./model.js";

/** OpenAI's own names; `false` is what it does not have. */
export const defaultOptionNames = {
  maxTokens: "max_completion_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: false,
  stopSequences: "stop",
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
} as const satisfies OptionNames;

/** The body of a request: {@link https://platform.openai.com/docs/api-reference/chat/create}. */
export function requestBody(call: ChatCall, wire: OpenAIChatWire, stream: boolean): Record<string, unknown> {
  const { options, tools } = call;
  const body: Record<string, unknown> = {
    model: call.model,
    messages: call.messages.map((message, at) =>
      wireMessage(message, new PartWriter(call, wire, `messages[${at}]`)),
    ),
  };
  for (const [option, name] of Object.entries({ ...defaultOptionNames, ...wire.optionNames })) {
    const value = options[option as keyof OptionNames];
    if (value === undefined) continue;
    if (name === false) call.warn(unsupportedOption(option, wire.provider));
    else body[name] = value;
  }
  if (tools.length > 0) {
    body["tools"] = tools.map((tool) => ({ type: "function", function: tool }));
    const { toolChoice } = options;
    if (typeof toolChoice === "object")
      body["tool_choice"] = { type: "function", function: { name: toolChoice.tool } };
    else if (toolChoice !== undefined) body["tool_choice"] = toolChoice;
  }
  const { responseFormat, reasoning } = options;
  if (responseFormat?.type === "json") body["response_format"] = jsonFormat(responseFormat);
  if (reasoning?.effort !== undefined) body["reasoning_effort"] = reasoning.effort;
  if (reasoning?.budgetTokens !== undefined)
    call.warn(unsupportedOption("reasoning.budgetTokens", wire.provider));
  if (stream) Object.assign(body, { stream: true, stream_options: { include_usage: true } });
  wire.refineBody?.(body, call);
  return Object.assign(body, options.providerOptions);
}

function unsupportedOption(option: string, provider: string) {
  return { type: "unsupported", option, message: `${provider} has no such option; it was not sent` } as const;
}

/** Without a schema, any JSON. */
function jsonFormat({
  schema,
  name = "response",
}: {
  schema?: JSONSchema;
  name?: string;
}): Record<string, unknown> {
  if (!schema) return { type: "json_object" };
  return { type: "json_schema", json_schema: { name, schema, strict: isStrict(schema) } };
}

/**
 * Whether a schema keeps to what the vendor guarantees to follow to the letter: every object closed, every property required.
 * {@link https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
export function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === "object" || properties !== undefined) {
    const names = Object.keys((properties as object | undefined) ?? {});
    if (
      additionalProperties !== false ||
      !names.every((name) => Array.isArray(required) && required.includes(name))
    ) {
      return false;
    }
  }
  return Object.values(schema).every(isStrict);
}

function wireMessage(message: Message, parts: PartWriter): Record<string, unknown> {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: parts.content(message.content) };
    case "assistant":
      return assistantMessage(message, parts);
    default:
      return toolMessage(message, parts);
  }
}

function assistantMessage({ content }: AssistantMessage, parts: PartWriter): Record<string, unknown> {
  if (typeof content === "string") return { role: "assistant", content };
  const text = content.filter((part) => part.type === "text");
  const calls = content.filter((part) => part.type === "tool-call");
  const reasoning = content.filter((part) => part.type === "reasoning");
  for (const part of content) if (part.type === "file") throw parts.unsupported("a file of an assistant");
  const { reasoningField } = parts.wire;
  return {
    role: "assistant",
    content: text.length > 0 ? text.map((part) => part.text).join("") : null,
    ...(reasoningField &&
      reasoning.length > 0 && { [reasoningField]: reasoning.map((part) => part.text).join("") }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((part) => ({
        id: part.id,
        type: "function",
        function: { name: part.name, arguments: JSON.stringify(part.arguments ?? {}) },
        ...parts.metadata(part),
      })),
    }),
  };
}

/** The wire has no mark for a failed tool: its content says so. */
function toolMessage({ toolCallId, content }: ToolMessage, parts: PartWriter): Record<string, unknown> {
  if (typeof content !== "string" && content.some((part) => part.type !== "text")) {
    throw parts.unsupported("anything but text in a tool's result");
  }
  return { role: "tool", tool_call_id: toolCallId, content: parts.content(content) };
}

/** Writes the parts of one message. */
class PartWriter {
  readonly wire: OpenAIChatWire;
  readonly #call: ChatCall;
  readonly #path: string;

  constructor(call: ChatCall, wire: OpenAIChatWire, path: string) {
    this.#call = call;
    this.wire = wire;
    this.#path = path;
  }

  content(content: string | readonly MessagePart[]): unknown {
    return typeof content === "string"
      ? content
      : content.map((part) => ({ ...this.#part(part), ...this.metadata(part) }));
  }

  /** What the vendor gave with a part goes back as it was. */
  metadata({ providerMetadata }: MessagePart): object | undefined {
    return providerMetadata?.[this.wire.provider] as object | undefined;
  }

  /** What the wire cannot carry is refused, never left out. */
  unsupported(what: string): BelugaError {
    const { op, model } = this.#call;
    const { provider } = this.wire;
    const message = `${provider} ${op}: ${this.#path}: the OpenAI chat wire does not carry ${what}`;
    return new BelugaError({ op, code: "unsupported", provider, model, message });
  }

  #part(part: MessagePart): Record<string, unknown> {
    switch (part.type) {
      case "text":
        return { type: "text", text: part.text };
      case "image":
        return { type: "image_url", image_url: { url: part.url ?? dataURL(part) } };
      case "audio": {
        if (part.url !== undefined) throw this.unsupported("audio by its URL");
        const format = audioFormats[part.mediaType];
        if (!format)
          throw this.unsupported(`audio of the type ${part.mediaType}, only audio/wav and audio/mpeg`);
        return { type: "input_audio", input_audio: { data: base64(part.data), format } };
      }
      case "file":
        if (part.url !== undefined) throw this.unsupported("a file by its URL");
        return { type: "file", file: { filename: part.name ?? "file", file_data: dataURL(part) } };
      default:
        throw this.unsupported(`a part of the type "${part.type}" here`);
    }
  }
}

const audioFormats: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
};

function dataURL({ data, mediaType }: { data?: Uint8Array | string; mediaType: string }): string {
  return `data:${mediaType};base64,${base64(data)}`;
}

function base64(data: Uint8Array | string = ""): string {
  return typeof data === "string" ? data : encodeBase64(data);
}
